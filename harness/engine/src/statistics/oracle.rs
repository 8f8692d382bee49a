//! The estimators, held against SciPy on the same numbers; `scripts/scipy-oracle` made the figures.

use serde::Deserialize;

use super::interval::ConfidenceInterval;
use super::paired::HodgesLehmann;
use super::rank_sum::{mann_whitney, wilson_interval};
use super::shift::Shift;
use super::student_t::student_t_beyond;

const PRECISION: f64 = 1e-9;

#[derive(Deserialize)]
struct Oracle {
    student_t: Vec<Quantile>,
    hodges_lehmann: Vec<OfPairs>,
    welch: Vec<OfSeries>,
    prediction: Vec<OfStored>,
    mann_whitney: Vec<OfRanks>,
    wilson: Vec<OfShare>,
}

#[derive(Deserialize)]
struct Quantile {
    tail: f64,
    degrees_of_freedom: f64,
    quantile: f64,
}

#[derive(Deserialize)]
struct OfPairs {
    values: Vec<f64>,
    estimate: f64,
    interval_95: Option<(f64, f64)>,
    interval_99: Option<(f64, f64)>,
}

#[derive(Deserialize)]
struct OfSeries {
    earlier: Vec<f64>,
    later: Vec<f64>,
    estimate: f64,
    degrees_of_freedom: f64,
    interval_95: (f64, f64),
}

#[derive(Deserialize)]
struct OfStored {
    stored: Vec<f64>,
    new: Vec<f64>,
    estimate: f64,
    interval_95: (f64, f64),
    interval_99: (f64, f64),
}

#[derive(Deserialize)]
struct OfRanks {
    first: Vec<f64>,
    second: Vec<f64>,
    p: f64,
}

#[derive(Deserialize)]
struct OfShare {
    hits: u64,
    trials: u64,
    interval: (f64, f64),
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("../../../tests/data/scipy-oracle.json")).unwrap()
}

#[track_caller]
fn assert_same(ours: f64, scipys: f64) {
    assert!((ours - scipys).abs() <= PRECISION * scipys.abs().max(1.0), "{ours} is not SciPy's {scipys}");
}

#[track_caller]
fn assert_same_ends(ours: ConfidenceInterval, scipys: (f64, f64)) {
    assert_same(ours.low, scipys.0);
    assert_same(ours.high, scipys.1);
}

#[test]
fn quantiles_of_student_t_are_those_of_scipy() {
    let quantiles = oracle().student_t;
    assert_eq!(quantiles.len(), 90);
    for Quantile { tail, degrees_of_freedom, quantile } in quantiles {
        assert_same(student_t_beyond(tail, degrees_of_freedom), quantile);
    }
}

#[test]
fn hodges_lehmann_estimates_and_their_intervals_are_those_of_scipy() {
    let cases = oracle().hodges_lehmann;
    assert_eq!(cases.len(), 8);
    for case in cases {
        let ours = HodgesLehmann::of(&case.values).unwrap();
        assert_same(ours.estimate, case.estimate);
        for (ours, scipys) in [(ours.interval(0.025), case.interval_95), (ours.interval(0.005), case.interval_99)] {
            assert_eq!(ours.is_some(), scipys.is_some(), "{} values", case.values.len());
            ours.zip(scipys).into_iter().for_each(|(ours, scipys)| assert_same_ends(ours, scipys));
        }
    }
}

#[test]
fn the_interval_between_series_that_do_not_depend_on_themselves_is_scipys() {
    let cases = oracle().welch;
    assert_eq!(cases.len(), 2);
    for case in cases {
        let ours = Shift::between_series(&case.earlier, &case.later, 0.0).unwrap();
        assert_same(ours.estimate, case.estimate);
        assert_same(ours.degrees_of_freedom, case.degrees_of_freedom);
        assert_same_ends(ours.interval, case.interval_95);
    }
}

#[test]
fn the_interval_of_a_new_run_beside_stored_ones_is_scipys() {
    let cases = oracle().prediction;
    assert_eq!(cases.len(), 3);
    for case in cases {
        let ours = Shift::from_stored(&case.stored, &case.new).unwrap();
        assert_same(ours.estimate, case.estimate);
        assert_same_ends(ours.interval, case.interval_95);
        assert_same_ends(ours.of_99, case.interval_99);
    }
}

#[test]
fn the_methods_that_the_benchmark_compares_are_scipys() {
    let Oracle { mann_whitney: ranks, wilson, .. } = oracle();
    assert_eq!((ranks.len(), wilson.len()), (3, 5));
    for OfRanks { first, second, p } in ranks {
        assert_same(mann_whitney(&first, &second), p);
    }
    for OfShare { hits, trials, interval } in wilson {
        let (low, high) = wilson_interval(hits, trials);
        assert_same(low, interval.0);
        assert_same(high, interval.1);
    }
}
