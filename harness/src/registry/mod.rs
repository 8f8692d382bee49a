//! What the author declared with `#[perf]`, collected from the whole binary.

mod decl;

pub use decl::{CaseDecl, Offer, Place, SettingDecl, TestDecl, Written};
