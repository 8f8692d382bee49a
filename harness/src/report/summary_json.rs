//! The few figures of each test that most scripts ask for, as JSON: times in seconds, shares of 1, `null` for what is missing.

use serde::Serialize;

use crate::kind::Kind;
use crate::measure::{ClassFigures, ValueFigures, ValueKind, json};
use crate::outcome::timestamp::rfc3339;
use crate::outcome::{Degradation, Outcome, RunReport, TestId, TestReport};

/// The `schema` field.
const SCHEMA: &str = "proofload/summary/1";

#[derive(Serialize)]
struct SummaryFile<'a> {
    schema: &'static str,
    run: &'a str,
    started: String,
    finished: String,
    interrupted: Option<&'a str>,
    git_commit: Option<&'a str>,
    optimised: bool,
    tests: Vec<TestSummary<'a>>,
}

#[derive(Serialize)]
struct TestSummary<'a> {
    #[serde(flatten)]
    id: &'a TestId,
    kind: Kind,
    outcome: Outcome,
    reason: Option<&'a str>,
    /// Intended: what was never sent is among them.
    total_requests: Option<u64>,
    successful_requests: Option<u64>,
    /// All others.
    failed_requests: Option<u64>,
    #[serde(serialize_with = "json::figure")]
    success_rate: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    avg_response_time: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    p95_response_time: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    p99_response_time: Option<f64>,
    /// Requests that ended ok.
    #[serde(serialize_with = "json::figure")]
    requests_per_second: Option<f64>,
    /// `null` for a load without a second steady level.
    degradation: Option<&'a Degradation>,
    /// Of a test with classes of users only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<ClassSummary<'a>>,
    /// Those that the test records.
    values: Vec<ValueSummary<'a>>,
}

/// The users of one class.
#[derive(Serialize)]
struct ClassSummary<'a> {
    name: &'a str,
    weight: u32,
    users: Option<u64>,
    total_requests: u64,
    successful_requests: u64,
    failed_requests: u64,
    #[serde(serialize_with = "json::figure")]
    success_rate: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    avg_response_time: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    p95_response_time: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    p99_response_time: Option<f64>,
    #[serde(serialize_with = "json::figure")]
    requests_per_second: Option<f64>,
}

#[derive(Serialize)]
struct ValueSummary<'a> {
    name: &'a str,
    kind: ValueKind,
    samples: u64,
    total: Option<f64>,
    mean: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    per_second: Option<f64>,
}

/// The file, with a newline at the end.
pub(crate) fn text(run: &RunReport) -> String {
    let file = SummaryFile {
        schema: SCHEMA,
        run: &run.id,
        started: rfc3339(run.started),
        finished: rfc3339(run.finished),
        interrupted: run.interrupted.as_deref(),
        git_commit: run.environment.git_commit.as_deref(),
        optimised: run.environment.optimised,
        tests: run.tests.iter().map(summary).collect(),
    };
    let text = serde_json::to_string_pretty(&file).expect("strings, numbers and options always serialise");
    format!("{text}\n")
}

fn summary(test: &TestReport) -> TestSummary<'_> {
    let total = test.measured.as_ref().map(|measured| &measured.total);
    let requests = total.map(|total| &total.requests);
    let times = total.map(|total| &total.response_time);
    TestSummary {
        id: &test.id,
        kind: test.kind,
        outcome: test.outcome,
        reason: test.reason.as_deref(),
        total_requests: requests.map(|requests| requests.intended),
        successful_requests: requests.map(|requests| requests.ok),
        failed_requests: requests.map(|requests| requests.intended.saturating_sub(requests.ok)),
        success_rate: total.and_then(|total| total.success_rate),
        avg_response_time: times.and_then(|times| times.mean_s),
        p95_response_time: times.and_then(|times| times.p95_s),
        p99_response_time: times.and_then(|times| times.p99_s),
        requests_per_second: total.and_then(|total| total.throughput_per_s),
        degradation: test.degradation.as_ref(),
        classes: test.measured.iter().flat_map(|measured| &measured.classes).map(class_summary).collect(),
        values: test.measured.iter().flat_map(|measured| &measured.values).map(value_summary).collect(),
    }
}

fn class_summary(class: &ClassFigures) -> ClassSummary<'_> {
    let total = &class.measured.total;
    let (requests, times) = (&total.requests, &total.response_time);
    ClassSummary {
        name: &class.name,
        weight: class.weight,
        users: class.users,
        total_requests: requests.intended,
        successful_requests: requests.ok,
        failed_requests: requests.intended.saturating_sub(requests.ok),
        success_rate: total.success_rate,
        avg_response_time: times.mean_s,
        p95_response_time: times.p95_s,
        p99_response_time: times.p99_s,
        requests_per_second: total.throughput_per_s,
    }
}

fn value_summary(value: &ValueFigures) -> ValueSummary<'_> {
    ValueSummary {
        name: &value.name,
        kind: value.kind,
        samples: value.samples,
        total: value.sum,
        mean: value.mean,
        p50: value.p50,
        p95: value.p95,
        min: value.min,
        max: value.max,
        per_second: value.per_s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn the_summary_of_a_test_with_figures_and_of_one_without() {
        insta::assert_snapshot!(text(&RunReport {
            tests: vec![samples::failed(), samples::ignored(), samples::valued()],
            ..samples::run()
        }));
    }

    #[test]
    fn what_never_was_sent_is_not_successful() {
        let mut test = samples::passed();
        let requests = &mut test.measured.as_mut().expect("figures").total.requests;
        (requests.intended, requests.never_sent) = (5_100, 100);
        let summary = summary(&test);
        assert_eq!((summary.total_requests, summary.failed_requests), (Some(5_100), Some(100)));
    }

    #[test]
    fn only_a_test_with_classes_of_users_has_them_in_its_summary() {
        let json = |test: TestReport| serde_json::to_value(summary(&test)).expect("JSON");
        let mixed = json(samples::mixed());
        assert_eq!(mixed["classes"][1]["name"], "busy");
        assert_eq!(
            (&mixed["classes"][1]["users"], &mixed["classes"][1]["total_requests"]),
            (&10.into(), &1_000.into())
        );
        assert!(json(samples::passed()).get("classes").is_none());
    }
}
