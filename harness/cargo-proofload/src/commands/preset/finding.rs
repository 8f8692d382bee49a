//! What a batch has found.

use super::part::PresetLoad;
use super::rows::RepeatedLoad;

/// A throughput that is greater by less than this is not a greater one.
const NOT_GREATER: f64 = 0.05;

/// The level of the sweep with the greatest throughput.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BestLevel {
    pub(super) users: u64,
    /// The median of its repeats.
    pub(super) throughput_per_s: f64,
    /// No level has a valid measurement.
    pub(super) is_doubtful: bool,
    /// It is the last level, and its throughput is clearly greater than that of the level before: more users might reach more.
    pub(super) may_be_more: bool,
}

/// The best level by median throughput; the first of several. Only if none has a valid measurement, the others count. `None` without a
/// success.
pub(super) fn best_level(levels: &[RepeatedLoad<'_>]) -> Option<BestLevel> {
    let is_doubtful = levels.iter().all(|level| level.median().is_none());
    let known = levels.iter().filter_map(|level| match level.load {
        PresetLoad::Users(users) => {
            let row = if is_doubtful { level.shown() } else { level.median() };
            Some((users, row?.throughput_per_s()?))
        }
        PresetLoad::Share { .. } => None,
    });
    let known: Vec<(u64, f64)> = known.filter(|(_, rate)| *rate > 0.0).collect();
    let mut best = *known.first()?;
    for level in &known {
        if level.1 > best.1 {
            best = *level;
        }
    }
    let before = known.len().checked_sub(2).map(|before| known[before].1);
    let is_last = known.last().is_some_and(|last| last.0 == best.0);
    let may_be_more = is_last && before.is_none_or(|before| best.1 > before * (1.0 + NOT_GREATER));
    Some(BestLevel { users: best.0, throughput_per_s: best.1, is_doubtful, may_be_more })
}

#[cfg(test)]
mod tests {
    use proofload::record::Outcome;

    use super::super::part::PresetOffer;
    use super::super::rows::{by_load, rows_of};
    use super::super::samples::{measured_run, sweep};
    use super::*;

    fn found(levels: &[(u64, f64)]) -> Option<(u64, f64, bool)> {
        let repeats: Vec<(u64, [(f64, Outcome); 1])> =
            levels.iter().map(|(users, rate)| (*users, [(*rate, Outcome::Passed)])).collect();
        let levels: Vec<(u64, &[(f64, Outcome)])> =
            repeats.iter().map(|(users, repeats)| (*users, repeats.as_slice())).collect();
        let planned = sweep(&levels);
        let run = measured_run(&planned);
        let offers: Vec<PresetOffer> = planned.into_iter().map(|(offer, ..)| offer).collect();
        let best = best_level(&by_load(&rows_of(&offers, &run)))?;
        Some((best.users, best.throughput_per_s, best.may_be_more))
    }

    #[test]
    fn the_best_level_has_the_greatest_throughput_and_the_fewest_users() {
        assert_eq!(found(&[(1, 100.0), (5, 400.0), (10, 400.0), (20, 390.0)]), Some((5, 400.0, false)));
        assert_eq!(found(&[(1, 0.0), (5, 0.0)]), None);
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn a_doubtful_level_counts_only_where_all_are() {
        use Outcome::{Invalid, Passed};
        let best = |outcomes: [Outcome; 2]| {
            let planned = sweep(&[(1, &[(100.0, outcomes[0])]), (5, &[(900.0, outcomes[1])])]);
            let run = measured_run(&planned);
            let offers: Vec<PresetOffer> = planned.into_iter().map(|(offer, ..)| offer).collect();
            best_level(&by_load(&rows_of(&offers, &run))).map(|best| (best.users, best.is_doubtful))
        };
        assert_eq!(best([Passed, Invalid]), Some((1, false)));
        assert_eq!(best([Invalid, Invalid]), Some((5, true)));
    }

    #[test]
    fn a_throughput_that_still_rises_is_not_called_the_limit() {
        assert_eq!(found(&[(1, 100.0), (5, 200.0)]), Some((5, 200.0, true)));
        assert_eq!(found(&[(1, 198.0), (5, 200.0)]), Some((5, 200.0, false)));
        assert_eq!(found(&[(1, 198.0)]), Some((1, 198.0, true)));
    }
}
