//! The fixtures that tests share: set up for a test, torn down when their scope ends.

use std::path::PathBuf;
use std::rc::Rc;

use super::server_fixtures::{ServerFixtures, ServerPlaces};
use super::test::Test;
use crate::fixture::{Activity, BoundFixtures, FixtureDecl, FixtureManager, SetUpFailure, plan};
use crate::server::{Base, Server};

/// The fixtures of a whole session. Lives on one thread, as the fixtures' futures need not be `Send`.
pub(super) struct Fixtures {
    manager: FixtureManager<ServerFixtures>,
    servers: ServerFixtures,
    /// The module whose fixtures are set up.
    module: Option<String>,
    /// Tear-downs that failed between tests.
    complaints: Vec<String>,
}

/// The fixtures of one test, ready to use. Clones share them.
#[derive(Clone)]
pub(crate) struct ReadyFixtures {
    /// A copy of it keeps the fixtures alive: drop it before they are torn down.
    pub(super) bound: BoundFixtures,
    pub(super) servers: Vec<Server>,
    /// How many of the servers the test itself asks for, and its users send requests to.
    pub(super) direct_servers: usize,
}

impl Fixtures {
    /// Servers write their output to `output_dir`. `activity` holds the
    /// set-up or tear-down in progress.
    pub(super) fn new(output_dir: PathBuf, places: ServerPlaces, activity: Activity) -> Fixtures {
        Fixtures::with(ServerFixtures::new(output_dir, places), activity)
    }

    /// The same with the servers of another version.
    pub(super) fn of_base(output_dir: PathBuf, places: ServerPlaces, activity: Activity, base: Rc<Base>) -> Fixtures {
        Fixtures::with(ServerFixtures::new(output_dir, places).of_base(base), activity)
    }

    fn with(servers: ServerFixtures, activity: Activity) -> Fixtures {
        Fixtures {
            manager: FixtureManager::new(servers.clone()).watched(activity),
            servers,
            module: None,
            complaints: Vec::new(),
        }
    }

    /// Tears down the fixtures of another module than `module`.
    pub(super) async fn enter_module(&mut self, module: &str) {
        if self.module.as_deref().is_some_and(|before| before != module) {
            self.complaints.extend(self.manager.end_module().await);
        }
        self.module = Some(module.to_owned());
    }

    /// Tears down, for `test`, every fixture whose server has died, so that the set-up starts a fresh one.
    pub(super) async fn discard_dead_servers(&mut self, test: &Test) {
        for decl in plan(&test.needs) {
            let is_dead = self.servers.of_fixture(decl).iter().any(|server| server.died().is_some());
            if is_dead {
                self.complaints.extend(self.manager.discard(decl).await);
                self.servers.forget(decl);
            }
        }
    }

    /// Sets up what `test` needs and what is not set up yet.
    pub(super) async fn set_up(&mut self, test: &Test) -> Result<ReadyFixtures, SetUpFailure> {
        let bound = self.manager.provide(&test.needs, &test.module).await?;
        let servers = plan(&test.needs).into_iter().flat_map(|decl| self.servers.of_fixture(decl)).collect();
        let direct_servers = test.needs.iter().map(|decl| self.servers.of_fixture(decl).len()).sum();
        Ok(ReadyFixtures { bound, servers, direct_servers })
    }

    /// The servers that `decl` started or attached to.
    pub(super) fn servers_of(&self, decl: &'static FixtureDecl) -> Vec<Server> {
        self.servers.of_fixture(decl)
    }

    /// Tears down what lives for one test. Returns what went wrong.
    pub(super) async fn end_test(&mut self) -> Vec<String> {
        self.manager.end_test().await
    }

    /// Tears down everything, so that the next test sets it up anew.
    pub(super) async fn tear_down_all(&mut self) {
        let complaints = self.manager.close().await;
        self.complaints.extend(complaints);
    }

    /// Tears down everything. Returns what went wrong here and between tests.
    pub(super) async fn close(mut self) -> Vec<String> {
        self.tear_down_all().await;
        self.complaints
    }
}
