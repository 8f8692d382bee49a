//! What a starting server needs from its run: a [`ServerContext`], kept in a task-local.

use std::cell::RefCell;
use std::net::IpAddr;
use std::path::PathBuf;
use std::rc::Rc;

use super::base::Base;
use super::error::ServerError;
use super::handle::Server;

tokio::task_local! {
    /// The context of the fixture that runs now.
    static CONTEXT: ServerContext;
}

/// What a starting server needs from its run.
#[derive(Debug, Clone)]
pub struct ServerContext {
    /// The folder for the servers' output; created when the first server starts.
    pub output_dir: PathBuf,
    /// The fixture that is set up: a command without a name of its own gets its name.
    pub fixture: Option<String>,
    /// Each server that was started or attached, in order.
    pub started: Rc<RefCell<Vec<Server>>>,
    /// The version of the code that servers are started of; `None` for this one.
    pub base: Option<Rc<Base>>,
    /// The address of this machine at which servers listen; `None` for 127.0.0.1.
    pub bind: Option<IpAddr>,
}

/// What the name of a server of another version ends with.
const OF_BASE: &str = " (before)";

/// Runs `future` so that servers started in it write their output to the context's folder and are added to its list.
pub async fn in_context<F: Future>(context: ServerContext, future: F) -> F::Output {
    CONTEXT.scope(context, future).await
}

/// The context in which the server called `name` starts.
///
/// # Errors
/// Without a context.
pub(super) fn current(name: &str) -> Result<ServerContext, ServerError> {
    CONTEXT.try_with(Clone::clone).map_err(|_| ServerError::OutsideFixture { name: name.to_owned() })
}

/// The context, if there is one.
pub(super) fn any() -> Option<ServerContext> {
    CONTEXT.try_with(Clone::clone).ok()
}

impl ServerContext {
    /// The fixture's name; with a number if the fixture has already started a server under it.
    pub(super) fn name_from_fixture(&self) -> Option<String> {
        let fixture = self.fixture.as_ref()?;
        let started = self.started.borrow();
        let numbered = |number: usize| if number == 1 { fixture.clone() } else { format!("{fixture}-{number}") };
        (1..).map(numbered).find(|name| !started.iter().any(|server| server.name() == self.shown(name)))
    }

    /// The name of a server in reports.
    pub(super) fn shown(&self, name: &str) -> String {
        format!("{name}{}", if self.base.is_some() { OF_BASE } else { "" })
    }

    pub(super) fn add(&self, server: &Server) {
        self.started.borrow_mut().push(server.clone());
    }
}
