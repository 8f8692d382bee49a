//! What tools that follow figures find.

use std::time::Duration;

use serde_json::Value;

use super::{benchmark_json, bigger_is_better, bmf, smaller_is_better};
use crate::measure::TimeSummary;
use crate::outcome::{Outcome, RunReport, TestReport, samples};
use crate::report::record;
use crate::threshold::Subject;

fn run_of(tests: Vec<TestReport>) -> RunReport {
    RunReport { tests, ..samples::run() }
}

fn benchmark_of(times: impl IntoIterator<Item = Duration>) -> TestReport {
    let mut test = samples::benchmark("agent::config", 80);
    test.measured.as_mut().expect("figures").iteration.response_time = TimeSummary::of(times);
    test
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn stats(test: TestReport) -> Value {
    json(&benchmark_json(&run_of(vec![test])))["benchmarks"][0]["stats"].clone()
}

#[test]
fn a_benchmark_in_the_json_of_pytest_benchmark() {
    insta::assert_snapshot!(benchmark_json(&run_of(vec![samples::benchmark("agent::config", 80), samples::passed()])));
}

#[test]
fn a_benchmark_and_an_open_test_for_github_and_bencher() {
    let run = run_of(vec![samples::benchmark("agent::config", 80), samples::open()]);
    insta::assert_snapshot!([smaller_is_better(&run), bigger_is_better(&run), bmf(&run)].join("\n"));
}

#[test]
fn the_files_of_a_record_are_those_of_the_run() {
    let run = run_of(vec![samples::benchmark("agent::config", 80), samples::open()]);
    let read = record::parse(&record::to_json(&run)).expect("our own record");
    for file in [benchmark_json, smaller_is_better, bigger_is_better, bmf] {
        assert_eq!(file(&read), file(&run));
    }
}

/// Of 1 to 1,000 µs and twice 5 ms, to the digits of a histogram: quartiles 251 and 752 µs, so that the fences are
/// −501 and 1,504 µs and two times lie beyond them.
#[test]
fn quartiles_and_outliers_are_those_of_the_list_of_times() {
    let times = (1..=1_000).chain([5_000, 5_000]).map(Duration::from_micros);
    let stats = stats(benchmark_of(times));
    let near = |name: &str, expected_s: f64| {
        let value_s = stats[name].as_f64().unwrap_or_else(|| panic!("{name}: {stats}"));
        assert!((value_s / expected_s - 1.0).abs() < 0.002, "{name} is {value_s} and not {expected_s}");
    };
    near("min", 1e-6);
    near("q1", 251e-6);
    near("median", 501e-6);
    near("q3", 752e-6);
    near("iqr", 501e-6);
    near("ld15iqr", 1e-6);
    near("hd15iqr", 1_000e-6);
    near("max", 5_000e-6);
    near("total", 0.5105);
    near("ops", 1_002.0 / 0.5105);
    assert_eq!((&stats["rounds"], &stats["iqr_outliers"], &stats["iterations"]), (&1_002.into(), &2.into(), &1.into()));
    // The mean is 509.5 µs and the deviation of the sample 351.6: 157 times are shorter than 157.9 µs, 141 longer than 861.1.
    let beyond = stats["stddev_outliers"].as_u64().expect("a count");
    assert!(beyond.abs_diff(298) <= 2, "{stats}");
    assert_eq!(stats["outliers"], format!("{beyond};2"));
}

#[test]
fn a_single_round_has_no_deviation() {
    let stats = stats(benchmark_of([Duration::from_millis(2)]));
    assert_eq!((&stats["stddev"], &stats["rounds"]), (&Value::Null, &1.into()));
    assert_eq!((&stats["median"], &stats["q1"], &stats["iqr"]), (&0.002.into(), &0.002.into(), &0.0.into()));
}

#[test]
fn without_a_histogram_what_it_would_say_is_missing() {
    let mut test = benchmark_of([]);
    let times =
        TimeSummary { samples: 100, mean_s: Some(0.5), p50_s: Some(0.4), p75_s: Some(0.6), ..TimeSummary::default() };
    test.measured.as_mut().expect("figures").iteration.response_time = times;
    let stats = stats(test);
    assert_eq!((&stats["median"], &stats["mean"], &stats["ops"]), (&0.4.into(), &0.5.into(), &2.0.into()));
    for name in ["min", "stddev", "q1", "q3", "iqr", "outliers", "iqr_outliers", "stddev_outliers", "ld15iqr"] {
        assert_eq!(stats[name], Value::Null, "{name}");
    }
}

#[test]
fn figures_that_prove_nothing_are_not_followed() {
    let invalid = TestReport { outcome: Outcome::Invalid, ..samples::benchmark("agent::config", 80) };
    let run = run_of(vec![invalid, samples::invalid(), samples::errored(), samples::ignored()]);
    assert_eq!(json(&benchmark_json(&run))["benchmarks"], Value::Array(Vec::new()));
    assert_eq!(
        (smaller_is_better(&run), bigger_is_better(&run), bmf(&run)),
        ("[]\n".into(), "[]\n".into(), "{}\n".into())
    );
}

#[test]
fn a_missing_figure_has_no_entry() {
    let mut test = samples::passed();
    let total = &mut test.measured.as_mut().expect("figures").total;
    (total.throughput_per_s, total.response_time.p99_s) = (None, Some(f64::NAN));
    let run = run_of(vec![test]);
    assert!(!bigger_is_better(&run).contains("throughput") && !smaller_is_better(&run).contains("p99"));
    let bmf = json(&bmf(&run));
    let measures = bmf["perf-tests::perf::agent::health"].as_object().expect("measures");
    assert!(measures.contains_key("latency") && !measures.contains_key("throughput"), "{bmf}");
}

#[test]
fn an_interval_is_that_of_the_same_figure() {
    let run = run_of(vec![samples::open(), samples::benchmark("agent::config", 80)]);
    let bmf = json(&bmf(&run));
    // The sample's p95 has an interval of 271.3 to 289.4 ms, its mean one of 138.9 to 156.7.
    let open = &bmf["perf-tests::perf::agent::open"];
    assert_eq!(
        (&open["latency-p95"]["lower_value"], &open["latency-p95"]["upper_value"]),
        (&271_300_000.0.into(), &289_400_000.0.into())
    );
    assert_eq!(open["latency"]["lower_value"], Value::from(138_900_000.0));
    assert_eq!(open["latency-p99"].get("lower_value"), None);
    // 80 to 479 µs: a mean of 279.5, known to 1.83 %.
    let benchmark = &bmf["perf-tests::perf::agent::config"]["latency"];
    assert_eq!((&benchmark["value"], &benchmark["upper_value"]), (&279_500.0.into(), &284_614.85.into()));
}

#[test]
fn an_interval_of_a_class_of_users_is_not_that_of_the_whole_test() {
    let mut open = samples::open();
    open.thresholds.iter_mut().for_each(|verdict| verdict.threshold.subject = Subject::Class("busy".to_owned()));
    let bmf = json(&bmf(&run_of(vec![open])));
    assert_eq!(bmf["perf-tests::perf::agent::open"]["latency-p95"].get("lower_value"), None);
}

#[test]
fn tests_of_one_name_in_two_binaries_are_two() {
    let mut other = samples::passed();
    other.id.target = "nightly".to_owned();
    let bmf = json(&bmf(&run_of(vec![samples::passed(), other])));
    assert_eq!(bmf.as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn the_interval_of_a_mean_does_not_begin_below_zero() {
    let mut test = samples::benchmark("agent::config", 80);
    let precision = test.measured.as_mut().expect("figures").precision.as_mut().expect("a precision");
    precision.half_width = 1.05;
    let measures = json(&bmf(&run_of(vec![test])));
    let latency = &measures["perf-tests::perf::agent::config"]["latency"];
    assert_eq!(latency["lower_value"], 0.0, "{latency:#}");
}
