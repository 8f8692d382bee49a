//! What the author declared with `#[perf]`, collected from the whole binary.
//!
//! [`tests`] answers with one [`TestCase`] for each row of the test list: cases and arrays multiplied, named and sorted.
//! Nothing starts here, and nothing is chosen: that is the selection's part.

mod constant;
mod decl;
mod error;
mod expand;
mod name;

pub use constant::Constant;
pub use decl::{CaseDecl, Offer, Place, SettingDecl, TestDecl, Written};
pub use error::{Mistake, RegistryError};
pub use expand::{expand, shared_thresholds};

use crate::threshold::Threshold;
use crate::workload::Settings;

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
    /// Why a plain run leaves it out, if it does.
    pub ignored: Option<String>,
}

/// Every test of this binary, in the order of the source.
///
/// # Errors
/// Two tests of one name, or a value that only the compiler knew and that the setting does not take; all mistakes at once.
pub fn tests() -> Result<Vec<TestCase>, RegistryError> {
    // Inventory's own order differs between build profiles; `expand` sorts.
    expand(inventory::iter::<TestDecl>.into_iter().collect())
}
