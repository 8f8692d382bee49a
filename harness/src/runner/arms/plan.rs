//! How the load of a test is shared out among its arms. Pure.

use std::time::Duration;

use crate::workload::{LoadModel, RunLength, Stage, Warmup, Workload};

/// A turn lasts at least so many response times, so that what is in flight at a switch is little of it.
const RESPONSES_IN_A_TURN: u32 = 10;
const SHORTEST_TURN: Duration = Duration::from_secs(1);
/// What a benchmark measures in all, which has no length of its own: the mean is as precise as it is then.
const BENCHMARK: Duration = Duration::from_secs(30);
/// A warm-up whose end is not a time or a number of requests.
const STEADY: Duration = Duration::from_secs(2);
/// Without a warm-up, each arm gets its load for so long, to know how long a turn must be.
const FIRST_LOOK: Duration = Duration::from_millis(500);

/// The load of each arm before the measurement, one after the other: the test's warm-up, or a first look.
pub(super) fn warm_up(workload: &Workload) -> Workload {
    let length = match workload.warmup {
        Warmup::Requests(0) => RunLength::Duration(FIRST_LOOK),
        Warmup::Requests(requests) => RunLength::Requests(requests),
        Warmup::Duration(time) => RunLength::Duration(time.max(FIRST_LOOK)),
        Warmup::UntilSteady => RunLength::Duration(STEADY),
    };
    lasting(workload, length, Warmup::Requests(0))
}

/// How long a turn lasts, if the slowest arm takes `median` for an iteration: whole seconds.
pub(super) fn turn(median: Option<Duration>) -> Duration {
    let least = median.unwrap_or_default() * RESPONSES_IN_A_TURN;
    Duration::from_secs(least.max(SHORTEST_TURN).as_secs_f64().ceil() as u64)
}

/// The load of the arm with this index of `arms`, in its own time, with turns of `turn`.
pub(super) fn in_turns(workload: &Workload, arms: usize, index: usize, turn: Duration) -> Workload {
    let length = match share(workload.length, arms, index) {
        RunLength::Duration(own) => RunLength::Duration(turn * whole(own, turn)),
        counted => counted,
    };
    lasting(workload, length, Warmup::Duration(turn))
}

/// The load of the arm with this index, if the arms come one after the other.
pub(super) fn alone(workload: &Workload, arms: usize, index: usize) -> Workload {
    let warmup = match workload.warmup {
        Warmup::UntilSteady => Warmup::Duration(STEADY),
        given => given,
    };
    lasting(workload, share(workload.length, arms, index), warmup)
}

/// A part of the length for each arm; of requests that cannot be shared out evenly, the first arms have one more.
fn share(length: RunLength, arms: usize, index: usize) -> RunLength {
    let (arms_count, index) = (arms as u64, index as u64);
    match length {
        RunLength::Requests(requests) => {
            RunLength::Requests(requests / arms_count + u64::from(index < requests % arms_count))
        }
        RunLength::Duration(time) => RunLength::Duration(time / arms as u32),
        RunLength::UntilPrecise => RunLength::Duration(BENCHMARK / arms as u32),
    }
}

fn whole(own: Duration, turn: Duration) -> u32 {
    ((own.as_secs_f64() / turn.as_secs_f64()) as u32).max(1)
}

fn lasting(workload: &Workload, length: RunLength, warmup: Warmup) -> Workload {
    let mut workload = Workload { length, warmup, ..workload.clone() };
    if let LoadModel::Open(arrivals) = &mut workload.model
        && let Some(per_s) = arrivals.stages.first().map(|stage| stage.from)
    {
        arrivals.stages = vec![Stage::steady(per_s, length.time_at(per_s))];
    }
    workload
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::runner::tests::fake;
    use crate::settings::SettingKey;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn workload(settings: &[(SettingKey, &str)]) -> Workload {
        fake::plan(Kind::Load, settings).workload
    }

    #[test]
    fn a_turn_lasts_ten_response_times_of_the_slowest_arm_and_at_least_a_second() {
        let turns = [None, Some(20), Some(100), Some(101), Some(2_000)]
            .map(|median_ms| turn(median_ms.map(Duration::from_millis)));
        assert_eq!(turns, [S(1), S(1), S(1), S(2), S(20)]);
    }

    #[test]
    fn each_arm_has_an_equal_part_of_the_time_in_whole_turns() {
        let minute = workload(&[(SettingKey::Duration, "60s")]);
        assert_eq!(in_turns(&minute, 2, 0, S(1)).length, RunLength::Duration(S(30)));
        assert_eq!(in_turns(&minute, 2, 1, S(4)).length, RunLength::Duration(S(28)));
        assert_eq!(in_turns(&minute, 3, 1, S(30)).length, RunLength::Duration(S(30)), "one turn at least");
        assert_eq!(in_turns(&minute, 2, 0, S(3)).warmup, Warmup::Duration(S(3)));
        assert_eq!(alone(&minute, 2, 0).length, RunLength::Duration(S(30)));
    }

    #[test]
    fn all_requests_are_shared_out() {
        let counted = workload(&[(SettingKey::Requests, "400"), (SettingKey::Users, "3")]);
        let parts = |arms| (0..arms).map(|index| in_turns(&counted, arms, index, S(1)).length).collect::<Vec<_>>();
        assert_eq!(parts(2), [RunLength::Requests(200); 2]);
        assert_eq!(parts(3), [134, 133, 133].map(RunLength::Requests));
    }

    #[test]
    fn a_rate_stays_and_lasts_as_long_as_the_part() {
        let open = in_turns(&workload(&[(SettingKey::Rate, "50/s"), (SettingKey::Duration, "20s")]), 2, 0, S(1));
        let LoadModel::Open(arrivals) = &open.model else { panic!("a rate is an open workload") };
        assert_eq!((arrivals.stages.len(), arrivals.stages[0].from, arrivals.stages[0].over), (1, 50.0, S(10)));
    }

    #[test]
    fn before_the_measurement_each_arm_gets_the_warm_up_or_is_looked_at() {
        let length = |settings: &[(SettingKey, &str)]| warm_up(&workload(settings)).length;
        assert_eq!(length(&[]), RunLength::Duration(Duration::from_millis(500)));
        assert_eq!(length(&[(SettingKey::Warmup, "3s")]), RunLength::Duration(S(3)));
        assert_eq!(length(&[(SettingKey::Warmup, "200")]), RunLength::Requests(200));
    }
}
