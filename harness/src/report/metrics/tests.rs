//! What a reader of metrics finds.

use std::collections::{BTreeMap, BTreeSet};

use super::endpoints::MOST_ENDPOINTS;
use super::text;
use crate::measure::{Counts, GeneratorSample, Summary, TimeSummary};
use crate::outcome::{RunReport, TestReport, ThresholdVerdict, samples};
use crate::report::record;

fn run_of(tests: Vec<TestReport>) -> RunReport {
    RunReport { tests, ..samples::run() }
}

/// The values of the series of `family`, by their labels.
fn series(text: &str, family: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(family)?.strip_prefix('{')?.rsplit_once("} "));
    let values = lines.map(|(labels, value)| (labels.to_owned(), value.parse().expect("a number")));
    let all: Vec<_> = values.collect();
    let by_labels: BTreeMap<_, _> = all.iter().cloned().collect();
    assert_eq!(by_labels.len(), all.len(), "a series is there twice: {all:?}");
    by_labels
}

fn sum(text: &str, family: &str) -> f64 {
    series(text, family).values().sum()
}

#[test]
fn a_run_with_a_closed_and_an_open_test_has_these_metrics() {
    insta::assert_snapshot!(text(&run_of(vec![samples::failed(), samples::open(), samples::ignored()])));
}

#[test]
fn the_metrics_of_a_record_are_those_of_the_run() {
    let run = run_of(vec![samples::failed(), samples::open(), samples::benchmark("agent::config", 80)]);
    let read = record::parse(&record::to_json(&run)).expect("our own record");
    assert_eq!(text(&read), text(&run));
}

#[test]
fn the_ends_of_requests_add_up_to_those_intended_although_some_have_no_endpoint() {
    let mut test = samples::open();
    let measured = test.measured.as_mut().expect("figures");
    measured.total.requests.never_sent += 50;
    measured.total.requests.intended += 50;
    let intended = measured.total.requests.intended;
    let text = text(&run_of(vec![test]));
    assert_eq!(sum(&text, "proofload_requests_total"), intended as f64);
    let without = r#"package="perf-tests",target="perf",test="agent::open",fate="never_sent""#;
    assert_eq!(series(&text, "proofload_requests_total").get(without), Some(&50.0), "{text}");
}

/// Where the bound lies inside a bucket, the bucket counts as longer: known is only that its times are within a thousandth.
#[test]
fn each_limit_is_a_bound_and_the_longest_time_that_equals_it_is_within() {
    let mut test = samples::passed();
    test.thresholds[1].threshold = "p95 < 123ms".parse().expect("a threshold");
    let times = [90, 123, 123].map(std::time::Duration::from_millis);
    test.measured.as_mut().expect("figures").endpoints[0].response_time = TimeSummary::of(times);
    let text = text(&run_of(vec![test]));
    let buckets = series(&text, "proofload_response_time_seconds_bucket");
    let at_most = |bound: &str| {
        let bucket = buckets.iter().find(|(labels, _)| labels.ends_with(&format!("le=\"{bound}\"")));
        bucket.map(|(_, count)| *count)
    };
    assert_eq!(
        (at_most("0.1"), at_most("0.123"), at_most("0.25"), at_most("+Inf")),
        (Some(1.0), Some(3.0), Some(3.0), Some(3.0))
    );
    assert!((sum(&text, "proofload_response_time_seconds_sum") - 0.336).abs() < 1e-9);
}

#[test]
fn buckets_never_fall_and_end_with_the_number_of_samples() {
    let text = text(&run_of(vec![samples::open()]));
    let mut before = 0.0;
    for line in text.lines().filter(|line| line.starts_with("proofload_response_time_seconds_bucket")) {
        let (_, count) = line.rsplit_once(' ').expect("a value");
        let count: f64 = count.parse().expect("a number");
        assert!(count >= before, "{line}");
        before = count;
    }
    assert_eq!(before, sum(&text, "proofload_response_time_seconds_count"));
}

#[test]
fn of_too_many_endpoints_the_further_ones_are_counted_together() {
    let mut test = samples::passed();
    let measured = test.measured.as_mut().expect("figures");
    let requests = Counts { intended: 2, ok: 2, ..Counts::default() };
    let named = |name: String| Summary { name, requests, ..Summary::default() };
    measured.endpoints = (0..1_000).map(|id| named(format!("GET /items/{id:03}"))).collect();
    measured.endpoints.push(named("other".to_owned()));
    measured.total.requests = Counts { intended: 2_002, ok: 2_002, ..Counts::default() };
    let text = text(&run_of(vec![test]));
    let requests = series(&text, "proofload_requests_total");
    let ok: BTreeMap<_, _> = requests.iter().filter(|(labels, _)| labels.ends_with("fate=\"ok\"")).collect();
    assert_eq!(ok.len(), MOST_ENDPOINTS + 1);
    let other = ok.iter().find(|(labels, _)| labels.contains("endpoint=\"other\"")).expect("the further ones");
    assert_eq!((other.1, sum(&text, "proofload_requests_total")), (&&1_602.0, 2_002.0));
}

#[test]
fn nothing_in_a_name_ends_a_label_or_a_line() {
    let mut test = samples::passed();
    let hostile = "a\"} 7\n# TYPE x counter\\\u{1b}[2J\0\u{202e}";
    test.id.name = hostile.to_owned();
    let measured = test.measured.as_mut().expect("figures");
    measured.endpoints[0].name = hostile.to_owned();
    measured.total.failures = [(hostile.to_owned(), 3)].into();
    test.servers[0].name = hostile.to_owned();
    let text = text(&run_of(vec![test]));
    assert!(text.lines().all(|line| line.starts_with("# ") || line.starts_with("proofload_")), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(text.contains(r#"endpoint="a\"} 7\n# TYPE x counter\\\\u{1b}[2J\\u{0}"#), "{text}");
}

#[test]
fn what_is_missing_has_no_series_and_no_value_of_zero() {
    let mut test = samples::passed();
    test.thresholds[0].actual = None;
    let measured = test.measured.as_mut().expect("figures");
    measured.generator.cpu_s = None;
    measured.total.throughput_per_s = Some(f64::NAN);
    measured.endpoints[0].response_time = TimeSummary::default();
    let text = text(&run_of(vec![test]));
    assert_eq!(series(&text, "proofload_threshold_actual").len(), 2);
    for family in ["generator_cpu_seconds_total", "throughput_requests_per_second", "response_time_seconds"] {
        assert!(!text.contains(&format!("proofload_{family}")), "{family}: {text}");
    }
}

#[test]
fn a_record_without_histograms_has_their_counts_and_sums() {
    let mut test = samples::passed();
    let times = &mut test.measured.as_mut().expect("figures").endpoints[0].response_time;
    *times = TimeSummary { samples: 4, mean_s: Some(0.5), ..TimeSummary::default() };
    let text = text(&run_of(vec![test]));
    let buckets = series(&text, "proofload_response_time_seconds_bucket");
    assert_eq!(buckets.values().collect::<Vec<_>>(), [&4.0]);
    assert_eq!(sum(&text, "proofload_response_time_seconds_sum"), 2.0);
}

/// The names in a text that begin like ours.
fn names_in(text: &str) -> BTreeSet<String> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    text.split(ends).filter(|word| word.starts_with("proofload_")).map(str::to_owned).collect()
}

#[test]
fn every_metric_that_the_dashboard_asks_for_is_written() {
    let mut open = samples::open();
    let sample = GeneratorSample { at_s: 1.0, cpu_s: Some(0.5), rss_bytes: Some(1 << 20) };
    open.measured.as_mut().expect("figures").generator.samples = vec![sample];
    let mut written = names_in(&text(&run_of(vec![samples::failed(), open])));
    // What only a scrape during a run finds is written beside these.
    let running = ["requests_sent_total", "requests_ok_total", "requests_failed_total", "requests_in_flight", "users"];
    written.extend(running.map(|name| format!("proofload_running_{name}")));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/grafana.json");
    let dashboard: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("it is there")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("queries"));
    let queries: Vec<&str> = targets.map(|target| target["expr"].as_str().expect("a query")).collect();
    let variables = dashboard["templating"]["list"].as_array().expect("variables").iter();
    let asked: BTreeSet<String> =
        variables.filter_map(|variable| variable["query"].as_str()).chain(queries).flat_map(names_in).collect();
    assert!(asked.len() > 10, "{asked:?}");
    assert_eq!(asked.difference(&written).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_arms_of_a_test_are_series_of_their_own() {
    let mut test = samples::versus();
    // The same threshold of both arms.
    test.thresholds.push(ThresholdVerdict { arm: Some("sequential".to_owned()), ..test.thresholds[0].clone() });
    let text = text(&run_of(vec![test]));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let all: Vec<&str> = lines.filter_map(|line| Some(line.rsplit_once(' ')?.0)).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{text}");
    assert!(text.contains("\"orders::sla · sequential\"") && text.contains("\"orders::sla · threaded\""), "{text}");
}

#[test]
fn the_requests_of_a_class_of_users_have_its_name_as_a_label() {
    let text = text(&run_of(vec![samples::mixed(), samples::passed()]));
    let requests = series(&text, "proofload_class_requests_total");
    let ok: Vec<(&String, &f64)> = requests.iter().filter(|(labels, _)| labels.contains("fate=\"ok\"")).collect();
    assert_eq!(ok.len(), 2, "{requests:?}");
    assert!(ok[0].0.contains("class=\"busy\"") && *ok[0].1 == 1_000.0, "{ok:?}");
    assert!(text.contains("proofload_class_response_time_seconds_count{"), "{text}");
}
