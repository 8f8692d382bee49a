//! Where the stages of a staged workload begin and end, and which user takes part when. Pure.

use std::time::Duration;

use crate::measure::StageBounds;
use crate::workload::{LoadModel, Stage, Workload};

/// Levels closer than this are equal: the difference is a rounding error.
const SAME_LEVEL: f64 = 1e-9;
/// How far above a user's number the level must be when the user is woken; well above `SAME_LEVEL`.
const WAKING_LEVEL: f64 = 1e-6;

/// The stages of a staged workload, in order, since the measurement began. Empty if there is one steady stage without a
/// name: then the whole measurement is one figure.
pub(super) fn bounds(workload: &Workload) -> Vec<StageBounds> {
    let stages = match &workload.model {
        LoadModel::Closed(users) => &users.stages,
        LoadModel::Open(arrivals) => &arrivals.stages,
    };
    let is_plain = matches!(&stages[..], [only] if only.is_steady() && only.name.is_none());
    if is_plain { Vec::new() } else { placed(stages) }
}

/// Whether a user of a staged workload takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Participation {
    Active,
    /// From this time on, since the run began.
    ActiveFrom(Duration),
    /// Some time after the measurement has begun; when that will be is not known yet.
    DuringMeasurement,
    /// No more.
    Over,
}

/// Whether user `number` takes part at `now`. `origin`: when the measurement began or is to begin, if that is known.
pub(super) fn participation(stages: &[Stage], number: usize, origin: Option<Duration>, now: Duration) -> Participation {
    let is_measuring = origin.is_some_and(|origin| now >= origin);
    if stages.is_empty() || (!is_measuring && is_active_before(stages, number)) {
        return Participation::Active;
    }
    let Some(origin) = origin else { return Participation::DuringMeasurement };
    let offset = now.saturating_sub(origin);
    match active_from(stages, number, offset) {
        Some(from) if is_measuring && from == offset => Participation::Active,
        Some(from) => Participation::ActiveFrom(origin + from),
        None => Participation::Over,
    }
}

fn placed(stages: &[Stage]) -> Vec<StageBounds> {
    let mut begins = Duration::ZERO;
    let place = |(index, stage): (usize, &Stage)| {
        let ends = begins + stage.over;
        let name = stage.name.clone().unwrap_or_else(|| (index + 1).to_string());
        let bounds = StageBounds { name, from: stage.from, to: stage.to, begins, ends };
        begins = ends;
        bounds
    };
    stages.iter().enumerate().map(place).collect()
}

/// True if user `number` takes part `offset` after the measurement began: there are more users than its number.
pub(super) fn is_active(stages: &[Stage], number: usize, offset: Duration) -> bool {
    stage_at(stages, offset).is_none_or(|(stage, inside)| level(stage, inside) > number as f64 + SAME_LEVEL)
}

/// True if user `number` takes part before the measurement: the first level does, or one user, so that it can end.
pub(super) fn is_active_before(stages: &[Stage], number: usize) -> bool {
    number == 0 || stages.first().is_none_or(|stage| stage.from > number as f64 + SAME_LEVEL)
}

/// When, at `offset` or later, user `number` takes part again; `None` if never.
fn active_from(stages: &[Stage], number: usize, offset: Duration) -> Option<Duration> {
    if is_active(stages, number, offset) {
        return Some(offset);
    }
    let mut begins = Duration::ZERO;
    for stage in stages {
        let ends = begins + stage.over;
        let inside = offset.saturating_sub(begins);
        if ends > offset {
            let wanted = number as f64 + WAKING_LEVEL;
            if level(stage, inside) > wanted {
                return Some(begins + inside);
            }
            if stage.to > wanted {
                let share = (wanted - stage.from) / (stage.to - stage.from);
                return Some(begins + stage.over.mul_f64(share.clamp(0.0, 1.0)));
            }
        }
        begins = ends;
    }
    None
}

/// The stage at `offset`, and how far into it. After the last stage its end still applies, for what is drained then. `None`
/// without stages.
fn stage_at(stages: &[Stage], offset: Duration) -> Option<(&Stage, Duration)> {
    let mut begins = Duration::ZERO;
    for stage in stages {
        if offset < begins + stage.over {
            return Some((stage, offset - begins));
        }
        begins += stage.over;
    }
    stages.last().map(|last| (last, last.over))
}

fn level(stage: &Stage, inside: Duration) -> f64 {
    if stage.over.is_zero() {
        return stage.to;
    }
    stage.from + (stage.to - stage.from) * (inside.as_secs_f64() / stage.over.as_secs_f64()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn stage(from: f64, to: f64, over_s: u64) -> Stage {
        Stage { name: None, from, to, over: S(over_s) }
    }

    #[test]
    fn users_take_part_while_the_level_is_above_their_number() {
        let stages = [stage(1.0, 5.0, 8), stage(5.0, 5.0, 10), stage(5.0, 0.0, 5)];
        let active = |offset| (0..10).filter(|number| is_active(&stages, *number, offset)).count();
        let counts = [0, 1, 2, 3, 7, 8, 17, 18, 19, 22].map(|offset_s| active(S(offset_s)));
        assert_eq!(counts, [1, 2, 2, 3, 5, 5, 5, 5, 4, 1]);
        assert_eq!(active(S(23)), 0);
    }

    #[test]
    fn a_user_wakes_when_the_ramp_has_come_to_its_number_and_is_active_then() {
        let stages = [stage(1.0, 5.0, 8), stage(5.0, 5.0, 10)];
        for number in 0..5 {
            let woken = active_from(&stages, number, Duration::ZERO).unwrap();
            let expected_s = (number as f64 - 1.0).max(0.0) * 2.0;
            assert!((woken.as_secs_f64() - expected_s).abs() < 1e-5, "{number}: {woken:?}");
            assert!(is_active(&stages, number, woken));
        }
        assert_eq!(active_from(&stages, 5, Duration::ZERO), None);
    }

    #[test]
    fn a_user_comes_back_for_a_later_stage() {
        let stages = [stage(3.0, 3.0, 10), stage(1.0, 1.0, 10), stage(3.0, 3.0, 10)];
        assert_eq!(active_from(&stages, 2, S(5)), Some(S(5)));
        assert_eq!(active_from(&stages, 2, S(10)), Some(S(20)));
        assert_eq!(active_from(&stages, 0, S(12)), Some(S(12)));
    }

    #[test]
    fn before_the_measurement_the_first_level_is_active_and_at_least_one_user() {
        let active = |from: f64| (0..9).filter(|number| is_active_before(&[stage(from, 9.0, 1)], *number)).count();
        assert_eq!((active(0.0), active(1.0), active(4.0)), (1, 1, 4));
    }

    #[test]
    fn participation_follows_the_level_and_the_beginning_of_the_measurement() {
        let stages = [stage(1.0, 1.0, 10), stage(2.0, 2.0, 10)];
        let of = |number, origin, now_s| participation(&stages, number, origin, S(now_s));
        assert_eq!(of(0, None, 0), Participation::Active);
        assert_eq!(of(1, None, 0), Participation::DuringMeasurement);
        assert_eq!(of(1, Some(S(5)), 3), Participation::ActiveFrom(S(15)));
        assert_eq!(of(1, Some(S(5)), 7), Participation::ActiveFrom(S(15)));
        assert_eq!(of(1, Some(S(5)), 15), Participation::Active);
        assert_eq!(of(2, Some(S(5)), 7), Participation::Over);
    }
}
