//! Arms that take turns, thirty pairs: false alarms, coverage and power.

use super::noise::{Noise, Source, holds, of, share, shares};
use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonRules, interleaved};

const PAIRS: usize = 30;
const CALM: Noise =
    Noise { own: (0.05, 0.0), common: (0.05, 0.8), drift: 0.2, step: 0.0, spikes: 0.0, between_runs: 0.0 };

const NOISES: [(&str, Noise); 9] = {
    const QUIET: Noise =
        Noise { common: (0.0, 0.0), own: (0.0, 0.0), drift: 0.0, step: 0.0, spikes: 0.0, between_runs: 0.0 };
    [
        ("own noise", Noise { own: (0.1, 0.0), ..QUIET }),
        ("common noise with memory 0.3", Noise { common: (0.2, 0.3), own: (0.1, 0.0), ..QUIET }),
        ("common noise with memory 0.8", Noise { common: (0.2, 0.8), own: (0.1, 0.0), ..QUIET }),
        ("own noise with memory 0.3", Noise { common: (0.1, 0.5), own: (0.1, 0.3), ..QUIET }),
        ("own noise with memory 0.6", Noise { common: (0.1, 0.5), own: (0.1, 0.6), ..QUIET }),
        ("own noise with memory 0.8", Noise { common: (0.1, 0.5), own: (0.1, 0.8), ..QUIET }),
        ("drift", Noise { own: (0.1, 0.0), drift: 0.5, ..QUIET }),
        ("a step", Noise { own: (0.1, 0.0), step: 0.5, ..QUIET }),
        ("spikes", Noise { own: (0.05, 0.0), spikes: 0.1, ..QUIET }),
    ]
};

fn report(source: &mut Source, log_change: f64, noise: Noise) -> ChangeReport {
    let (before, now) = source.arms(log_change, noise, PAIRS);
    interleaved(&before, &now, ComparisonRules::default())
}

#[test]
fn of_equal_arms_at_most_three_in_a_hundred_are_called_regressed_whatever_disturbs_them() {
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
fn ten_percent_more_is_found_if_turns_of_an_arm_vary_by_five_percent() {
    let ten_percent = 1.1f64.ln();
    for (metric, expected) in [("mean", 0.9), ("p95", 0.6)] {
        let power = share(|source| of(&report(source, ten_percent, CALM), metric).verdict == ChangeVerdict::Regressed);
        println!("{metric}: {power}");
        assert!(power >= expected, "{metric}: {power}");
    }
}

#[test]
fn ten_percent_more_is_hardly_ever_called_no_worse() {
    let ten_percent = 1.1f64.ln();
    for (name, noise) in NOISES {
        let missed = share(|source| {
            let verdict = report(source, ten_percent, noise).verdict;
            matches!(verdict, ChangeVerdict::NoWorse | ChangeVerdict::Improved)
        });
        assert!(missed <= 0.02, "{name}: {missed}");
    }
}

#[test]
fn a_change_of_the_smallest_visible_size_is_found_in_four_of_five() {
    for deviation in [0.02, 0.05, 0.1] {
        let noise = Noise { own: (deviation, 0.0), ..CALM };
        let mut visible: Vec<f64> = (0..50)
            .map(|seed| {
                of(&report(&mut Source::new(seed), 0.0, noise), "mean").change.unwrap().smallest_visible.unwrap()
            })
            .collect();
        visible.sort_unstable_by(f64::total_cmp);
        let change = visible[visible.len() / 2];
        let power =
            share(|source| of(&report(source, change.ln_1p(), noise), "mean").verdict == ChangeVerdict::Regressed);
        println!("{deviation}: smallest visible {change}, found {power}");
        assert!((0.65..=0.92).contains(&power), "{deviation}: {change} is found in {power}");
    }
}
