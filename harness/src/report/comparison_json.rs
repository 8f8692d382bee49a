//! `comparison.json`: the figures of each server that a test compared, and what changed, by the schema `proofload/comparison/1`.

use serde::Serialize;

use crate::comparison::ChangeReport;
use crate::kind::Kind;
use crate::measure::{Measured, json};
use crate::outcome::timestamp::rfc3339;
use crate::outcome::{Outcome, RunReport, TestId, TestReport, figure, is_failed_by_changes_alone};

/// The `schema` field.
const SCHEMA: &str = "proofload/comparison/1";

/// What a run compared. Names carry units, a missing number is `null` and never 0; fields may be added, none is renamed, removed or
/// given another meaning.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Comparison"))]
struct ComparisonFile<'a> {
    /// `proofload/comparison/1`
    schema: &'static str,
    /// The run's name, as in its record.
    run: &'a str,
    /// When it began.
    started: String,
    /// When the last test ended.
    finished: String,
    /// The commit of the workspace.
    git_commit: Option<&'a str>,
    /// The tests that were compared, in the order in which they ran.
    tests: Vec<ComparedTest<'a>>,
}

/// One test.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ComparedTest<'a> {
    #[serde(flatten)]
    id: &'a TestId,
    /// What it asks.
    kind: Kind,
    /// How it ended.
    outcome: Outcome,
    /// Every threshold holds, and the figures can be trusted; `null` if they cannot, or if there are none. A comparison that failed the
    /// test does not change it.
    sla_met: Option<bool>,
    /// Each server that took part, in the order of declaration; none if the test was compared with another run or with what was stored.
    arms: Vec<ComparedArm<'a>>,
    /// What was compared with what: ratios with their intervals, and verdicts.
    comparisons: &'a [ChangeReport],
}

/// The figures of one server.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ComparedArm<'a> {
    /// The fixture's name; `before` or `now` if two versions of the code are compared.
    name: &'a str,
    /// Requests that were intended: what was never sent is among them.
    total_requests: u64,
    /// Those that ended ok.
    successful_requests: u64,
    /// Of the response times; of a benchmark, of the times of an iteration.
    #[serde(serialize_with = "json::figure")]
    mean_s: Option<f64>,
    /// As above.
    #[serde(serialize_with = "json::figure")]
    p50_s: Option<f64>,
    /// As above; `null` if there are fewer than 59 times.
    #[serde(serialize_with = "json::figure")]
    p95_s: Option<f64>,
    /// As above; `null` if there are fewer than 299 times.
    #[serde(serialize_with = "json::figure")]
    p99_s: Option<f64>,
    /// What ended ok, each second of its own turns.
    #[serde(serialize_with = "json::figure")]
    throughput_per_s: Option<f64>,
}

/// The file, with a newline at the end; `None` if no test was compared.
pub(crate) fn text(run: &RunReport) -> Option<String> {
    let compared = run.tests.iter().filter(|test| !test.comparisons.is_empty() || !test.arms.is_empty());
    let tests: Vec<ComparedTest<'_>> = compared.map(ComparedTest::of).collect();
    (!tests.is_empty()).then(|| text_of(run, tests))
}

/// The same for a path that was asked for: a list without a test says that nothing was compared.
pub(crate) fn text_or_empty(run: &RunReport) -> String {
    text(run).unwrap_or_else(|| text_of(run, Vec::new()))
}

fn text_of(run: &RunReport, tests: Vec<ComparedTest<'_>>) -> String {
    let file = ComparisonFile {
        schema: SCHEMA,
        run: &run.id,
        started: rfc3339(run.started),
        finished: rfc3339(run.finished),
        git_commit: run.environment.git_commit.as_deref(),
        tests,
    };
    let text = serde_json::to_string_pretty(&file).expect("strings, numbers and options always serialise");
    format!("{text}\n")
}

impl<'a> ComparedTest<'a> {
    fn of(test: &'a TestReport) -> ComparedTest<'a> {
        let figures = test.arms.iter().map(|arm| ComparedArm::of(&arm.name, test.kind, &arm.measured));
        ComparedTest {
            id: &test.id,
            kind: test.kind,
            outcome: test.outcome,
            sla_met: sla_met(test),
            arms: figures.collect(),
            comparisons: &test.comparisons,
        }
    }
}

/// What is not judged is not met, and not missed either.
fn sla_met(test: &TestReport) -> Option<bool> {
    match test.outcome {
        Outcome::Passed => Some(true),
        Outcome::Failed => Some(is_failed_by_changes_alone(test)),
        Outcome::Invalid | Outcome::Errored | Outcome::Ignored | Outcome::Interrupted | Outcome::Explored => None,
    }
}

impl<'a> ComparedArm<'a> {
    fn of(name: &'a str, kind: Kind, measured: &Measured) -> ComparedArm<'a> {
        let summary = match kind {
            Kind::Benchmark => &measured.iteration,
            _ => &measured.total,
        };
        let times = &summary.response_time;
        ComparedArm {
            name,
            total_requests: measured.total.requests.intended,
            successful_requests: measured.total.requests.ok,
            mean_s: times.mean_s,
            p50_s: figure::percentile_s(times, 50.0),
            p95_s: figure::percentile_s(times, 95.0),
            p99_s: figure::percentile_s(times, 99.0),
            throughput_per_s: summary.throughput_per_s,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::comparison::ChangeVerdict;
    use crate::outcome::samples;

    /// Set to write the schema instead of comparing it.
    const BLESS: &str = "PROOFLOAD_BLESS";

    #[test]
    fn a_test_of_two_servers_and_one_with_a_baseline_as_they_are_written() {
        let tests = vec![samples::versus(), samples::passed(), samples::regressed()];
        insta::assert_snapshot!(text(&RunReport { tests, ..samples::run() }).expect("two tests were compared"));
    }

    #[test]
    fn without_a_comparison_there_is_no_file_unless_it_is_asked_for() {
        assert_eq!(text(&samples::run()), None);
        assert!(text_or_empty(&samples::run()).contains("\"tests\": []"));
    }

    #[test]
    fn a_regression_leaves_the_limits_met_and_what_is_not_judged_is_unknown() {
        assert_eq!(sla_met(&samples::regressed()), Some(true));
        let breached = TestReport { comparisons: samples::regressed().comparisons, ..samples::failed() };
        assert_eq!(sla_met(&breached), Some(false));
        let mut unfounded = samples::stored(ChangeVerdict::NoWorse);
        (unfounded.outcome, unfounded.reason) = (Outcome::Failed, Some("no request succeeded".to_owned()));
        assert_eq!(sla_met(&unfounded), Some(false), "every threshold holds, and the test failed for another reason");
        assert_eq!(sla_met(&samples::invalid()), None);
    }

    #[test]
    fn the_committed_schema_is_the_one_of_the_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/comparison-1.json");
        let settings = schemars::generate::SchemaSettings::default().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<ComparisonFile<'_>>();
        let schema = format!("{}\n", serde_json::to_string_pretty(&schema).expect("a schema is JSON already"));
        if std::env::var_os(BLESS).is_some() {
            std::fs::write(&path, &schema).expect("the schema can be written");
        }
        assert!(
            std::fs::read_to_string(&path).unwrap_or_default() == schema,
            "{} differs from the types: run `{BLESS}=1 cargo test -p proofload --lib schema` and commit the file",
            path.display()
        );
    }
}
