//! `--fixtures` and `--setup-plan`: what is declared and what would be set up. Starts nothing.

use std::fmt::Write;

use crate::fixture::{self, FixtureDecl};

use super::plan::PlannedTest;

/// Every fixture of the binary, with its scope, its place and the first line of its documentation.
pub(super) fn fixtures() -> String {
    let mut text = String::from("fixtures of this binary, by name:\n");
    for decl in fixture::all() {
        let _ = writeln!(text, "\n{}  [{} scope]  {}:{}", decl.name, decl.scope, decl.file, decl.line);
        if !decl.doc.is_empty() {
            let _ = writeln!(text, "    {}", decl.doc);
        }
    }
    text
}

/// What each selected test would set up, in order, and tear down in the reverse order.
pub(super) fn setup_plan<'a>(tests: impl Iterator<Item = &'a PlannedTest>) -> String {
    let mut text = String::new();
    for PlannedTest { test, .. } in tests {
        let steps: Vec<String> = fixture::plan(&test.needs).into_iter().map(step).collect();
        let steps = if steps.is_empty() { "nothing".to_owned() } else { steps.join(" → ") };
        let _ = writeln!(text, "[{}] {}: {steps}", test.kind, test.id.name);
    }
    text
}

fn step(decl: &'static FixtureDecl) -> String {
    format!("{} ({})", decl.name, decl.scope)
}
