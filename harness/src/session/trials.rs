//! The planned tests as libtest knows them. The one door to libtest-mimic beside the command line.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use super::interrupt::Interrupt;
use super::perform::blank;
use super::plan::PlannedTest;
use super::runner::Orders;
use crate::outcome::{Outcome, TestReport};
use crate::report::message;

/// The reports of the tests that have run, in the order in which they ran.
pub(super) type Reports = Arc<Mutex<Vec<TestReport>>>;

/// What every trial needs.
#[derive(Clone)]
pub(super) struct Stagehand {
    pub(super) orders: Orders,
    pub(super) interrupt: Interrupt,
    pub(super) reports: Reports,
    pub(super) fail_fast: bool,
}

/// Runs the planned tests one after another, as libtest prints them. False if nobody listens any more.
///
/// libtest-mimic panics when its output is closed, as by `| head`. The panic of a trial it keeps to itself, so one that
/// arrives here is that, and the fixtures are still to be torn down.
pub(super) fn run(arguments: &Arguments, tests: &[Arc<PlannedTest>], hand: &Stagehand) -> bool {
    let widths = Widths::of(tests);
    let trials = tests.iter().map(|test| trial(test, hand.clone(), widths.prefix(test, arguments))).collect();
    let arguments = one_at_a_time(arguments, tests);
    // libtest's own count knows passed and failed only; the exit code comes from the reports.
    catch_unwind(AssertUnwindSafe(|| drop(libtest_mimic::run(&arguments, trials)))).is_ok()
}

/// Lists the planned tests, or prints them all as ignored; starts nothing.
pub(super) fn list(arguments: &Arguments, tests: &[Arc<PlannedTest>]) {
    let never = || Err("ERRORED: a test ran that was to be listed only".into());
    let trials = tests.iter().map(|test| with_labels(test, Trial::test(&test.case.name, never))).collect();
    // Nothing ran, so there is no conclusion to draw.
    let _ = libtest_mimic::run(&one_at_a_time(arguments, tests), trials);
}

/// True if libtest will call this test's body.
pub(super) fn will_run(test: &PlannedTest, arguments: &Arguments) -> bool {
    test.is_selected
        && match test.case.ignored {
            Some(_) => arguments.ignored || arguments.include_ignored,
            None => !arguments.ignored,
        }
}

/// Two loads at once would measure each other, so one thread, whatever `--test-threads` says.
///
/// Every test is handed over and those left out are skipped by their exact names: libtest then counts them as
/// filtered out, whichever flag left them out.
fn one_at_a_time(arguments: &Arguments, tests: &[Arc<PlannedTest>]) -> Arguments {
    let left_out = tests.iter().filter(|test| !test.is_selected).map(|test| test.case.name.clone());
    Arguments { test_threads: Some(1), filter: None, exact: true, skip: left_out.collect(), ..arguments.clone() }
}

fn with_labels(test: &PlannedTest, trial: Trial) -> Trial {
    trial.with_kind(test.case.decl.kind.name()).with_ignored_flag(test.case.ignored.is_some())
}

fn trial(test: &Arc<PlannedTest>, hand: Stagehand, prefix: String) -> Trial {
    let planned = Arc::clone(test);
    let body = move || perform(&planned, &hand, prefix);
    with_labels(test, Trial::ignorable_test(&test.case.name, body))
}

fn perform(test: &Arc<PlannedTest>, hand: &Stagehand, prefix: String) -> Result<Completion, Failed> {
    if let Some(reason) = hand.reason_to_pass_over() {
        hand.keep(TestReport { reason: Some(reason.clone()), ..blank(test) });
        return Ok(Completion::ignored_with(reason));
    }
    let Some(report) = hand.orders.perform(test, prefix) else {
        return Err("ERRORED: the session's thread has panicked; its message stands above".into());
    };
    let conclusion = match report.outcome {
        Outcome::Passed => Ok(Completion::Completed),
        // libtest-mimic ends the message with a blank line of its own.
        _ => Err(message::failure(&report).trim_end().into()),
    };
    hand.keep(report);
    conclusion
}

impl Stagehand {
    /// Why the rest of the tests is not run any more, if so.
    fn reason_to_pass_over(&self) -> Option<String> {
        if let Some(signal) = self.interrupt.signal() {
            return Some(format!("not run: interrupted by {}", signal.name()));
        }
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = reports.iter().any(|report| !matches!(report.outcome, Outcome::Passed | Outcome::Ignored));
        (self.fail_fast && failed).then(|| "not run: --fail-fast".to_owned())
    }

    fn keep(&self, report: TestReport) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    }
}

/// libtest pads names to one width; the progress line must write the same text again when it goes.
struct Widths {
    name: usize,
    kind: usize,
}

impl Widths {
    fn of(tests: &[Arc<PlannedTest>]) -> Widths {
        let selected = || tests.iter().filter(|test| test.is_selected);
        let name = selected().map(|test| test.case.name.chars().count()).max().unwrap_or(0);
        let kind = selected().map(|test| test.case.decl.kind.name().len() + 3).max().unwrap_or(0);
        Widths { name, kind }
    }

    fn prefix(&self, test: &PlannedTest, arguments: &Arguments) -> String {
        let announces =
            !arguments.quiet && matches!(arguments.format, None | Some(libtest_mimic::FormatSetting::Pretty));
        if !announces {
            return String::new();
        }
        let kind = format!("[{}] ", test.case.decl.kind);
        format!("test {kind:<0$}{1:<2$} ... ", self.kind, test.case.name, self.name)
    }
}
