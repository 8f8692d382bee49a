//! A test in two runs.

use std::time::Duration;

use super::earlier::EarlierRun;
use super::requests::requests_differ;
use crate::baseline::{Machine, differences};
use crate::comparison::{
    ArmFigures, ChangeReport, ChangeVerdict, ComparisonMethod, ComparisonRules, StoredFigures, ThroughputMeaning,
    two_runs,
};
use crate::measure::Measured;
use crate::outcome::{Environment, Outcome, TestReport, figure};
use crate::report::words::word;
use crate::workload::{LoadModel, RunLength, Workload};

/// The test compared with the same test of an earlier run: once, or once for each arm that both have. Nothing if the earlier run does
/// not have it, or if one of them did not measure it.
pub(super) fn compare_test(
    earlier: &EarlierRun,
    test: &TestReport,
    subject: &str,
    environment: &Environment,
) -> Vec<ChangeReport> {
    let Some(before) = earlier.test(&test.id) else { return Vec::new() };
    let why_not = why_not_comparable(before, &earlier.run.environment, test, environment);
    let rules = rules_of(test);
    let lengths = (planned_length(before), planned_length(test));
    let pairs = test.figures().filter_map(|(arm, after)| {
        let (_, before) = before.figures().find(|(name, _)| *name == arm)?;
        Some((arm, before, after))
    });
    let compare = |(arm, before, after): (Option<&str>, &Measured, &Measured)| {
        let name = |run: &str| arm.map_or_else(|| run.to_owned(), |arm| format!("{run} · {arm}"));
        let (reference, subject) = (name(&earlier.name), name(subject));
        match why_not.as_slice() {
            [] => two_runs(&figures(reference, before, lengths.0), &figures(subject, after, lengths.1), rules),
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
    if requests_differ(before, now) {
        why.push("the requests differ".to_owned());
    }
    for (test, run) in [(before, "earlier"), (now, "later")] {
        if !matches!(test.outcome, Outcome::Passed | Outcome::Failed) {
            why.push(format!("the test was {} in the {run} run", word(test.outcome)));
        }
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
fn figures(name: String, measured: &Measured, planned: Option<Duration>) -> ArmFigures {
    let times = &measured.total.response_time;
    let totals = StoredFigures {
        mean_s: times.mean_s,
        p50_s: figure::percentile_s(times, 50.0),
        p95_s: figure::percentile_s(times, 95.0),
        throughput_per_s: measured.total.throughput_per_s,
        // That of the seconds is used.
        failed_share: None,
        samples: times.samples,
    };
    ArmFigures { name, totals, turns: measured.whole_seconds(planned) }
}

/// How long the test was to be measured, as far as its record says so.
fn planned_length(test: &TestReport) -> Option<Duration> {
    match test.workload.as_ref()?.length {
        RunLength::Duration(length) => Some(length),
        RunLength::Requests(_) | RunLength::UntilPrecise => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::TimeSlice;
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
    fn the_seconds_after_the_planned_end_in_which_only_the_last_requests_were_answered_are_left_out() {
        let with_drain = |mean_s: f64| {
            let mut test = test(mean_s);
            test.workload.as_mut().unwrap().length = RunLength::Duration(Duration::from_secs(30));
            let measured = test.measured.as_mut().unwrap();
            measured.span = Duration::from_millis(32_500);
            measured.timeline.extend((30..32).map(|second| TimeSlice { second, ok: 1, ..TimeSlice::default() }));
            test
        };
        let seconds = |test: &TestReport| figures(String::new(), test.measured.as_ref().unwrap(), planned_length(test));
        assert_eq!(seconds(&with_drain(0.1)).turns.len(), 30);
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
    fn a_test_that_was_doubtful_in_either_run_is_not_comparable() {
        let doubtful = |outcome| TestReport { outcome, ..test(0.4) };
        for (before, now, note) in [
            (test(0.2), doubtful(Outcome::Invalid), "the test was invalid in the later run"),
            (test(0.2), doubtful(Outcome::Interrupted), "the test was interrupted in the later run"),
            (doubtful(Outcome::Invalid), test(0.2), "the test was invalid in the earlier run"),
        ] {
            let report = &compared(before, &now)[0];
            assert_eq!(
                (report.verdict, report.notes.as_slice()),
                (ChangeVerdict::NotComparable, &[note.to_owned()][..])
            );
        }
    }

    #[test]
    fn each_arm_is_compared_with_the_same_arm_and_a_new_test_with_nothing() {
        let reports = compared(samples::versus(), &samples::versus());
        let names: Vec<_> = reports.iter().map(|report| report.subject.as_str()).collect();
        assert_eq!(names, ["now · sequential", "now · threaded"]);
        assert!(compared(samples::failed(), &test(0.2)).is_empty());
    }
}
