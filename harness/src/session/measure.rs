//! A run of the selected tests: set up, offer load, judge, report.

use std::sync::{Arc, PoisonError};
use std::time::SystemTime;

use super::exit::{NOT_WRITTEN, Problem, SideProblems, exit_code};
use super::input::Input;
use super::lock::{MachineLock, machine_lock_path};
use super::output::{complain, say};
use super::results::{self, BaselinesWanted};
use super::thread::SessionThread;
use super::trials::{self, Reports, TrialContext};
use super::{descriptors, environment, interrupt};
use crate::baseline::KnownTests;
use crate::cli::Options;
use crate::outcome::{RunReport, TestReport};
use crate::runner::{Interruption, RunnerOptions};

/// Offers the load of every selected test, reports the result and returns the exit code.
pub(super) fn measure(input: &Input) -> Result<u8, Problem> {
    let Input { tests, options, .. } = input;
    if !tests.iter().any(|planned| trials::will_run(planned, &options.output)) {
        trials::list(&options.output, tests);
        hint_at_ignored(input);
        return Ok(0);
    }
    let interruption = interrupt::listen().map_err(Problem::not_started)?;
    let _lock = lock_machine()?;
    let started = SystemTime::now();
    let ran = run_tests(input, &interruption)?;
    let run = RunReport {
        id: input.folders.id.clone(),
        started,
        finished: SystemTime::now(),
        environment: environment::read(&input.folders.workspace),
        interrupted: interruption.cause().map(str::to_owned),
        tests: ran.reports,
    };
    let code = report(&run, input, &ran.complaints);
    if ran.output_closed {
        complain("error: standard output was closed, so the run ended early; the run record has the tests that ran");
        return Ok(if code == 0 { NOT_WRITTEN } else { code });
    }
    Ok(code)
}

/// Waits until no other run offers load on this machine.
fn lock_machine() -> Result<MachineLock, Problem> {
    let lock = MachineLock::acquire(&machine_lock_path(), |holder| {
        complain(&format!("another perf run is active on this machine: {holder}; waiting until it ends"));
    });
    lock.map_err(|error| Problem { text: error.to_string(), exit_code: NOT_WRITTEN })
}

/// The tests that ran, and what went wrong beside them.
struct RanTests {
    reports: Vec<TestReport>,
    /// Tear-downs that failed.
    complaints: Vec<String>,
    /// Standard output was closed, which ended the run early.
    output_closed: bool,
}

fn run_tests(input: &Input, interruption: &Interruption) -> Result<RanTests, Problem> {
    let options = &input.options;
    let runner_options = RunnerOptions {
        output_dir: input.folders.run().join("servers"),
        targets: options.targets.clone(),
        descriptor_limit: descriptors::raise_limit(),
        is_optimised: environment::is_optimised(),
        interruption: interruption.clone(),
    };
    let thread = SessionThread::start(runner_options, options.progress).map_err(Problem::not_started)?;
    let reports = Reports::default();
    let context = TrialContext {
        orders: thread.orders(),
        interruption: interruption.clone(),
        reports: Arc::clone(&reports),
        fail_fast: options.fail_fast,
    };
    let output_closed = !trials::run(&options.output, &input.tests, &context);
    let complaints = thread.close();
    let reports = std::mem::take(&mut *reports.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(RanTests { reports, complaints, output_closed })
}

/// Writes and prints the result; returns the exit code.
fn report(run: &RunReport, input: &Input, complaints: &[String]) -> u8 {
    let known_tests: KnownTests = input.tests.iter().map(|planned| planned.test.id.clone()).collect();
    let results = results::write(run, &input.folders, baselines_wanted(run, &input.options, &known_tests));
    say(&input.closing.text(run, &results.written));
    hint_at_ignored(input);
    for note in &results.notes {
        complain(&format!("note: {note}"));
    }
    for complaint in complaints {
        complain(&format!("error: tear-down: {complaint}"));
    }
    for error in &results.errors {
        complain(&format!("error: {error}"));
    }
    let problems = SideProblems { unwritten: !results.errors.is_empty(), tear_down_failed: !complaints.is_empty() };
    exit_code(run, problems)
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
fn hint_at_ignored(input: &Input) {
    let selected: Vec<_> = input.tests.iter().filter(|planned| planned.is_selected).collect();
    let runs = |planned| trials::will_run(planned, &input.options.output);
    let all_ignored = !selected.is_empty() && !selected.iter().any(|planned| runs(planned));
    if all_ignored && input.closing.is_wanted() {
        complain(&format!(
            "note: all {} selected tests are ignored by default; add --include-ignored to run them",
            selected.len()
        ));
    }
}
