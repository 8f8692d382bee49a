//! What a session is going to do, as its page shows it: [`SessionPlan`].

use crate::kind::Kind;

/// The tests of a session.
#[derive(Debug, Clone, Default)]
pub(crate) struct SessionPlan {
    /// The name of the run's folder.
    pub(crate) id: String,
    /// The page starts and stops the tests.
    pub(crate) drives: bool,
    /// In the order in which they run.
    pub(crate) tests: Vec<ListedTest>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct ListedTest {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) markers: Vec<String>,
    /// The first paragraph of its documentation, or empty.
    pub(crate) documentation: String,
    /// `50 users`.
    pub(crate) load: String,
    /// False for one that is left out.
    pub(crate) runs: bool,
    /// What the form is filled with: flags of the command line and their values.
    pub(crate) fields: Vec<(&'static str, String)>,
}
