//! The handle to a server under test.

use std::path::PathBuf;
use std::sync::Arc;

use super::child_process::ChildProcess;
use super::error::ServerError;
use super::exit::ProcessExit;
use super::output;
use crate::http::Target;

/// A server under test. Clones refer to the same server; it ends when it is stopped, or when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    address: String,
    url: String,
    /// `None` if it was attached.
    started: Option<StartedProcess>,
}

/// The process and output of a server that was started here.
#[derive(Debug)]
pub(super) struct StartedProcess {
    /// The child that holds the channel: the server itself, or its supervisor.
    pub(super) child: u32,
    /// The server itself.
    pub(super) pid: u32,
    pub(super) process: ChildProcess,
    pub(super) output: PathBuf,
}

impl Server {
    /// `address` is `host:port`, and the `url` has no slash at its end.
    pub(super) fn new(name: String, address: String, url: String, started: Option<StartedProcess>) -> Self {
        Self { inner: Arc::new(Inner { name, address, url, started }) }
    }

    /// The fixture's name, or the command's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// `http://127.0.0.1:4000`, without a slash at the end. An attached server may have `https://` and a path.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// `127.0.0.1:4000`
    #[must_use]
    pub fn address(&self) -> &str {
        &self.inner.address
    }

    /// The process id of the server itself (for a command: of the program, not its supervisor); `None` if it was
    /// attached.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.inner.started.as_ref().map(|started| started.pid)
    }

    /// The file with its output; `None` if it was attached.
    #[must_use]
    pub fn output(&self) -> Option<PathBuf> {
        self.inner.started.as_ref().map(|started| started.output.clone())
    }

    /// The last `count` lines of its output, oldest first; none if it was attached. A stack backtrace counts as one line,
    /// and if the last panic was earlier, its place and message come first.
    #[must_use]
    pub fn last_lines(&self, count: usize) -> Vec<String> {
        self.inner.started.as_ref().map(|started| output::last_lines(&started.output, count)).unwrap_or_default()
    }

    /// How its process ended, if it ended before it was asked to. Always `None` if it was attached.
    #[must_use]
    pub fn died(&self) -> Option<ProcessExit> {
        self.inner.started.as_ref().and_then(|started| started.process.state().died())
    }

    /// Waits until the process ends without being asked to. Never returns if it was attached, or is stopped.
    pub async fn ended(&self) -> ProcessExit {
        let Some(started) = &self.inner.started else { return std::future::pending().await };
        match started.process.until(|state| state.exit.is_some()).await.died() {
            Some(exit) => exit,
            None => std::future::pending().await,
        }
    }

    /// Asks the server to end and waits until its process is gone; after three seconds it is killed.
    /// Does nothing for a server that was attached or has already ended.
    ///
    /// # Errors
    /// If the process is still there three seconds after it was killed.
    pub async fn stop(&self) -> Result<(), ServerError> {
        let Some(started) = &self.inner.started else { return Ok(()) };
        if started.process.stop(started.child).await {
            return Ok(());
        }
        Err(ServerError::Stuck { name: self.inner.name.clone(), pid: started.pid })
    }
}

// Users on all worker threads share one server.
const _: () = {
    const fn shared_between_threads<T: Clone + Send + Sync + 'static>() {}
    shared_between_threads::<Server>();
};

impl Target for Server {
    fn base_url(&self) -> &str {
        self.url()
    }
}
