//! The handle to a server that tests talk to.

use std::path::PathBuf;
use std::sync::Arc;

use super::process::Process;
use super::{Death, ServerError, output};
use crate::http::Target;

/// A server under test. Clones are one server; it ends when it is stopped, or when the last clone is dropped.

#[derive(Debug, Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    address: String,
    url: String,
    own: Option<Own>,
}

/// What a server has that was started here.
#[derive(Debug)]
pub(super) struct Own {
    /// The child that holds the channel: the server itself, or its supervisor.
    pub(super) child: u32,
    /// The server itself.
    pub(super) pid: u32,
    pub(super) process: Process,
    pub(super) output: PathBuf,
}

impl Server {
    /// `address` is `host:port`.
    pub(super) fn new(name: String, address: String, own: Option<Own>) -> Self {
        let url = format!("http://{address}");
        Self { inner: Arc::new(Inner { name, address, url, own }) }
    }

    /// The fixture's name, or the command's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// `http://127.0.0.1:4000`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// `127.0.0.1:4000`
    #[must_use]
    pub fn address(&self) -> &str {
        &self.inner.address
    }

    /// The process of the server itself (of a command: the program, not its supervisor); `None` if it was attached.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.inner.own.as_ref().map(|own| own.pid)
    }

    /// The file that its output is kept in; `None` if it was attached.
    #[must_use]
    pub fn output(&self) -> Option<PathBuf> {
        self.inner.own.as_ref().map(|own| own.output.clone())
    }

    /// The last `count` lines of its output, oldest first; none if it was attached.
    #[must_use]
    pub fn last_lines(&self, count: usize) -> Vec<String> {
        self.inner.own.as_ref().map(|own| output::last_lines(&own.output, count)).unwrap_or_default()
    }

    /// How it ended, if it did so before it was asked to. Always `None` if it was attached.
    #[must_use]
    pub fn died(&self) -> Option<Death> {
        self.inner.own.as_ref().and_then(|own| own.process.known().died())
    }

    /// Waits until the server dies. Never returns for one that was attached, or that is stopped in order.
    pub async fn ended(&self) -> Death {
        let Some(own) = &self.inner.own else { return std::future::pending().await };
        match own.process.until(|known| known.death.is_some()).await.died() {
            Some(death) => death,
            None => std::future::pending().await,
        }
    }

    /// Ends the server in order and waits until it is gone; after three seconds it is killed.
    /// An attached server is left alone, one that is gone is gone.
    ///
    /// # Errors
    /// If its process survives even that.
    pub async fn stop(&self) -> Result<(), ServerError> {
        let Some(own) = &self.inner.own else { return Ok(()) };
        if own.process.stop(own.child).await {
            return Ok(());
        }
        Err(ServerError::Stuck { name: self.inner.name.clone(), pid: own.pid })
    }
}

// Tests on every worker thread talk to one server.
const _: () = {
    const fn shared_between_threads<T: Clone + Send + Sync + 'static>() {}
    shared_between_threads::<Server>();
};

impl Target for Server {
    fn base_url(&self) -> &str {
        self.url()
    }
}
