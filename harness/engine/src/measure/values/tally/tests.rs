use proptest::prelude::*;

use super::*;

/// Negative, zero, tiny and huge ones, whole numbers, and usual ones.
fn values() -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![
        -1.0..1.0f64,
        -1e6..1e6f64,
        Just(0.0),
        Just(-0.0),
        Just(0.93),
        (-1_000i32..1_000).prop_map(f64::from),
        (-1.0..1.0f64).prop_map(|value| value * 1e-300),
        (-1.0..1.0f64).prop_map(|value| value * 1e120),
        Just(5e-324),
        // Many in one bucket.
        (0i32..40).prop_map(|i| 1.5 + f64::from(i) * 1e-5),
    ];
    proptest::collection::vec(one, 1..100)
}

fn tally(values: &[f64], limits: &[f64]) -> ValueTally {
    let mut tally = ValueTally::limited(limits.iter().copied());
    values.iter().for_each(|value| tally.add(*value));
    tally
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn is_near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= scale * 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_figures_are_those_of_the_sorted_samples(values in values(), percent in 0.1..99.9f64) {
        let (tally, sorted) = (tally(&values, &[]), sorted(&values));
        prop_assert_eq!(tally.samples(), sorted.len() as u64);
        prop_assert_eq!((tally.min(), tally.max()), (sorted.first().copied(), sorted.last().copied()));
        let scale: f64 = sorted.iter().map(|value| value.abs()).sum();
        prop_assert!(is_near(tally.sum().unwrap(), sorted.iter().sum(), scale));
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        prop_assert!(is_near(tally.mean().unwrap(), mean, scale));
        let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
        prop_assert!(is_near(tally.stddev().unwrap(), (squares / sorted.len() as f64).sqrt(), scale));
        let percentile = Percentile::new(percent).unwrap();
        let truth = sorted[percentile.rank(sorted.len() as u64) as usize - 1];
        let read = tally.percentile(percentile).unwrap();
        prop_assert!(read <= truth && truth - read <= truth.abs().max(read.abs()) / 1_024.0, "{read} {truth}");
    }

    #[test]
    fn the_sum_of_whole_numbers_is_exact(values in proptest::collection::vec(-1_000_000_000i64..1_000_000_000, 1..300)) {
        let recorded: Vec<f64> = values.iter().map(|value| *value as f64).collect();
        prop_assert_eq!(tally(&recorded, &[]).sum(), Some(values.iter().sum::<i64>() as f64));
    }

    #[test]
    fn two_merged_are_one_of_both(first in values(), second in values(), limit in -2.0..2.0f64) {
        let limits = [limit, 0.0, 0.93];
        let mut merged = tally(&first, &limits);
        merged.merge(&tally(&second, &limits));
        let all = [first, second].concat();
        let one = tally(&all, &limits);
        prop_assert_eq!((merged.samples(), merged.min(), merged.max()), (one.samples(), one.min(), one.max()));
        prop_assert_eq!(merged.steps(usize::MAX), one.steps(usize::MAX));
        prop_assert_eq!(merged.limits(), one.limits());
        let scale: f64 = all.iter().map(|value| value.abs()).sum();
        prop_assert!(is_near(merged.sum().unwrap(), one.sum().unwrap(), scale));
        prop_assert!(is_near(merged.stddev().unwrap(), one.stddev().unwrap(), scale));
    }

    #[test]
    fn a_percentile_is_on_its_side_of_a_limit(values in values(), near in 0usize..300, percent in 0.1..99.9f64) {
        let sorted = sorted(&values);
        // A limit in the bucket of one of the values, and one that is a value.
        let value = sorted[near % sorted.len()];
        for limit in [value * 1.000_01, value, value * 0.999_99] {
            let tally = tally(&values, &[limit]);
            let percentile = Percentile::new(percent).unwrap();
            let rank = percentile.rank(tally.samples());
            let truth = sorted[rank as usize - 1];
            let read = tally.limits()[0].on_its_side(rank, tally.percentile(percentile).unwrap());
            prop_assert_eq!(read.partial_cmp(&limit), truth.partial_cmp(&limit), "{} {} {}", read, truth, limit);
        }
    }
}

#[test]
fn without_a_sample_there_is_no_figure() {
    let none = tally(&[], &[0.5]);
    assert_eq!((none.samples(), none.sum(), none.min(), none.mean(), none.max()), (0, None, None, None, None));
    assert_eq!((none.stddev(), none.percentile(Percentile::new(50.0).unwrap())), (None, None));
}

#[test]
fn a_sum_that_is_too_large_for_a_number_is_absent() {
    let huge = tally(&[f64::MAX, f64::MAX], &[]);
    assert_eq!((huge.sum(), huge.mean(), huge.max()), (None, None, Some(f64::MAX)));
}

#[test]
fn a_deviation_that_is_too_large_for_a_number_is_absent_and_not_zero() {
    assert_eq!(tally(&[-1.7e308, 1.7e308], &[]).stddev(), None);
    let huge = tally(&[1e200, 3e200], &[]);
    let mut merged = tally(&[], &[]);
    merged.merge(&huge);
    assert_eq!((huge.stddev(), merged.stddev()), (None, None));
}
