//! The planned tests as libtest prints them. The only module that uses libtest-mimic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, ColorSetting, Completion, Failed, FormatSetting, Trial};

use super::comparing::Comparing;
use super::guarded::{Report, Reporter};
use super::interim::InterimRecord;
use super::output::say;
use super::plan::PlannedTest;
use super::stored::StoredRuns;
use super::thread::Orders;
use crate::cli::{Colour, Format, IgnoredTests, TestOutput};
use crate::live::LiveFeed;
use crate::outcome::{Outcome, TestReport};
use crate::report::{afterwards, message};
use crate::runner::{Interruption, Test, not_run};

/// The reports of the tests that have run, in the order in which they ran.
pub(super) type Reports = Arc<Mutex<Vec<TestReport>>>;

/// What every trial needs to run its test.
#[derive(Clone)]
pub(super) struct TrialContext {
    pub(super) orders: Orders,
    pub(super) interruption: Interruption,
    pub(super) reports: Reports,
    pub(super) fail_fast: bool,
    pub(super) reporter: Reporter,
    pub(super) interim: Arc<InterimRecord>,
    /// What each test is compared with.
    pub(super) stored: Arc<StoredRuns>,
    /// Where each test is reported to a live page.
    pub(super) feed: Option<LiveFeed>,
    pub(super) comparing: Arc<Comparing>,
}

/// Runs the planned tests one after another, as libtest prints them. False if standard output was closed meanwhile.
///
/// libtest-mimic panics when its output is closed, as by `| head`. It catches the panics of trials itself, so a panic
/// that arrives here means a closed output, and the fixtures must still be torn down.
pub(super) fn run(output: &TestOutput, tests: &[PlannedTest], context: &TrialContext) -> bool {
    let widths = Widths::of(tests);
    let trials =
        tests.iter().map(|planned| trial(planned, context.clone(), widths.prefix(&planned.test, output))).collect();
    let arguments = arguments(output, tests);
    // libtest counts only passed and failed; the exit code comes from the reports.
    catch_unwind(AssertUnwindSafe(|| drop(libtest_mimic::run(&arguments, trials)))).is_ok()
}

/// Runs the planned tests one after another, and prints nothing.
pub(super) fn run_silently(output: &TestOutput, tests: &[PlannedTest], context: &TrialContext) {
    for planned in tests.iter().filter(|planned| will_run(planned, output)) {
        // Its report is kept, with everything that libtest would print.
        let _conclusion = run_trial(&planned.test, context, String::new());
    }
}

/// Lists the planned tests, or prints them all as ignored; starts nothing.
pub(super) fn list(output: &TestOutput, tests: &[PlannedTest]) {
    let never = || Err("ERRORED: a test ran although it was only to be listed".into());
    let trials = tests.iter().map(|planned| with_labels(planned, Trial::test(&planned.test.id.name, never))).collect();
    // Nothing ran, so there is no conclusion to draw.
    let _ = libtest_mimic::run(&arguments(output, tests), trials);
}

/// True if libtest will call this test's body.
pub(super) fn will_run(planned: &PlannedTest, output: &TestOutput) -> bool {
    planned.is_selected && output.ignored.runs(planned.is_ignored)
}

/// What libtest-mimic is given. One thread, whatever `--test-threads` says: two loads at once would measure each other.
///
/// Every test is handed over, and those left out are skipped by their exact names: libtest then counts them as
/// filtered out, whichever flag left them out.
fn arguments(output: &TestOutput, tests: &[PlannedTest]) -> Arguments {
    let left_out = tests.iter().filter(|planned| !planned.is_selected).map(|planned| planned.test.id.name.clone());
    Arguments {
        list: output.list,
        ignored: output.ignored == IgnoredTests::Only,
        include_ignored: output.ignored == IgnoredTests::Include,
        format: Some(match output.format {
            Format::Pretty => FormatSetting::Pretty,
            Format::Terse => FormatSetting::Terse,
            Format::Json => FormatSetting::Json,
        }),
        color: Some(match output.colour {
            Colour::Auto => ColorSetting::Auto,
            Colour::Always => ColorSetting::Always,
            Colour::Never => ColorSetting::Never,
        }),
        logfile: output.logfile.clone(),
        test_threads: Some(1),
        exact: true,
        skip: left_out.collect(),
        ..Arguments::default()
    }
}

fn with_labels(planned: &PlannedTest, trial: Trial) -> Trial {
    trial.with_kind(planned.test.kind.name()).with_ignored_flag(planned.is_ignored)
}

fn trial(planned: &PlannedTest, context: TrialContext, prefix: String) -> Trial {
    let test = Arc::clone(&planned.test);
    let body = move || run_trial(&test, &context, prefix);
    with_labels(planned, Trial::ignorable_test(&planned.test.id.name, body))
}

fn run_trial(test: &Arc<Test>, context: &TrialContext, prefix: String) -> Result<Completion, Failed> {
    if let Some(reason) = context.reason_to_skip() {
        context.keep(TestReport { reason: Some(reason.clone()), ..not_run(test) });
        return Ok(Completion::ignored_with(reason));
    }
    if let Some(reason) = context.missing_need(test) {
        let report = TestReport { outcome: Outcome::Errored, reason: Some(reason), ..not_run(test) };
        let message = message::failure(&report);
        context.keep(report);
        return Err(message.trim_end().into());
    }
    let is_pretty = !prefix.is_empty();
    let Some(report) = run_test(test, prefix, context) else {
        return Err("ERRORED: the session's thread has panicked; see its message above".into());
    };
    let conclusion = match report.outcome {
        Outcome::Passed | Outcome::Explored => Ok(Completion::Completed),
        // libtest-mimic ends the message with a blank line of its own.
        _ => Err(message::failure(&report).trim_end().into()),
    };
    if let Some(failed) = afterwards::beside(&report).filter(|_| is_pretty) {
        // libtest has printed the test's name, and prints `ok` behind this.
        say(&format!("{failed} "));
    }
    context.keep(report);
    conclusion
}

/// Runs a test on the session's thread; `None` if that has panicked. `prefix` is what is printed on the line so far.
pub(super) fn run_test(test: &Arc<Test>, prefix: String, context: &TrialContext) -> Option<TestReport> {
    context.reporter.send(&Report::Begins(test.id.name.clone()));
    context.interim.write(&context.so_far(), Some(test));
    if let Some(feed) = &context.feed {
        feed.test_begins(test);
    }
    let report = context.orders.run(test, prefix, &context.interruption);
    context.reporter.send(&Report::TestEnded);
    report.map(|report| context.stored.compared(report)).map(|report| context.comparing.complete(report))
}

impl TrialContext {
    /// Why the remaining tests are not run, if so.
    fn reason_to_skip(&self) -> Option<String> {
        if let Some(cause) = self.interruption.cause() {
            return Some(format!("not run: interrupted by {cause}"));
        }
        if let Some(why) = self.interruption.no_more_tests() {
            return Some(format!("not run: {why}"));
        }
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = reports.iter().any(|report| report.outcome.is_problem());
        (self.fail_fast && failed).then(|| "not run: --fail-fast".to_owned())
    }

    /// Why `test` is not run, if one that it needs did not pass.
    fn missing_need(&self, test: &Test) -> Option<String> {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let found = |name: &String| reports.iter().find(|report| report.id.name == *name).map(|report| report.outcome);
        let missing = |name| Some((name, unmet(found(name))?));
        let (name, how) = test.needed_tests.iter().find_map(missing)?;
        Some(format!("not run: it needs `{name}`, which {how}"))
    }

    /// The reports of the tests that have ended.
    fn so_far(&self) -> Vec<TestReport> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the report of a test that has ended, in place of an earlier one of the same test.
    pub(super) fn keep(&self, report: TestReport) {
        if let Some(feed) = &self.feed {
            feed.test_ended(&report);
        }
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.retain(|known| known.id != report.id);
        reports.push(report);
    }
}

/// How a needed test ended, if that does not let others run.
fn unmet(outcome: Option<Outcome>) -> Option<&'static str> {
    Some(match outcome {
        Some(Outcome::Passed | Outcome::Explored) => return None,
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Invalid) => "was invalid",
        Some(Outcome::Errored) => "errored",
        Some(Outcome::Interrupted) => "was interrupted",
        Some(Outcome::Ignored) | None => "did not run",
    })
}

/// libtest pads names to one width; the progress line must write the same text again when it is erased.
struct Widths {
    name: usize,
    kind: usize,
}

impl Widths {
    fn of(tests: &[PlannedTest]) -> Widths {
        let selected = || tests.iter().filter(|planned| planned.is_selected).map(|planned| &planned.test);
        let name = selected().map(|test| test.id.name.chars().count()).max().unwrap_or(0);
        let kind = selected().map(|test| test.kind.name().len() + 3).max().unwrap_or(0);
        Widths { name, kind }
    }

    fn prefix(&self, test: &Test, output: &TestOutput) -> String {
        if output.format != Format::Pretty {
            return String::new();
        }
        let kind = format!("[{}] ", test.kind);
        format!("test {kind:<0$}{1:<2$} ... ", self.kind, test.id.name, self.name)
    }
}
