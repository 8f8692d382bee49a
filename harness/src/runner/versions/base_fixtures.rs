//! The fixtures of the version that is compared with.

use std::path::Path;
use std::rc::Rc;

use super::names::BEFORE;
use crate::fixture::{Activity, SetUpFailure};
use crate::runner::fixtures::{Fixtures, ReadyFixtures};
use crate::runner::server_fixtures::ServerPlaces;
use crate::runner::test::Test;
use crate::server::{Base, BaseBinary, Server};

/// A second set of the same fixtures, whose servers are those of another version.
pub(crate) struct BaseFixtures {
    pub(crate) fixtures: Fixtures,
    base: Rc<Base>,
    /// What a reader of each comparison should know.
    pub(crate) notes: Vec<String>,
    /// Fixtures whose set-up was given up, as the other version has nothing for them. Their set-up is not tried again.
    without_base: Vec<(SetUpFailure, String)>,
}

/// What came of setting up the other version.
pub(crate) enum BaseSetUp {
    Ready(ReadyFixtures),
    /// Nothing is broken, and there is nothing to compare with.
    NotComparable(String),
    Failed(String),
}

impl BaseFixtures {
    /// As [`Fixtures::new`]; the output of the servers goes to a folder within `output_dir`.
    pub(crate) fn new(binary: BaseBinary, output_dir: &Path, places: ServerPlaces, activity: Activity) -> BaseFixtures {
        let mut notes = vec![format!("before is {}", binary.described)];
        notes.extend(binary.notes.iter().cloned());
        let base = Rc::new(Base::new(binary));
        let output_dir = output_dir.join(BEFORE);
        let fixtures = Fixtures::of_base(output_dir, places, activity, Rc::clone(&base));
        BaseFixtures { fixtures, base, notes, without_base: Vec::new() }
    }

    /// Sets up what `test` needs. `now` are the servers of this version.
    pub(crate) async fn set_up(&mut self, test: &Test, now: &[Server]) -> BaseSetUp {
        self.base.take_why_not();
        match self.fixtures.set_up(test).await {
            Ok(ready) if ready.servers.iter().all(|server| is_among(server, now)) => {
                BaseSetUp::NotComparable("no server of this test is started by a fixture in two versions".to_owned())
            }
            Ok(ready) => BaseSetUp::Ready(ready),
            Err(failure) => match self.why_not(&failure) {
                Some(why) => BaseSetUp::NotComparable(why),
                None => BaseSetUp::Failed(format!("`{BEFORE}`: {failure}")),
            },
        }
    }

    /// Why the other version has nothing for the fixture; `None` if it is broken.
    fn why_not(&mut self, failure: &SetUpFailure) -> Option<String> {
        if let Some(why) = self.base.take_why_not() {
            self.without_base.push((failure.clone(), why));
        }
        let is_same = |known: &SetUpFailure| known.fixture.is(failure.fixture) && known.cause == failure.cause;
        self.without_base.iter().find(|(known, _)| is_same(known)).map(|(_, why)| why.clone())
    }
}

fn is_among(server: &Server, others: &[Server]) -> bool {
    others.iter().any(|other| other.url() == server.url())
}
