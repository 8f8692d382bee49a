//! One test of the list, made from its declaration.

use super::decl::TestDecl;
use crate::settings::Settings;
use crate::threshold::Threshold;

/// One test as it is listed, run and reported.
#[derive(Debug, Clone)]
pub struct TestCase {
    /// The attribute it comes from; several cases share one.
    pub decl: &'static TestDecl,
    /// `agent::health`, or `agent::mixed::users_500` for a case; no other test of the binary has it.
    pub name: String,
    /// What the attribute says about the load, the case over the test.
    pub settings: Settings,
    /// What it is judged by: the case's thresholds, the test's, and the kind's default.
    pub thresholds: Vec<Threshold>,
    /// Those of the attribute; the kind is a marker too, and not in this list.
    pub markers: Vec<&'static str>,
    /// The names of the tests that must pass before it runs, all cases of a needed function.
    pub needs: Vec<String>,
    /// Why a plain run leaves it out, if it does.
    pub ignored: Option<String>,
}
