//! Where fixtures are set up: their servers' output goes to the run's folder, and `PROOFLOAD_TARGET_…` replaces them.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::client;
use crate::fixture::{self, FixtureDecl, LocalFuture, SetUpHooks, SharedValue};
use crate::server::{Server, StageContext, on_stage};

/// The servers that each fixture started, so that a dead one can be told and replaced.
type Started = HashMap<*const FixtureDecl, Rc<RefCell<Vec<Server>>>>;

/// The fixtures that give a server, by the lower-case names that `PROOFLOAD_TARGET_…` uses.
pub(super) fn server_fixtures() -> Vec<String> {
    fixture::all().into_iter().filter(|decl| gives_server(decl)).map(|decl| decl.name.to_lowercase()).collect()
}

fn gives_server(decl: &FixtureDecl) -> bool {
    (decl.value_type)() == TypeId::of::<Server>()
}

/// Wraps each fixture's life with the run's own context.
#[derive(Debug, Clone)]
pub(super) struct RunStage {
    output_dir: PathBuf,
    targets: Rc<BTreeMap<String, String>>,
    started: Rc<RefCell<Started>>,
}

impl RunStage {
    pub(super) fn new(output_dir: PathBuf, targets: BTreeMap<String, String>) -> RunStage {
        RunStage { output_dir, targets: Rc::new(targets), started: Rc::default() }
    }

    /// The servers that `decl` started or attached to when it was set up last.
    pub(super) fn servers_of(&self, decl: &'static FixtureDecl) -> Vec<Server> {
        self.started.borrow().get(&std::ptr::from_ref(decl)).map(|servers| servers.borrow().clone()).unwrap_or_default()
    }

    /// Forgets what `decl` started: it has been discarded.
    pub(super) fn forget(&self, decl: &'static FixtureDecl) {
        self.started.borrow_mut().remove(&std::ptr::from_ref(decl));
    }

    fn fresh_list(&self, decl: &'static FixtureDecl) -> Rc<RefCell<Vec<Server>>> {
        let list = Rc::<RefCell<Vec<Server>>>::default();
        self.started.borrow_mut().insert(decl, Rc::clone(&list));
        list
    }
}

impl SetUpHooks for RunStage {
    fn wrap(&self, decl: &'static FixtureDecl, life: LocalFuture<client::Result>) -> LocalFuture<client::Result> {
        let context = StageContext { output_dir: self.output_dir.clone(), started: self.fresh_list(decl) };
        Box::pin(on_stage(context, life))
    }

    fn replacement_for(&self, decl: &'static FixtureDecl) -> Option<LocalFuture<client::Result<SharedValue>>> {
        let url = self.targets.get(&decl.name.to_lowercase()).filter(|_| gives_server(decl))?.clone();
        let list = self.fresh_list(decl);
        Some(Box::pin(async move {
            let server = Server::attach_as(decl.name, &url)?;
            list.borrow_mut().push(server.clone());
            Ok(Arc::new(server) as SharedValue)
        }))
    }
}
