//! Setting up the version that a test is compared with, beside this one.

use super::base_fixtures::BaseSetUp;
use super::beside::BesideBase;
use super::comparable::{in_turns, not_comparable, why_not};
use super::judge::judge_versions;
use super::names::{BEFORE, NOW};
use crate::outcome::Outcome;
use crate::runner::arms::{Arm, ReadyArms};
use crate::runner::fixtures::ReadyFixtures;
use crate::runner::report::without_figures;
use crate::runner::test::Test;
use crate::runner::test_runner::TestRunner;

impl TestRunner {
    /// Sets up the fixtures of the version that is compared with, if one was asked for.
    pub(crate) async fn beside_base(&mut self, test: &Test, now: ReadyFixtures) -> BesideBase {
        let Some(base) = &mut self.base else { return BesideBase::Alone(now, None) };
        if let Some(why) = why_not(test) {
            let change = not_comparable(why, &base.notes);
            return BesideBase::Alone(now, Some(change));
        }
        base.fixtures.enter_module(&test.module).await;
        base.fixtures.discard_dead_servers(test).await;
        let interrupted = self.interruption.arrived();
        let set_up = tokio::select! {
            set_up = base.set_up(test, &now.servers) => set_up,
            cause = interrupted => {
                let reason = format!("interrupted by {cause} while the fixtures of `{BEFORE}` were being set up");
                return BesideBase::Broken(now, Box::new(without_figures(test, Outcome::Interrupted, reason)));
            }
        };
        match set_up {
            BaseSetUp::NotComparable(why) => BesideBase::Alone(now, Some(not_comparable(why, &base.notes))),
            BaseSetUp::Failed(why) => BesideBase::Broken(now, Box::new(without_figures(test, Outcome::Errored, why))),
            BaseSetUp::Ready(before) => {
                let (test, note) = in_turns(test);
                let arm = |name: &str, fixtures| Arm { name: name.to_owned(), fixtures };
                let servers = [before.servers.clone(), now.servers.clone()].concat();
                let direct_servers = before.direct_servers + now.direct_servers;
                let arms = vec![arm(BEFORE, before), arm(NOW, now)];
                let arms = ReadyArms { arms, servers, direct_servers, judge: judge_versions };
                let notes = note.into_iter().chain(base.notes.iter().cloned()).collect();
                BesideBase::InTurns { test: Box::new(test), arms, notes }
            }
        }
    }

    /// Tears down what lives for one test, in both versions. Returns what went wrong.
    pub(crate) async fn end_test(&mut self) -> Vec<String> {
        let mut after = self.fixtures.end_test().await;
        if let Some(base) = &mut self.base {
            after.extend(base.fixtures.end_test().await.into_iter().map(|why| format!("`{BEFORE}`: {why}")));
        }
        after
    }

    /// Tears down everything, so that the next test starts its servers anew.
    pub(crate) async fn restart_fixtures(&mut self) {
        self.fixtures.tear_down_all().await;
        if let Some(base) = &mut self.base {
            base.fixtures.tear_down_all().await;
        }
    }
}
