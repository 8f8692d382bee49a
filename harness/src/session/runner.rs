//! The session's own thread: fixtures live on it from the first test that needs one to the end of the run.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::perform::Performer;
use super::plan::PlannedTest;
use crate::outcome::TestReport;

/// What the main thread asks of the session's thread.
enum Order {
    /// Perform a test; `prefix` is what libtest has printed on the line so far.
    Perform { test: Arc<PlannedTest>, prefix: String, reply: mpsc::Sender<TestReport> },
    /// Tear everything down.
    Close,
}

/// The session's thread, from outside. Clones give orders to the same thread.
#[derive(Clone)]
pub(super) struct Orders {
    sender: UnboundedSender<Order>,
}

/// The session's thread.
pub(super) struct Runner {
    orders: Orders,
    thread: JoinHandle<Vec<String>>,
}

impl Runner {
    /// Starts the thread. `performer` is made on it, because fixtures never leave it.
    pub(super) fn start(performer: impl FnOnce() -> Performer + Send + 'static) -> io::Result<Runner> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (sender, receiver) = unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("session".to_owned())
            .spawn(move || LocalSet::new().block_on(&runtime, async move { attend(performer(), receiver).await }))?;
        Ok(Runner { orders: Orders { sender }, thread })
    }

    pub(super) fn orders(&self) -> Orders {
        self.orders.clone()
    }

    /// Tears every fixture down and returns what went wrong in doing so.
    pub(super) fn close(self) -> Vec<String> {
        let asked = self.orders.sender.send(Order::Close);
        match self.thread.join() {
            Ok(complaints) if asked.is_ok() => complaints,
            _ => vec!["the session's thread ended before its fixtures were torn down".to_owned()],
        }
    }
}

impl Orders {
    /// Performs `test` and waits for its report; `None` if the session's thread is gone.
    pub(super) fn perform(&self, test: &Arc<PlannedTest>, prefix: String) -> Option<TestReport> {
        let (reply, answer) = mpsc::channel();
        self.sender.send(Order::Perform { test: Arc::clone(test), prefix, reply }).ok()?;
        answer.recv().ok()
    }
}

async fn attend(mut performer: Performer, mut orders: UnboundedReceiver<Order>) -> Vec<String> {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Perform { test, prefix, reply } => {
                let report = performer.perform(&test, &prefix).await;
                // Nobody waits for the report only when the main thread has panicked, which it tells itself.
                let _main_thread_gone = reply.send(report);
            }
            Order::Close => break,
        }
    }
    performer.close().await
}
