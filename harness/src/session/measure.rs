//! A run of the selected tests: set up, offer load, judge, report.

use std::sync::{Arc, PoisonError};

use super::comparing::Comparing;
use super::exit::{NOT_STARTED, NOT_WRITTEN, Problem, SideProblems, exit_code};
use super::exploration::ExploredTests;
use super::folder::Folders;
use super::guarded::Reporter;
use super::guardian::{EarlyEnd, RunEnd};
use super::input::{Input, check_bind};
use super::interim::InterimRecord;
use super::live_session::{LiveSession, is_wanted};
use super::output::{complain, say};
use super::report_files::WantedFiles;
use super::requests_csv::{RequestsCsv, WrittenRequests};
use super::results::{self, BaselinesWanted};
use super::stored::{self, StoredRuns};
use super::thread::{Observed, SessionThread};
use super::trials::{self, Reports, TrialContext};
use super::waiting::lock_machine;
use super::watched_run::ProgressForm;
#[cfg(feature = "cluster")]
use super::workers;
use super::{against, crates, descriptors, guarded, guardian, interrupt, panics, report_files, typed_in};
use crate::baseline::{Acceptance, EarlierRuns};
use crate::cli::Options;
use crate::fixture::Activity;
use crate::live::LiveFeed;
use crate::outcome::{Outcome, RunReport, TestReport, build_warning};
use crate::report::afterwards;
use crate::runner::{Interruption, RunnerOptions, ServerPlaces};
use crate::server::BaseBinary;

/// Offers the load of every selected test, reports the result and returns the exit code.
pub(super) fn measure(mut input: Input, reporter: &Reporter) -> Result<u8, Problem> {
    let drives = input.options.live.drives();
    let wanted = || input.tests.iter().filter(|planned| is_wanted(planned, &input.options));
    if wanted().next().is_none() {
        trials::list(&input.options.output, &input.tests);
        hint_at_ignored(&input);
        return Ok(0);
    }
    check(&input)?;
    let crates = crates::of_suite(wanted(), &input.folders.workspace, input.closing.is_of_command());
    prepare(&mut input.folders, reporter)?;
    let relative = stored::take_relative(&mut input.tests);
    // Built by the process that a signal ends at once, and before the machine is locked.
    let prepared = if reporter.is_guarded() { None } else { against::prepare(&input)? };
    if !reporter.is_guarded() && !guarded::is_traced() {
        return match guardian::run_tests(&input, prepared.as_ref())? {
            RunEnd::Reported(code) => Ok(code),
            RunEnd::Early(early) => Ok(report_early_end(&early, &input)),
        };
    }
    let interruption = interrupt::listen(reporter).map_err(Problem::not_started)?;
    // A session that is driven from the page holds the machine while a test runs.
    let lock = if drives { None } else { Some(lock_machine(input.options.no_wait, &interruption)?) };
    #[cfg(feature = "cluster")]
    let workers = workers::start(&mut input.tests, &input.options, &input.folders, &interruption)?;
    let input = &input;
    panics::print_briefly(input.folders.run());
    let build_warning = build_warning(&crates);
    let interim = Arc::new(InterimRecord::new(&input.folders, crates, &input.tests));
    let stored = Arc::new(StoredRuns::read(input, interim.environment(), relative));
    let reports = Reports::default();
    let mut live = LiveSession::start(input, &interim, &reports)?;
    let base = prepared.as_ref().map(|base| base.binary.clone()).or_else(against::handed_over);
    let (asked, environment) = (&input.options.compare, interim.environment().clone());
    let comparing = Arc::new(Comparing::new(asked, input.earlier.clone(), environment));
    let context = RunContext {
        base,
        comparing,
        interruption: &interruption,
        reporter,
        interim: &interim,
        stored: &stored,
        reports,
        feed: live.feed(),
        explored: live.take_explored(),
    };
    let ran = run_tests(input, context, build_warning)?;
    #[cfg(feature = "cluster")]
    let ran = ran.complained(workers.close());
    let run = RunReport {
        interrupted: interruption.cause().filter(|_| !drives || was_interrupted(&ran.reports)).map(str::to_owned),
        viewers_peak: live.viewers_peak(),
        ..interim.run(ran.reports)
    };
    let code = report_finished(&run, input, &ran.beside, &stored);
    // Another run may measure while the page is still there.
    drop(lock);
    live.end(&run, input, &interruption);
    Ok(if ran.output_closed { output_closed(code) } else { code })
}

/// Refuses what could not be measured.
fn check(input: &Input) -> Result<(), Problem> {
    check_bind(&input.options)?;
    #[cfg(feature = "cluster")]
    workers::check(&input.tests, &input.options)?;
    Ok(())
}

/// Nothing that was to be printed can be read any more.
fn output_closed(code: u8) -> u8 {
    complain("error: standard output was closed, so the run ended early; the run record has the tests that ran");
    if code == 0 { NOT_WRITTEN } else { code }
}

/// Finds a folder that can be written before any load is offered; without one, nothing that is measured could be kept.
fn prepare(folders: &mut Folders, reporter: &Reporter) -> Result<(), Problem> {
    let moved = folders.prepare().map_err(|error| {
        let advice = "give --output-dir or PROOFLOAD_OUTPUT_DIR a folder that this user may write";
        Problem { text: format!("{error}; no test was run\n  {advice}"), exit_code: NOT_WRITTEN }
    })?;
    // The guardian has said it.
    if let Some(note) = moved.filter(|_| !reporter.is_guarded()) {
        complain(&format!("note: {note}"));
    }
    Ok(())
}

/// The tests that ran, and what went wrong beside them.
struct RanTests {
    reports: Vec<TestReport>,
    beside: BesideTests,
    /// Standard output was closed, which ended the run early.
    output_closed: bool,
}

#[cfg(feature = "cluster")]
impl RanTests {
    /// The same with more that went wrong in the end.
    fn complained(mut self, complaints: Vec<String>) -> RanTests {
        self.beside.complaints.extend(complaints);
        self
    }
}

/// What there is to report beside the tests.
#[derive(Default)]
struct BesideTests {
    /// Tear-downs that failed.
    complaints: Vec<String>,
    requests: WrittenRequests,
}

/// Where the requests of tests are written. A file that cannot be opened is noticed before any load is offered.
fn open_requests(input: &Input) -> Result<RequestsCsv, Problem> {
    let given = input.options.files.requests_csv.as_ref().map(|path| typed_in::folder(&input.folders).join(path));
    let wanted = input.tests.iter().filter(|planned| is_wanted(planned, &input.options));
    let has_classes = wanted.into_iter().any(|planned| !planned.test.workload.mix.is_empty());
    let opened = RequestsCsv::open(given, input.folders.run(), input.folders.is_shared_run(), has_classes);
    opened.map_err(|error| Problem {
        text: format!(
            "{error}; no test was run\n  give --requests-csv or PROOFLOAD_REQUESTS_CSV a path that can be written"
        ),
        exit_code: NOT_WRITTEN,
    })
}

/// What the tests of a run share.
struct RunContext<'a> {
    comparing: Arc<Comparing>,
    /// What the tests are compared with.
    base: Option<BaseBinary>,
    interruption: &'a Interruption,
    reporter: &'a Reporter,
    interim: &'a Arc<InterimRecord>,
    stored: &'a Arc<StoredRuns>,
    /// Those of the tests that have ended.
    reports: Reports,
    /// Where each test is reported to a live page.
    feed: Option<LiveFeed>,
    /// The tests that the page starts, if it does.
    explored: Option<ExploredTests>,
}

/// Ctrl-C is how a session ends that is driven from the page; only a test that ran was interrupted by it.
fn was_interrupted(reports: &[TestReport]) -> bool {
    reports.iter().any(|report| report.outcome == Outcome::Interrupted)
}

fn run_tests(input: &Input, context: RunContext<'_>, build_warning: Option<String>) -> Result<RanTests, Problem> {
    let RunContext { base, comparing, interruption, reporter, interim, stored, reports, feed, explored } = context;
    let options = &input.options;
    let runner_options = RunnerOptions {
        output_dir: input.folders.run().join("servers"),
        places: ServerPlaces { targets: options.targets.clone(), bind: options.bind },
        descriptor_limit: descriptors::raise_limit(),
        build_warning,
        interruption: interruption.clone(),
        activity: Activity::default(),
        explore: options.live.drives(),
        base,
    };
    let requests = open_requests(input)?;
    let form = if input.closing.is_of_command() { ProgressForm::Table } else { ProgressForm::Line };
    let observed = Observed::of((options.progress, form), requests.clone(), feed.clone());
    let thread = SessionThread::start(runner_options, observed).map_err(Problem::not_started)?;
    let context = TrialContext {
        orders: thread.orders(),
        interruption: interruption.clone(),
        reports: Arc::clone(&reports),
        fail_fast: options.fail_fast,
        reporter: reporter.clone(),
        interim: Arc::clone(interim),
        stored: Arc::clone(stored),
        feed: feed.clone(),
        comparing,
    };
    let output_closed = match explored.zip(feed) {
        Some((explored, feed)) => {
            explored.run(&context, &feed, options.no_wait);
            false
        }
        None if input.closing.is_of_command() => {
            trials::run_silently(&options.output, &input.tests, &context);
            false
        }
        None => !trials::run(&options.output, &input.tests, &context),
    };
    interim.write(&reports.lock().unwrap_or_else(PoisonError::into_inner), None);
    let beside = BesideTests { complaints: thread.close(), requests: requests.written() };
    // The page goes on showing them.
    let reports = reports.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(RanTests { reports, beside, output_closed })
}

/// Writes and prints the result of a run that came to its end; returns the exit code.
fn report_finished(run: &RunReport, input: &Input, beside: &BesideTests, stored: &StoredRuns) -> u8 {
    let earlier = stored.earlier();
    let baselines = baselines_wanted(run, &input.options, stored, &earlier);
    report(run, input, beside, (baselines, Some(stored)))
}

/// Writes and prints what is known of a run whose process ended before it could; returns the exit code.
fn report_early_end(early: &EarlyEnd, input: &Input) -> u8 {
    // The line of the test that ran has not ended.
    if !input.closing.is_of_command() {
        say("\n");
    }
    let run = guardian::finished_tests(early, input);
    let wanted = input.tests.iter().filter(|planned| trials::will_run(planned, &input.options.output)).count();
    let not_run = wanted.saturating_sub(run.as_ref().map_or(0, |run| run.tests.len()));
    let code = match run {
        Some(run) => {
            let baselines = BaselinesWanted::No { why: Some("the process of the tests ended early") };
            report(&run, input, &BesideTests::default(), (baselines, None))
        }
        None => NOT_STARTED,
    };
    complain(&format!("error: {}", early.text(not_run)));
    // Every test that had finished may have passed, and yet the run has not.
    if code == 0 { NOT_STARTED } else { code }
}

/// Writes and prints the result; returns the exit code.
fn report(
    run: &RunReport,
    input: &Input,
    beside: &BesideTests,
    (baselines, stored): (BaselinesWanted<'_>, Option<&StoredRuns>),
) -> u8 {
    let BesideTests { complaints, requests } = beside;
    let mut results = results::write(run, &input.folders, baselines);
    if let Some(stored) = stored {
        stored.write(run, &input.folders, &mut results);
    }
    results.note_requests(requests, &input.folders);
    let wanted = WantedFiles { files: &input.options.files, compare: &input.options.compare };
    report_files::write(run, &wanted, &input.folders, &mut results);
    say(&input.closing.text(run, &results.written));
    hint_at_ignored(input);
    for note in &results.notes {
        complain(&format!("note: {note}"));
    }
    // A person has read them in the tables' last lines.
    let lines = if input.closing.is_wanted() { Vec::new() } else { afterwards::closing_lines(run) };
    lines.iter().for_each(|line| complain(&format!("error: {line}")));
    for complaint in complaints {
        complain(&format!("error: tear-down: {complaint}"));
    }
    for error in &results.errors {
        complain(&format!("error: {error}"));
    }
    let problems = SideProblems {
        unwritten: !results.errors.is_empty(),
        tear_down_failed: !complaints.is_empty(),
        unjudged: input.closing.is_unjudged(),
    };
    exit_code(run, problems)
}

/// Only a run of the declared load may replace a row.
fn baselines_wanted<'a>(
    run: &RunReport,
    options: &Options,
    stored: &'a StoredRuns,
    earlier: &'a EarlierRuns,
) -> BaselinesWanted<'a> {
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
    if options.cluster.has_workers() {
        return BaselinesWanted::No { why: Some(stored::BY_WORKERS) };
    }
    if options.compare.against.is_some() {
        return BaselinesWanted::No { why: Some("with --against, two versions shared the machine") };
    }
    if run.was_watched() {
        return BaselinesWanted::No {
            why: Some("a browser watched the run, and took CPU time from what was measured"),
        };
    }
    let acceptance = if options.compare.update_baselines { Acceptance::All(earlier) } else { Acceptance::Necessary };
    BaselinesWanted::Yes { known_tests: stored.known_tests(), acceptance }
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
