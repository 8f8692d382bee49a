//! The wiring: select, set up, offer load, judge, report.

mod closing;
mod environment;
mod folder;
mod interrupt;
mod last_failed;
mod limits;
mod lock;
mod offer;
mod perform;
mod plan;
mod programme;
mod progress;
mod runner;
mod searching;
mod show;
mod staging;
mod tell;
mod trials;
mod voice;

pub use offer::{Scene, offer};

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, PoisonError};
use std::time::SystemTime;

use self::closing::Closing;
use self::folder::Folders;
use self::interrupt::Interrupt;
use self::perform::Performer;
use self::plan::PlannedTest;
use self::runner::Runner;
use self::staging::RunStage;
use self::tell::BaselinesWanted;
use self::trials::{Reports, Stagehand};
use self::voice::{complain, say};
use crate::baseline::KnownTests;
use crate::cli::{self, Command, Options, Show};
use crate::outcome::{Outcome, RunReport};
use crate::registry::{self, TestCase};
use crate::server;
use crate::suggest::did_you_mean;

/// Runs the perf tests of this binary and returns the exit code; the whole `main` of a test target with
/// `harness = false`.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     proofload::main()
/// }
/// ```
///
/// Exit codes: 0 all passed · 101 a test failed · 102 none failed, but a measurement was invalid or a fixture broke ·
/// 4 `-m`, `-k`, `--kind` or `--last-failed` matched nothing · 2 wrong usage · 1 a result could not be written ·
/// 130 and 143 interrupted.
///
/// Call it first thing in `main`: the servers under test are this same binary, started again.
#[must_use = "the exit code tells cargo whether the tests passed"]
pub fn main() -> ExitCode {
    if let Some(code) = server::answer_if_called() {
        return code;
    }
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            complain(&format!("error: {}", problem.text));
            ExitCode::from(problem.exit_code)
        }
    }
}

/// Why nothing was run.
struct Problem {
    text: String,
    exit_code: u8,
}

const USAGE: u8 = 2;
const NOT_WRITTEN: u8 = 1;

fn usage(error: impl std::fmt::Display) -> Problem {
    Problem { text: error.to_string(), exit_code: USAGE }
}

/// Select, list or show; otherwise set up, offer load, judge, report.
fn run() -> Result<u8, Problem> {
    let declared = registry::tests().map_err(usage)?;
    let manifest_dir = manifest_dir(&declared);
    let options = match read_options(&manifest_dir)? {
        Command::Run(options) => options,
        Command::Print(text) => {
            say(&text);
            return Ok(0);
        }
    };
    let closing = Closing::read(&options).map_err(usage)?;
    let places = Folders::find(&manifest_dir, options.output_dir.as_deref(), run_id());
    check_targets(&options)?;
    let failed_last = match options.last_failed {
        true => Some(last_failed::tests(&places.latest_record()).map_err(usage)?),
        false => None,
    };
    let planned = plan::plan(declared, &options, failed_last.as_deref())
        .map_err(|error| Problem { exit_code: error.exit_code(), text: error.to_string() })?;
    let tests: Vec<Arc<PlannedTest>> = planned.into_iter().map(Arc::new).collect();
    if shown(&tests, &options) {
        return Ok(0);
    }
    measure(&tests, &options, &closing, &places)
}

/// A target for a fixture that does not exist would silently test another server.
fn check_targets(options: &Options) -> Result<(), Problem> {
    let servers: Vec<String> = staging::server_fixtures();
    let Some(name) = options.targets.keys().find(|name| !servers.contains(name)) else { return Ok(()) };
    let suggestion = did_you_mean(name, servers.iter().map(String::as_str));
    Err(usage(format!(
        "PROOFLOAD_TARGET_{}: there is no server fixture `{name}`{suggestion} (server fixtures: {})",
        name.to_uppercase(),
        servers.join(", ")
    )))
}

/// `--list`, `--fixtures` and `--setup-plan`, which start nothing.
fn shown(tests: &[Arc<PlannedTest>], options: &Options) -> bool {
    let selected = || tests.iter().filter(|test| test.is_selected).map(AsRef::as_ref);
    match options.show {
        Some(Show::Fixtures) => say(&show::fixtures()),
        Some(Show::SetupPlan) => say(&show::setup_plan(selected())),
        None if options.arguments.list => trials::list(&options.arguments, tests),
        None => return false,
    }
    true
}

/// Offers the load of every selected test and tells the result.
fn measure(tests: &[Arc<PlannedTest>], options: &Options, closing: &Closing, folders: &Folders) -> Result<u8, Problem> {
    if !tests.iter().any(|test| trials::will_run(test, &options.arguments)) {
        trials::list(&options.arguments, tests);
        hint_at_ignored(tests, options, closing);
        return Ok(0);
    }
    let broken =
        |error: std::io::Error| Problem { text: format!("the run could not be started: {error}"), exit_code: 102 };
    let interrupt = Interrupt::listen().map_err(broken)?;
    let _alone = lock::MachineLock::acquire(&lock::machine_lock_path(), |holder| {
        complain(&format!("another perf run is active on this machine: {holder}; waiting until it ends"));
    })
    .map_err(|error| Problem { text: error.to_string(), exit_code: NOT_WRITTEN })?;
    let started = SystemTime::now();
    let runner = start_runner(options, folders, &interrupt).map_err(broken)?;
    let reports = Reports::default();
    let hand = Stagehand {
        orders: runner.orders(),
        interrupt: interrupt.clone(),
        reports: Arc::clone(&reports),
        fail_fast: options.fail_fast,
    };
    let heard = trials::run(&options.arguments, tests, &hand);
    let complaints = runner.close();
    let run = RunReport {
        id: folders.id.clone(),
        started,
        finished: SystemTime::now(),
        environment: environment::read(&folders.workspace),
        interrupted: interrupt.signal().map(|signal| signal.name().to_owned()),
        tests: std::mem::take(&mut *reports.lock().unwrap_or_else(PoisonError::into_inner)),
    };
    let code = tell(&run, tests, options, closing, folders, &complaints);
    if !heard {
        complain("error: standard output was closed, so the run ended early; the run record has the tests that ran");
        return Ok(if code == 0 { NOT_WRITTEN } else { code });
    }
    Ok(code)
}

/// Writes and prints the result; returns the exit code.
fn tell(
    run: &RunReport,
    tests: &[Arc<PlannedTest>],
    options: &Options,
    closing: &Closing,
    folders: &Folders,
    complaints: &[String],
) -> u8 {
    let known_tests: KnownTests = tests.iter().map(|test| test.id()).collect();
    let told = tell::write(run, folders, baselines_wanted(run, options, &known_tests));
    say(&closing.text(run, &told.written));
    hint_at_ignored(tests, options, closing);
    for note in &told.notes {
        complain(&format!("note: {note}"));
    }
    for complaint in complaints {
        complain(&format!("error: tear-down: {complaint}"));
    }
    for error in &told.errors {
        complain(&format!("error: {error}"));
    }
    exit_code(run, !told.errors.is_empty(), !complaints.is_empty())
}

fn exit_code(run: &RunReport, unwritten: bool, complained: bool) -> u8 {
    let any = |outcome| run.tests.iter().any(|test| test.outcome == outcome);
    match run.interrupted.as_deref() {
        Some("SIGTERM") => return interrupt::Signalled::Terminate.exit_code(),
        Some(_) => return interrupt::Signalled::Interrupt.exit_code(),
        None => {}
    }
    if any(Outcome::Failed) {
        return 101;
    }
    let torn = run.tests.iter().any(|test| !test.after.is_empty());
    if any(Outcome::Invalid) || any(Outcome::Errored) || complained || torn {
        return 102;
    }
    if unwritten { NOT_WRITTEN } else { 0 }
}

/// Only a run of the declared load may replace a row.
fn baselines_wanted<'a>(run: &RunReport, options: &Options, known_tests: &'a KnownTests) -> BaselinesWanted<'a> {
    if !options.baselines {
        return BaselinesWanted::No { why: None };
    }
    if run.interrupted.is_some() {
        return BaselinesWanted::No { why: Some("the run was interrupted") };
    }
    if options.layers.is_overridden() {
        return BaselinesWanted::No { why: Some("the load was overridden, so the figures are of another test") };
    }
    if !options.targets.is_empty() {
        return BaselinesWanted::No { why: Some("a target was replaced, so the figures are of another server") };
    }
    BaselinesWanted::Yes { known_tests }
}

/// A person who selects stress tests and sees them all ignored wants to know why.
fn hint_at_ignored(tests: &[Arc<PlannedTest>], options: &Options, closing: &Closing) {
    let selected: Vec<_> = tests.iter().filter(|test| test.is_selected).collect();
    let all_ignored = !selected.is_empty() && selected.iter().all(|test| !trials::will_run(test, &options.arguments));
    if all_ignored && closing.is_wanted() {
        complain(&format!(
            "note: all {} selected tests are ignored by default; add --include-ignored to run them",
            selected.len()
        ));
    }
}

fn start_runner(options: &Options, folders: &Folders, interrupt: &Interrupt) -> std::io::Result<Runner> {
    let (progress, interrupt) = (options.progress, interrupt.clone());
    let (output_dir, targets) = (folders.run().join("servers"), options.targets.clone());
    let descriptor_limit = limits::raise_descriptors();
    Runner::start(move || {
        let stage = RunStage::new(output_dir, targets);
        Performer {
            keeper: crate::fixture::FixtureManager::new(stage.clone()),
            stage,
            interrupt,
            progress,
            descriptor_limit,
            module: None,
            capacities: std::collections::HashMap::new(),
            complaints: Vec::new(),
        }
    })
}

fn read_options(manifest_dir: &Path) -> Result<Command, Problem> {
    let config = find_config(manifest_dir)?;
    let config = config.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
    cli::read(std::env::args_os(), std::env::vars_os(), config).map_err(usage)
}

/// `proofload.toml` of the package, or else of the workspace.
fn find_config(manifest_dir: &Path) -> Result<Option<(PathBuf, String)>, Problem> {
    let workspace = folder::workspace_root(manifest_dir);
    for folder in [manifest_dir, &workspace] {
        let path = folder.join("proofload.toml");
        match folder::read_if_there(&path) {
            Ok(Some(text)) => return Ok(Some((path, text))),
            Ok(None) => {}
            Err(error) => return Err(usage(format!("cannot read {}: {error}", path.display()))),
        }
    }
    Ok(None)
}

/// cargo's word for the package under test; else where its tests were declared; else here.
fn manifest_dir(tests: &[TestCase]) -> PathBuf {
    let declared = || tests.first().map(|test| PathBuf::from(test.decl.manifest_dir));
    let by_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    by_cargo.or_else(declared).unwrap_or_else(|| PathBuf::from("."))
}

fn run_id() -> String {
    folder::run_id(std::env::var("NEXTEST_RUN_ID").ok().as_deref(), SystemTime::now())
}
