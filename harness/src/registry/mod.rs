//! What the author declared with `#[perf]`, collected from the whole binary.

mod constant;
mod decl;

pub use constant::Constant;
pub use decl::{CaseDecl, Offer, Place, SettingDecl, TestDecl, Written};
