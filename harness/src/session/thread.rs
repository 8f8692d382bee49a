//! The session's own thread: fixtures live on it from the first test that needs one to the end of the run.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::progress::ProgressObserver;
use crate::cli::Progress;
use crate::outcome::TestReport;
use crate::runner::{RunnerOptions, Test, TestRunner};

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
}

/// The session's thread.
pub(super) struct SessionThread {
    orders: Orders,
    thread: JoinHandle<Vec<String>>,
}

impl SessionThread {
    /// Starts the thread. The runner is made on it, because fixtures never leave it.
    pub(super) fn start(options: RunnerOptions, progress: Progress) -> io::Result<SessionThread> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (sender, receiver) = unbounded_channel();
        let work = move || LocalSet::new().block_on(&runtime, run_orders(options, progress, receiver));
        let thread = std::thread::Builder::new().name("session".to_owned()).spawn(work)?;
        Ok(SessionThread { orders: Orders { sender }, thread })
    }

    pub(super) fn orders(&self) -> Orders {
        self.orders.clone()
    }

    /// Tears every fixture down and returns what went wrong in doing so.
    pub(super) fn close(self) -> Vec<String> {
        let sent = self.orders.sender.send(Order::Close);
        match self.thread.join() {
            Ok(complaints) if sent.is_ok() => complaints,
            _ => vec!["the session's thread ended before its fixtures were torn down".to_owned()],
        }
    }
}

impl Orders {
    /// Runs `test` and waits for its report; `None` if the session's thread has ended.
    pub(super) fn run(&self, test: &Arc<Test>, prefix: String) -> Option<TestReport> {
        let (reply, answer) = mpsc::channel();
        self.sender.send(Order::Run { test: Arc::clone(test), prefix, reply }).ok()?;
        answer.recv().ok()
    }
}

async fn run_orders(options: RunnerOptions, progress: Progress, mut orders: UnboundedReceiver<Order>) -> Vec<String> {
    let mut runner = TestRunner::new(options);
    while let Some(order) = orders.recv().await {
        match order {
            Order::Run { test, prefix, reply } => {
                let report = runner.run(&test, &mut ProgressObserver::new(progress, prefix)).await;
                // The main thread stops waiting only if it panics, and then it has printed why.
                let _main_thread_ended = reply.send(report);
            }
            Order::Close => break,
        }
    }
    runner.close().await
}
