//! Measurements one after the other, of thirty seconds each: false alarms and coverage.

use super::noise::{Noise, Source, holds, of, share, shares};
use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonRules, two_runs};

const SECONDS: usize = 30;
/// Runs that differ by the 3 % that are allowed for, of seconds that depend on each other.
const NOISES: [(&str, Noise); 3] = {
    const QUIET: Noise =
        Noise { common: (0.0, 0.0), own: (0.05, 0.3), drift: 0.0, step: 0.0, spikes: 0.0, between_runs: 0.03 };
    [
        ("memory 0.3", QUIET),
        ("memory 0.6", Noise { own: (0.05, 0.6), ..QUIET }),
        ("spikes", Noise { spikes: 0.1, ..QUIET }),
    ]
};

fn report(source: &mut Source, log_change: f64, noise: Noise) -> ChangeReport {
    let (before, now) = source.runs(log_change, noise, SECONDS);
    two_runs(&before, &now, ComparisonRules::default())
}

#[test]
fn of_equal_runs_at_most_three_in_a_hundred_are_called_regressed() {
    for (name, noise) in NOISES {
        let false_alarms = share(|source| report(source, 0.0, noise).verdict == ChangeVerdict::Regressed);
        println!("{name}: {false_alarms}");
        assert!(false_alarms <= 0.03, "{name}: {false_alarms}");
    }
}

#[test]
fn every_interval_holds_the_truth_in_nine_of_ten() {
    for (name, noise) in NOISES {
        let coverage = shares(|source| holds(&report(source, 0.08, noise), 0.08));
        println!("{name}: {coverage:?}");
        assert!(coverage.iter().all(|share| *share >= 0.9), "{name}: {coverage:?}");
    }
}

#[test]
fn thirty_percent_more_is_found() {
    for (name, noise) in NOISES {
        let power = share(|source| of(&report(source, 1.3f64.ln(), noise), "mean").verdict == ChangeVerdict::Regressed);
        println!("{name}: {power}");
        assert!(power >= 0.8, "{name}: {power}");
    }
}
