//! `--live`, `--ui` and `--metrics` in a session: the [`LiveSession`].

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::exit::Problem;
use super::exploration::{Exploration, ExploredTests};
use super::input::Input;
use super::interim::InterimRecord;
use super::output::complain;
use super::plan::PlannedTest;
use super::trials::{self, Reports};
use crate::cli::Options;
use crate::live::{Driver, ListedTest, LiveFeed, LiveServer, RunSoFar, ServedSession, SessionPlan};
use crate::load_control::{DrivenLevel, LoadControl};
use crate::outcome::{RunReport, offered};
use crate::runner::{Interruption, explored_workload};
use crate::workload::{RunLength, Workload};

/// How often it is looked whether a person ends the time after the last test.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What is served while the tests run; nothing if nothing was asked for.
#[derive(Default)]
pub(super) struct LiveSession {
    serving: Option<(LiveServer, LiveFeed)>,
    has_page: bool,
    /// What the page starts, if it does.
    explored: Option<ExploredTests>,
}

impl LiveSession {
    /// Begins to serve what the options ask for, and prints where.
    pub(super) fn start(
        input: &Input,
        interim: &Arc<InterimRecord>,
        reports: &Reports,
    ) -> Result<LiveSession, Problem> {
        let options = &input.options.live;
        if options.page.is_none() && options.metrics.is_none() {
            return Ok(LiveSession::default());
        }
        let feed = LiveFeed::new(&SessionPlan {
            id: input.folders.id.clone(),
            drives: options.drives(),
            tests: input.tests.iter().map(|planned| listed(planned, input)).collect(),
        });
        let exploration = options.drives().then(|| Exploration::new(input.manifest_dir.clone(), &feed));
        let (exploration, explored) = exploration.unzip();
        let served = ServedSession {
            page: options.page.map(|page| page.address),
            metrics: options.metrics,
            run: run_so_far(interim, reports),
            driver: exploration.map(|exploration| Arc::new(exploration) as Arc<dyn Driver>),
        };
        let server = LiveServer::start(served, &feed).map_err(Problem::usage)?;
        if let Some(link) = server.link() {
            complain(&format!("live page: {link}"));
        }
        if let Some(address) = server.metrics_address() {
            complain(&format!("metrics: http://{address}/metrics"));
        }
        Ok(LiveSession { serving: Some((server, feed)), has_page: options.page.is_some(), explored })
    }

    /// Where the session says what happens; `None` if nothing is served.
    pub(super) fn feed(&self) -> Option<LiveFeed> {
        self.serving.as_ref().map(|(_, feed)| feed.clone())
    }

    /// The tests that the page starts; `None` if they run by themselves.
    pub(super) fn take_explored(&mut self) -> Option<ExploredTests> {
        self.explored.take()
    }

    /// The most viewers at once; `None` without a page.
    pub(super) fn viewers_peak(&self) -> Option<u64> {
        self.serving.as_ref().filter(|_| self.has_page).map(|(_, feed)| feed.viewers_peak())
    }

    /// The run has ended and was reported: goes on for `--live-linger` and ends, even if somebody still watches.
    pub(super) fn end(self, run: &RunReport, input: &Input, interruption: &Interruption) {
        let Some((server, _)) = self.serving else { return };
        let folder = input.folders.run();
        let report = [folder.join("report.html"), input.folders.record()].into_iter().find(|path| path.exists());
        server.announce_end(run, report.as_deref());
        let linger = input.options.live.linger;
        if !linger.is_zero() && interruption.cause().is_none() {
            complain(&format!(
                "the page is served for {} more; press Ctrl-C to end",
                crate::outcome::figure::time(linger.as_secs_f64())
            ));
            let until = Instant::now() + linger;
            while Instant::now() < until && interruption.cause().is_none() {
                std::thread::sleep(LOOK_AGAIN);
            }
        }
        server.end();
    }
}

/// True for a test that runs, or that the page may run: that it is ignored otherwise is no reason not to show it there.
pub(super) fn is_wanted(planned: &PlannedTest, options: &Options) -> bool {
    if options.live.drives() { planned.is_selected } else { trials::will_run(planned, &options.output) }
}

fn run_so_far(interim: &Arc<InterimRecord>, reports: &Reports) -> RunSoFar {
    let (interim, reports) = (Arc::clone(interim), Arc::clone(reports));
    Arc::new(move || interim.run(reports.lock().unwrap_or_else(PoisonError::into_inner).clone()))
}

fn listed(planned: &PlannedTest, input: &Input) -> ListedTest {
    let test = &planned.test;
    ListedTest {
        name: test.id.name.clone(),
        kind: test.kind,
        markers: test.markers.clone(),
        documentation: test.doc.clone(),
        load: offered::load(&test.workload),
        runs: is_wanted(planned, &input.options),
        fields: fields(&test.workload),
    }
}

/// What the form of a test is filled with, as a person would type it.
fn fields(workload: &Workload) -> Vec<(&'static str, String)> {
    let seconds = |time: Duration| format!("{}s", time.as_secs_f64());
    let explored = explored_workload(workload);
    let mut fields = match LoadControl::of(&explored).level() {
        DrivenLevel::Users(users) => {
            vec![("users", users.to_string()), ("ramp-up", seconds(explored.ramp_up()))]
        }
        DrivenLevel::PerSecond(per_s) => vec![("rate", format!("{per_s}/s"))],
    };
    // Without a time, a run lasts until it is stopped.
    let length = match workload.length {
        RunLength::Duration(length) => seconds(length),
        RunLength::Requests(_) | RunLength::UntilPrecise => String::new(),
    };
    fields.extend([("duration", length), ("profile", String::new())]);
    fields
}
