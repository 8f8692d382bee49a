//! One of the servers that a test compares.

use crate::fixture::{FixtureDecl, plan};
use crate::registry::ArmDecl;
use crate::runner::fixtures::ReadyFixtures;
use crate::runner::test::Test;
use crate::server::Server;

/// One of the servers that a test compares, ready to get its load.
pub(crate) struct Arm {
    /// As in the thresholds that name it.
    pub(crate) name: String,
    /// What the test's function gets in this arm.
    pub(crate) fixtures: ReadyFixtures,
}

impl Arm {
    /// The arms of `versus(server = […])`: each has its own server, and all have the test's other fixtures.
    /// `servers_of`: the servers that a fixture and those that it needs have started.
    pub(crate) fn of_test(
        test: &Test,
        ready: &ReadyFixtures,
        servers_of: impl Fn(&'static FixtureDecl) -> Vec<Server>,
    ) -> Vec<Arm> {
        let arm = |(index, declared): (usize, &ArmDecl)| {
            let is_others = |decl: &&'static FixtureDecl| {
                let mut others = test.arms.iter().enumerate().filter(|(other, _)| *other != index);
                others.any(|(_, other)| other.fixture.is(decl)) && !declared.fixture.is(decl)
            };
            let needs: Vec<_> = test.needs.iter().copied().filter(|decl| !is_others(decl)).collect();
            let servers = plan(&needs).into_iter().flat_map(&servers_of).collect();
            let direct_servers = needs.iter().map(|decl| servers_of(decl).len()).sum();
            let fixtures = ReadyFixtures { bound: ready.bound.for_arm(index), servers, direct_servers };
            Arm { name: declared.name.to_owned(), fixtures }
        };
        test.arms.iter().enumerate().map(arm).collect()
    }
}
