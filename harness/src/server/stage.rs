//! Where servers are started: the run's folder, and the list of those that were started.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use super::{Server, ServerError};

tokio::task_local! {
    /// The stage of the fixture or test that runs now. Set with [`on_stage`].
    pub static STAGE: StageContext;
}

/// What a server needs from the run it is part of.
#[derive(Debug, Clone)]
pub struct StageContext {
    /// The folder for the servers' output; created when the first server starts.
    pub output_dir: PathBuf,
    /// Each server that was started or attached, in order.
    pub started: Rc<RefCell<Vec<Server>>>,
}

/// Runs `future` so that servers started in it keep their output in the context's folder and are listed there.
pub async fn on_stage<F: Future>(context: StageContext, future: F) -> F::Output {
    STAGE.scope(context, future).await
}

/// The stage that a server called `name` is to start on.
///
/// # Errors
/// If there is none.
pub(super) fn current(name: &str) -> Result<StageContext, ServerError> {
    STAGE.try_with(Clone::clone).map_err(|_| ServerError::NoStage { name: name.to_owned() })
}

impl StageContext {
    pub(super) fn add(&self, server: &Server) {
        self.started.borrow_mut().push(server.clone());
    }
}
