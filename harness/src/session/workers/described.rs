//! The tests of a binary as texts, so that two processes know whether they have the same.

use crate::registry::TestDecl;

/// A text that changes with whatever a declaration says of the load. A command makes its fixtures at run time, and what they say of
/// themselves has what is sent.
pub(super) fn described(name: &str, decl: &TestDecl) -> String {
    let needs: Vec<(&str, &str)> = decl.needs.iter().map(|need| (need.name, need.doc)).collect();
    let TestDecl { place, settings, cases, thresholds, classes, .. } = decl;
    format!("{name} {place} {settings:?} {cases:?} {thresholds:?} {classes:?} {needs:?}")
}
