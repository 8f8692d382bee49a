//! What the author declared with `#[perf]`, collected from the whole binary.
//!
//! [`tests`] answers with one [`TestCase`] for each row of the test list: cases and arrays multiplied, named and sorted.
//! Nothing starts here, and nothing is chosen: that is the selection's part.

mod case;
mod constant;
mod decl;
mod error;
mod expand;
mod name;
mod needed;

pub use case::TestCase;
pub use constant::Constant;
pub use decl::{
    ArmDecl, CaseDecl, ClassDecl, Identity, NeededTest, Offer, Place, SettingDecl, TestDecl, Written, identity,
};
pub use error::{DeclarationMistake, RegistryError};
pub use expand::{expand, shared_thresholds};

/// Every test of this binary, in the order of the source.
///
/// # Errors
/// Two tests of one name, or a value that only the compiler knew and that the setting does not take; all mistakes at once.
pub fn tests() -> Result<Vec<TestCase>, RegistryError> {
    // Inventory's own order differs between build profiles; `expand` sorts.
    expand(inventory::iter::<TestDecl>.into_iter().collect())
}
