//! The servers that fixtures start: their output goes to the run's folder, and `PROOFLOAD_TARGET_…` replaces them.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::fixture::{self, FixtureDecl, LocalFuture, SetUpHooks, SharedValue};
use crate::server::{Base, Server, ServerContext, in_context};
use crate::user;

/// The servers that each fixture started, so that a dead one can be reported and replaced.
type Started = HashMap<*const FixtureDecl, Rc<RefCell<Vec<Server>>>>;

/// The names, in lower case as in `PROOFLOAD_TARGET_…`, of the fixtures that give a server.
pub fn server_fixture_names() -> Vec<String> {
    fixture::all().into_iter().filter(|decl| gives_server(decl)).map(|decl| decl.name.to_lowercase()).collect()
}

pub(super) fn gives_server(decl: &FixtureDecl) -> bool {
    (decl.value_type)() == TypeId::of::<Server>()
}

/// Where the servers of fixtures are, as far as a person has said it.
#[derive(Debug, Clone, Default)]
pub struct ServerPlaces {
    /// Addresses to use instead of starting a server, by the lower-case name of its fixture.
    pub targets: BTreeMap<String, String>,
    /// The address of this machine at which those that are started listen; `None` for 127.0.0.1.
    pub bind: Option<IpAddr>,
}

impl ServerPlaces {
    pub(super) fn target(&self, decl: &FixtureDecl) -> Option<&String> {
        self.targets.get(&decl.name.to_lowercase())
    }
}

/// Gives each fixture a folder for its servers' output, and notes which servers it starts. Clones share the notes.
#[derive(Debug, Clone)]
pub(super) struct ServerFixtures {
    output_dir: PathBuf,
    places: Rc<ServerPlaces>,
    started: Rc<RefCell<Started>>,
    /// The version of the code whose servers are started; `None` for this one.
    base: Option<Rc<Base>>,
}

impl ServerFixtures {
    pub(super) fn new(output_dir: PathBuf, places: ServerPlaces) -> ServerFixtures {
        ServerFixtures { output_dir, places: Rc::new(places), started: Rc::default(), base: None }
    }

    /// The same fixtures with the servers of `base`.
    pub(super) fn of_base(self, base: Rc<Base>) -> ServerFixtures {
        ServerFixtures { base: Some(base), ..self }
    }

    /// The server that replaces `decl`, if a person has named one.
    fn replacement(&self, decl: &'static FixtureDecl) -> Option<Replacement> {
        let target = || self.places.target(decl).cloned().map(Replacement::Target);
        let given = self.base.as_ref().and_then(|base| base.given_url(decl.name));
        given.map(|url| Replacement::OfBase(url.to_owned())).or_else(target).filter(|_| gives_server(decl))
    }

    /// The servers that `decl` started or attached to in its last set-up.
    pub(super) fn of_fixture(&self, decl: &'static FixtureDecl) -> Vec<Server> {
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

impl SetUpHooks for ServerFixtures {
    fn wrap(&self, decl: &'static FixtureDecl, life: LocalFuture<user::Result>) -> LocalFuture<user::Result> {
        let context = ServerContext {
            output_dir: self.output_dir.clone(),
            fixture: Some(decl.name.to_owned()),
            started: self.fresh_list(decl),
            base: self.base.clone(),
            bind: self.places.bind,
        };
        Box::pin(in_context(context, life))
    }

    fn replacement_for(&self, decl: &'static FixtureDecl) -> Option<LocalFuture<user::Result<SharedValue>>> {
        let replacement = self.replacement(decl)?;
        Some(Box::pin(async move {
            let server = match replacement {
                Replacement::Target(url) => Server::attach_as(decl.name, &url)?,
                Replacement::OfBase(url) => Server::attach_given(decl.name, &url)?,
            };
            Ok(Arc::new(server) as SharedValue)
        }))
    }
}

/// A server that runs already, in the place of one that a fixture would start.
enum Replacement {
    /// `PROOFLOAD_TARGET_…`
    Target(String),
    /// `PROOFLOAD_BEFORE_…`
    OfBase(String),
}
