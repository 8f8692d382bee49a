//! The session's own thread: fixtures live on it from the first test that needs one to the end of the run.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::heartbeat::Heartbeat;
use super::observers::Observers;
use super::progress::ProgressOfRuns;
use super::pulse::SessionPulse;
use super::requests_csv::RequestsCsv;
use super::watched_run::{CurrentRun, ProgressForm};
use crate::cli::Progress;
use crate::fixture::Activity;
use crate::live::LiveFeed;
use crate::outcome::{Outcome, TestReport};
use crate::runner::{Interruption, RunnerOptions, Test, TestRunner, not_run};

/// How often the main thread looks after the session's while it waits for a report.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// How long work in `spawn_blocking` may go on after everything was torn down.
const BLOCKING_GRACE: Duration = Duration::from_secs(1);

/// What the main thread asks of the session's thread.
enum Order {
    /// Run a test; `prefix` is what libtest has printed on the line so far.
    Run { test: Arc<Test>, prefix: String, reply: mpsc::Sender<TestReport> },
    /// Tear everything down.
    Close,
}

/// A handle that runs tests on the session's thread. Clones use the same thread.
#[derive(Clone)]
pub(super) struct Orders {
    sender: UnboundedSender<Order>,
    pulse: SessionPulse,
    current: CurrentRun,
    activity: Activity,
    progress: (Progress, ProgressForm),
    /// The thread was given up: code of a fixture keeps it.
    is_lost: Arc<AtomicBool>,
}

/// The session's thread.
pub(super) struct SessionThread {
    orders: Orders,
    thread: JoinHandle<Vec<String>>,
}

impl SessionThread {
    /// Starts the thread. The runner is made on it, because fixtures never leave it.
    pub(super) fn start(options: RunnerOptions, observed: Observed) -> io::Result<SessionThread> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (sender, receiver) = unbounded_channel();
        let pulse = SessionPulse::of(options.activity.clone());
        let beating = pulse.clone().beat();
        let (current, activity) = (observed.current.clone(), options.activity.clone());
        let progress = (observed.progress, observed.form);
        let work = move || {
            let complaints = LocalSet::new().block_on(&runtime, async {
                let _ends_with_the_runtime = tokio::task::spawn_local(beating);
                run_orders(options, observed, receiver).await
            });
            // What goes on in `spawn_blocking` cannot be ended, and would be waited for.
            runtime.shutdown_timeout(BLOCKING_GRACE);
            complaints
        };
        let thread = std::thread::Builder::new().name("session".to_owned()).spawn(work)?;
        Ok(SessionThread {
            orders: Orders { sender, pulse, current, activity, progress, is_lost: Arc::default() },
            thread,
        })
    }

    pub(super) fn orders(&self) -> Orders {
        self.orders.clone()
    }

    /// Tears every fixture down and returns what went wrong in doing so.
    pub(super) fn close(self) -> Vec<String> {
        let sent = self.orders.sender.send(Order::Close);
        if self.orders.is_lost.load(Ordering::Relaxed) {
            return vec!["the fixtures were not torn down, because one of them keeps their thread".to_owned()];
        }
        match self.thread.join() {
            Ok(complaints) if sent.is_ok() => complaints,
            _ => vec!["the session's thread ended before its fixtures were torn down".to_owned()],
        }
    }
}

impl Orders {
    /// Runs `test` and waits for its report; `None` if the session's thread has ended.
    ///
    /// Looks meanwhile if a fixture keeps that thread: then the test is errored, and no other can follow.
    pub(super) fn run(&self, test: &Arc<Test>, prefix: String, interruption: &Interruption) -> Option<TestReport> {
        let (reply, answer) = mpsc::channel();
        self.sender.send(Order::Run { test: Arc::clone(test), prefix, reply }).ok()?;
        let mut heartbeat = Heartbeat::of(&test.id.name, self.progress, &self.current, &self.activity);
        loop {
            match answer.recv_timeout(LOOK_AGAIN) {
                Ok(report) => return Some(report),
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(mpsc::RecvTimeoutError::Timeout) => heartbeat.beat(),
            }
            let cause = interruption.cause();
            let Some(why) = self.pulse.stuck(cause.is_some()) else { continue };
            self.is_lost.store(true, Ordering::Relaxed);
            interruption.end_tests(format!("a fixture of `{}` keeps the thread of all fixtures", test.id.name));
            let (outcome, reason) = match cause {
                Some(cause) => (Outcome::Interrupted, format!("interrupted by {cause}: {why}")),
                None => (Outcome::Errored, why),
            };
            return Some(TestReport { outcome, reason: Some(reason), ..not_run(test) });
        }
    }
}

/// What is shown and written of each run.
pub(super) struct Observed {
    progress: Progress,
    form: ProgressForm,
    current: CurrentRun,
    requests: RequestsCsv,
    /// Where each run is reported to a live page.
    feed: Option<LiveFeed>,
}

impl Observed {
    pub(super) fn of(
        (progress, form): (Progress, ProgressForm),
        requests: RequestsCsv,
        feed: Option<LiveFeed>,
    ) -> Observed {
        Observed { progress, form, current: CurrentRun::default(), requests, feed }
    }

    /// For one test, behind whose `prefix` a line of progress goes.
    fn observers(&self, prefix: String) -> Observers {
        let progress =
            ProgressOfRuns::new((self.progress, self.form), prefix, self.current.clone(), self.feed.is_none());
        Observers { progress, requests: self.requests.clone(), feed: self.feed.clone() }
    }
}

async fn run_orders(options: RunnerOptions, observed: Observed, mut orders: UnboundedReceiver<Order>) -> Vec<String> {
    let mut runner = TestRunner::new(options);
    while let Some(order) = orders.recv().await {
        match order {
            Order::Run { test, prefix, reply } => {
                let report = runner.run(&test, &mut observed.observers(prefix)).await;
                // The main thread stops waiting only if it panics, and then it has printed why.
                let _main_thread_ended = reply.send(report);
            }
            Order::Close => break,
        }
    }
    runner.close().await
}
