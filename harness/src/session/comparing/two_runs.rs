//! A test in two runs.

use super::earlier::EarlierRun;
use crate::baseline::{Machine, differences};
use crate::comparison::{
    ArmFigures, ChangeReport, ChangeVerdict, ComparisonMethod, ComparisonRules, StoredFigures, ThroughputMeaning,
    two_runs,
};
use crate::measure::{Measured, TimeSlice};
use crate::outcome::{Environment, Outcome, TestReport, figure};
use crate::workload::{LoadModel, RunLength, Workload};

/// The test compared with the same test of an earlier run: once, or once for each arm that both have. Nothing if the earlier run does
/// not have it, or if one of them did not measure it.
pub(super) fn compare_test(
    earlier: &EarlierRun,
    test: &TestReport,
    subject: &str,
    environment: &Environment,
) -> Vec<ChangeReport> {
    let Some(before) = earlier.run.tests.iter().find(|before| before.id.matches(&test.id)) else { return Vec::new() };
    let why_not = why_not_comparable(before, &earlier.run.environment, test, environment);
    let rules = rules_of(test);
    let pairs = test.figures().filter_map(|(arm, after)| {
        let (_, before) = before.figures().find(|(name, _)| *name == arm)?;
        Some((arm, before, after))
    });
    let compare = |(arm, before, after): (Option<&str>, &Measured, &Measured)| {
        let name = |run: &str| arm.map_or_else(|| run.to_owned(), |arm| format!("{run} · {arm}"));
        let (reference, subject) = (name(&earlier.name), name(subject));
        match why_not.as_slice() {
            [] => two_runs(&figures(reference, before), &figures(subject, after), rules),
            why => not_comparable(reference, subject, why),
        }
    };
    pairs.map(compare).collect()
}

/// Throughput is a figure of the server only where users wait for its responses.
fn rules_of(test: &TestReport) -> ComparisonRules {
    let is_open = test.workload.as_ref().is_some_and(|workload| matches!(workload.model, LoadModel::Open(_)));
    let throughput = if is_open { ThroughputMeaning::OfTheSchedule } else { ThroughputMeaning::OfTheServer };
    ComparisonRules { throughput, ..ComparisonRules::default() }
}

/// Another machine, another load, or figures that are not to be believed.
fn why_not_comparable(
    before: &TestReport,
    environment_before: &Environment,
    now: &TestReport,
    environment: &Environment,
) -> Vec<String> {
    let mut why = differences(&Machine::of(environment_before), &Machine::of(environment));
    if apart_from_length(before) != apart_from_length(now) {
        why.push("the load differs".to_owned());
    }
    let is_doubtful = |outcome| !matches!(outcome, Outcome::Passed | Outcome::Failed);
    if is_doubtful(before.outcome) {
        why.push(format!("the test was {} in the earlier run", crate::report::words::word(before.outcome)));
    }
    why
}

/// A measurement near a limit is made longer, which is no other load.
fn apart_from_length(test: &TestReport) -> Option<Workload> {
    test.workload.clone().map(|workload| Workload { length: RunLength::UntilPrecise, ..workload })
}

fn not_comparable(reference: String, subject: String, why: &[String]) -> ChangeReport {
    ChangeReport {
        reference,
        subject,
        method: ComparisonMethod::TwoRuns,
        verdict: ChangeVerdict::NotComparable,
        confirmed: None,
        changes: Vec::new(),
        notes: vec![why.join("; ")],
    }
}

/// Of the requests: the seconds of a record are those of requests also in a benchmark.
fn figures(name: String, measured: &Measured) -> ArmFigures {
    let times = &measured.total.response_time;
    let totals = StoredFigures {
        mean_s: times.mean_s,
        p50_s: figure::percentile_s(times, 50.0),
        p95_s: figure::percentile_s(times, 95.0),
        throughput_per_s: measured.total.throughput_per_s,
        samples: times.samples,
    };
    ArmFigures { name, totals, turns: whole_seconds(measured) }
}

/// Without the last one, of which only a part was measured.
fn whole_seconds(measured: &Measured) -> Vec<TimeSlice> {
    let span_s = measured.span.as_secs_f64();
    measured.timeline.iter().filter(|slice| slice.second as f64 + 1.0 <= span_s).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::outcome::{RunReport, samples};

    /// 30 seconds of about `mean_s` each.
    fn test(mean_s: f64) -> TestReport {
        let mut test = samples::passed();
        let measured = test.measured.as_mut().unwrap();
        let slice = |second: u64| TimeSlice {
            second,
            ok: 100,
            mean_s: Some(mean_s * (1.0 + 0.01 * [0.0, 1.0, -1.0, 0.5, -0.5][second as usize % 5])),
            p50_s: Some(mean_s),
            p95_s: Some(mean_s * 1.5),
            ..TimeSlice::default()
        };
        (measured.span, measured.timeline) = (Duration::from_secs(30), (0..30).map(slice).collect());
        test
    }

    fn compared(before: TestReport, now: &TestReport) -> Vec<ChangeReport> {
        let run = RunReport { tests: vec![before], ..samples::run() };
        let earlier = EarlierRun { name: "1-7".to_owned(), record: "run.json".into(), run };
        compare_test(&earlier, now, "now", &samples::environment())
    }

    #[test]
    fn a_test_that_takes_twice_as_long_as_in_the_earlier_run_regressed() {
        let reports = compared(test(0.2), &test(0.4));
        let [report] = reports.as_slice() else { panic!("{reports:?}") };
        let names = (report.reference.as_str(), report.subject.as_str(), report.method);
        assert_eq!(names, ("1-7", "now", ComparisonMethod::TwoRuns));
        assert_eq!(report.verdict, ChangeVerdict::Regressed);
        assert!(report.notes.iter().any(|note| note.contains("two runs at different times")), "{report:?}");
    }

    #[test]
    fn another_machine_or_load_is_not_comparable_and_says_why() {
        let mut other = test(0.2);
        other.workload = samples::open().workload;
        let reports = compared(other, &test(0.4));
        assert_eq!(
            (reports[0].verdict, reports[0].notes.as_slice()),
            (ChangeVerdict::NotComparable, &["the load differs".to_owned()][..])
        );
        let mut run = RunReport { tests: vec![test(0.2)], ..samples::run() };
        run.environment.cores = Some(64);
        let earlier = EarlierRun { name: "1-7".to_owned(), record: "run.json".into(), run };
        let report = &compare_test(&earlier, &test(0.4), "now", &samples::environment())[0];
        assert!(
            report.verdict == ChangeVerdict::NotComparable && report.notes[0].contains("cores 64 → 2"),
            "{report:?}"
        );
    }

    #[test]
    fn each_arm_is_compared_with_the_same_arm_and_a_new_test_with_nothing() {
        let reports = compared(samples::versus(), &samples::versus());
        let names: Vec<_> = reports.iter().map(|report| report.subject.as_str()).collect();
        assert_eq!(names, ["now · sequential", "now · threaded"]);
        assert!(compared(samples::failed(), &test(0.2)).is_empty());
    }
}
