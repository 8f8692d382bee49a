//! The whole of a perf binary's `main`.

use std::process::ExitCode;
use std::sync::Arc;

use super::closing::Closing;
use super::comparing::{self, AskedComparison, RunsOf};
use super::exit::Problem;
use super::given::GivenTests;
use super::guarded::{Ending, Report, Reporter};
use super::input::{self, Input};
use super::last_failed;
use super::measure::measure;
use super::output::{complain, say};
use super::plan::{self, PlannedTest};
use super::recorded::report_comparison;
use super::suite::Suite;
use super::{against, show, trials};
use crate::cli::{CliCommand, Options, Show};
use crate::server;

/// Runs the perf tests of this binary and returns the exit code; the whole `main` of a test target with
/// `harness = false`.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     proofload::main()
/// }
/// ```
///
/// Exit codes: 0 all passed · 101 a test failed · 102 none failed, but a measurement was invalid or a fixture broke,
/// or `--no-wait` found another run ·
/// 4 `-m`, `-k`, `--kind` or `--last-failed` matched nothing · 2 wrong usage · 1 a result could not be written ·
/// 129, 130 and 143 interrupted.
///
/// Call it first thing in `main`: the tests run in a process of their own, and so does each server under test. All of
/// them are this same binary, started again. Whatever ends the tests' process, the exit code is not 0, the test that ran
/// is named, and the record has the tests that had finished.
#[must_use = "cargo reads from the exit code whether the tests passed"]
pub fn main() -> ExitCode {
    #[cfg(feature = "tls")]
    crate::http::share_cryptography();
    if let Some(code) = server::run_if_reexecuted() {
        return code;
    }
    run_suite(&Suite::OfThisBinary)
}

/// Runs tests that a command has made, and returns the exit code of a perf binary. `proofload.toml` and the variables of the
/// environment are not read: a command has a file and options of its own.
#[must_use = "the exit code says whether the tests passed"]
pub fn run_given(given: GivenTests) -> ExitCode {
    #[cfg(feature = "tls")]
    crate::http::share_cryptography();
    run_suite(&Suite::Given(given))
}

/// Runs `suite` and returns the exit code.
fn run_suite(suite: &Suite) -> ExitCode {
    #[cfg(feature = "cluster")]
    if let Some(worker) = server::WorkerProcess::this() {
        return super::workers::run_worker(suite, worker);
    }
    let ended = Reporter::of_this_process().map_err(Problem::usage).map(|reporter| {
        let ended = run(suite, &reporter).unwrap_or_else(Problem::complain);
        reporter.send(&Report::Ends(Ending::Finished));
        ended
    });
    ExitCode::from(ended.unwrap_or_else(Problem::complain))
}

/// Select, list or show; otherwise set up, offer load, judge, report.
fn run(suite: &Suite, reporter: &Reporter) -> Result<u8, Problem> {
    let declared = suite.tests().map_err(Problem::usage)?;
    let manifest_dir = input::manifest_dir(&declared);
    let options = match suite.read_options(&manifest_dir)? {
        CliCommand::Run(options) => options,
        CliCommand::Print(text) => {
            say(&text);
            return Ok(0);
        }
    };
    let closing = Closing::read(&options, suite.command_style()).map_err(Problem::usage)?;
    let folders = input::folders(&manifest_dir, &options);
    input::check_targets(&options)?;
    against::check_given(&options)?;
    input::check_files(&options)?;
    let failed_last = match options.last_failed {
        true => Some(last_failed::tests(&folders.latest_record()).map_err(Problem::usage)?),
        false => None,
    };
    let tests = plan::plan(declared, &options, failed_last.as_deref())?;
    // The guardian has said it.
    if !reporter.is_guarded() {
        note(&tests, &options);
    }
    if show_instead(&tests, &options) {
        return Ok(0);
    }
    #[cfg(feature = "cluster")]
    if let Some(manifest) = super::manifest::asked_for(&options, &folders.id)? {
        say(&manifest);
        return Ok(0);
    }
    let member = tests.first().map(|planned| planned.test.id.clone());
    let runs = RunsOf { folders: &folders, member: member.as_ref() };
    let earlier = match comparing::asked(&options.compare, runs).map_err(Problem::usage)? {
        AskedComparison::Nothing => None,
        AskedComparison::With(earlier) => Some(Arc::new(earlier)),
        AskedComparison::Recorded(compared) => return report_comparison(&compared, &options, &closing, &folders),
    };
    measure(Input { tests, options: *options, closing, folders, manifest_dir, earlier }, reporter)
}

/// Prints what may be a mistake in the selection.
fn note(tests: &[PlannedTest], options: &Options) {
    for note in plan::notes(tests, options) {
        complain(&format!("note: {note}"));
    }
    if tests.is_empty() {
        complain(
            "note: this binary has no perf test; tests in a library become part of it when it names the library: \
             `use my_crate as _;`",
        );
    }
}

/// `--list`, `--fixtures` and `--setup-plan`, which start nothing. False if none of them was given.
fn show_instead(tests: &[PlannedTest], options: &Options) -> bool {
    let selected = || tests.iter().filter(|planned| planned.is_selected);
    match options.show {
        Some(Show::Fixtures) => say(&show::fixtures()),
        Some(Show::SetupPlan) => say(&show::setup_plan(selected())),
        None if options.output.list => trials::list(&options.output, tests),
        None => return false,
    }
    true
}
