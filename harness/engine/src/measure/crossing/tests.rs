//! The rules of the boundaries, simulated: they must be right whatever the times are and wherever the window lies.

use proptest::prelude::*;

use super::*;
use crate::seeded::SplitMix64;

const S: u64 = 1_000_000_000;
const USERS: u64 = 50;

fn crossing(intended_ns: u64, done_ns: u64) -> Crossing {
    let moments = Moments { intended_ns, sent_ns: intended_ns, done_ns };
    Crossing { endpoint: 0, part: None, moments, fate: Fate::Ok, answer: None }
}

/// How long a request takes: a second in the mean.
#[derive(Debug, Clone, Copy)]
enum Times {
    Constant,
    Uniform,
    Exponential,
}

impl Times {
    fn next_ns(self, random: &mut SplitMix64) -> u64 {
        let time_s = match self {
            Times::Constant => 1.0,
            Times::Uniform => 0.5 + random.next_unit(),
            Times::Exponential => -(1.0 - random.next_unit()).ln(),
        };
        (time_s * S as f64) as u64
    }
}

/// The requests of users who never pause, each of whom starts at a time before `until_ns`.
fn closed(times: Times, until_ns: u64, random: &mut SplitMix64, start: impl Fn(u64) -> u64) -> Vec<(u64, u64)> {
    let mut requests = Vec::new();
    for user in 0..USERS {
        let mut at_ns = start(user);
        while at_ns < until_ns {
            let done_ns = at_ns + times.next_ns(random);
            requests.push((at_ns, done_ns));
            at_ns = done_ns;
        }
    }
    requests
}

/// The throughput as the window shows it, and how many requests are carried into it.
fn figures(requests: &[(u64, u64)], window: Window) -> (f64, usize) {
    let own: Vec<u64> =
        requests.iter().filter(|request| request.0 >= window.from_ns).map(|(at, done)| done - at).collect();
    let (shortest_ns, longest_ns) = (*own.iter().min().unwrap(), *own.iter().max().unwrap());
    let ended: f64 = requests.iter().map(|(_, done)| window.share_of(*done, shortest_ns, Starts::WhenFree)).sum();
    let crossings: Vec<Crossing> = requests.iter().map(|(at, done)| crossing(*at, *done)).collect();
    let extent = Extent { samples: own.len() as u64, longest_ns };
    let carried = carried_over(&crossings, window.from_ns, |_| extent, extent).count();
    (ended / (window.length_ns() as f64 / 1e9), carried)
}

/// The means of these figures over many runs of 5 s after `warmup_s`.
fn simulated(times: Times, warmup_s: u64, start: impl Fn(u64) -> u64) -> (f64, f64) {
    const RUNS: u64 = 200;
    let window = Window { from_ns: warmup_s * S, until_ns: (warmup_s + 5) * S };
    let all = (0..RUNS).map(|seed| {
        let mut random = SplitMix64::new(seed);
        figures(&closed(times, window.until_ns, &mut random, &start), window)
    });
    let (throughput, carried) = all.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1 as f64));
    (throughput / RUNS as f64, carried / RUNS as f64)
}

#[test]
fn a_healthy_slow_server_has_the_throughput_of_the_closed_law_and_no_request_more_for_each_user() {
    // 50 users, 1 s a request: 50/s. Together, over a ramp-up, and after a warm-up.
    for times in [Times::Constant, Times::Uniform, Times::Exponential] {
        for (warmup_s, start) in [(0, 0), (2, S / 25), (6, 0)] {
            let (throughput, carried) = simulated(times, warmup_s, |user| user * start);
            // Users who start together with the window begin in step. The less the shortest time is below the mean, the more
            // of that is made good: of half a request for each user, half remains for times of 1 s ± 0.5 s.
            let tolerance = if warmup_s == 0 { 0.05 } else { 0.01 };
            assert!((throughput / 50.0 - 1.0).abs() < tolerance, "{times:?} after {warmup_s} s: {throughput}");
            assert!(carried < 0.5, "{times:?} after {warmup_s} s: {carried} of 50 users");
        }
    }
}

#[test]
fn a_request_of_a_rare_endpoint_is_compared_with_all_samples() {
    let crossings = [Crossing { endpoint: 1, ..crossing(0, 3 * S) }, Crossing { endpoint: 0, ..crossing(0, 3 * S) }];
    let few = Extent { samples: 19, longest_ns: S / 10 };
    let (enough, all) = (Extent { samples: 20, ..few }, Extent { samples: 500, longest_ns: 5 * S });
    let of = |number| if number == 1 { few } else { enough };
    let carried: Vec<usize> = carried_over(&crossings, S, of, all).map(|crossing| crossing.endpoint).collect();
    assert_eq!(carried, [0], "another endpoint's long times hide no stall of this one");
    let nothing = Extent::default();
    assert_eq!(carried_over(&crossings, S, |_| nothing, nothing).count(), 2, "there is nothing else to see");
    assert_eq!(carried_over(&crossings, 4 * S, |_| nothing, nothing).count(), 0, "they had ended");
}

proptest! {
    #[test]
    fn an_end_is_counted_once_over_windows_that_follow_each_other(
        lengths in prop::collection::vec(1u64..5_000, 1..6), began in 0u64..5_000, longer in 0u64..9_000, shortest in 0u64..3_000,
    ) {
        let mut from_ns = 4_000;
        let windows: Vec<Window> = lengths.iter().map(|length| {
            let window = Window { from_ns, until_ns: from_ns + length };
            from_ns += length;
            window
        }).collect();
        let done_ns = began + shortest + longer;
        for starts in [Starts::Planned, Starts::WhenFree] {
            let all: f64 = windows.iter().map(|window| window.share_of(done_ns, shortest, starts)).sum();
            prop_assert!(all <= 1.0 + 1e-9);
            if began > 4_000 && done_ns <= from_ns {
                prop_assert!((all - 1.0).abs() < 1e-9, "{all}");
            }
        }
    }

    #[test]
    fn constant_times_have_exactly_the_throughput_of_the_closed_law(
        time_ms in 20u64..4_000, phases in prop::collection::vec(0u64..4_000, 1..20), window_ms in 50u64..8_000,
    ) {
        // Each user starts somewhere in the request before; the sum of their shares is window ÷ time for each.
        let window = Window { from_ns: 10_000, until_ns: 10_000 + window_ms };
        for phase in &phases {
            let first = 10_000 - phase % time_ms;
            let ends = (1..).map(|index| first + index * time_ms).take_while(|end| end - time_ms < window.until_ns);
            let ended: f64 = ends.map(|end| window.share_of(end, time_ms, Starts::WhenFree)).sum();
            prop_assert!((ended - window_ms as f64 / time_ms as f64).abs() < 1e-9, "{ended}");
        }
    }

    #[test]
    fn a_stall_that_begins_before_the_window_is_always_seen(
        began_before in 1u64..5_000, reaches_into in 20u64..9_000, healthy in 1u64..10, samples in 0u64..1_000,
    ) {
        let own = Extent { samples, longest_ns: healthy };
        let stalled = [crossing(10_000 - began_before, 10_000 + reaches_into)];
        let carried: Vec<&Crossing> = carried_over(&stalled, 10_000, |_| own, own).collect();
        prop_assert_eq!(carried.len(), 1);
        prop_assert_eq!(carried[0].moments_since(10_000).response_ns(), reaches_into);
    }
}
