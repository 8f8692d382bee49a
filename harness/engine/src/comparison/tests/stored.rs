//! New runs beside stored ones, which vary from run to run: false alarms, coverage and power.

use super::noise::{Source, holds, of, share, shares};
use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonRules, with_stored};

/// So many runs are stored, and so many are new.
const NUMBERS: [(usize, usize); 5] = [(5, 1), (7, 1), (10, 1), (20, 1), (10, 3)];

/// Of runs whose mean has this standard deviation, and whose p95 twice that one.
fn report(source: &mut Source, log_change: f64, (stored, new): (usize, usize), deviation: f64) -> ChangeReport {
    let stored: Vec<_> = (0..stored).map(|_| source.run(0.0, deviation, 1.7 * deviation)).collect();
    let new: Vec<_> = (0..new).map(|_| source.run(log_change, deviation, 1.7 * deviation)).collect();
    with_stored(&stored, &new, ComparisonRules::default())
}

#[test]
fn of_equal_runs_at_most_three_in_a_hundred_are_called_regressed() {
    for numbers in NUMBERS {
        for deviation in [0.02, 0.08] {
            let false_alarms =
                share(|source| report(source, 0.0, numbers, deviation).verdict == ChangeVerdict::Regressed);
            println!("{numbers:?}, {deviation}: {false_alarms}");
            assert!(false_alarms <= 0.03, "{numbers:?}, {deviation}: {false_alarms}");
        }
    }
}

#[test]
fn the_guard_of_few_stored_runs_seldom_alarms() {
    for stored in 1..5 {
        let false_alarms = share(|source| report(source, 0.0, (stored, 1), 0.04).verdict == ChangeVerdict::Regressed);
        println!("{stored}: {false_alarms}");
        assert!(false_alarms <= 0.03, "{stored}: {false_alarms}");
    }
}

#[test]
fn every_interval_holds_the_truth_in_nine_of_ten() {
    for numbers in NUMBERS {
        let coverage = shares(|source| holds(&report(source, 0.08, numbers, 0.03), 0.08));
        println!("{numbers:?}: {coverage:?}");
        assert!(coverage.iter().all(|share| *share >= 0.9), "{numbers:?}: {coverage:?}");
    }
}

#[test]
fn ten_percent_more_is_found_if_runs_vary_by_two_percent() {
    for (numbers, expected) in [((5, 1), 0.4), ((10, 1), 0.8), ((20, 1), 0.9), ((10, 3), 0.95)] {
        let power =
            share(|source| of(&report(source, 1.1f64.ln(), numbers, 0.02), "mean").verdict == ChangeVerdict::Regressed);
        println!("{numbers:?}: {power}");
        assert!(power >= expected, "{numbers:?}: {power}");
    }
}
