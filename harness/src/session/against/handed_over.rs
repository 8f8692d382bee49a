//! How the process that runs the tests learns of the base that its guardian has prepared.

use std::process::Command;

use super::prepare::PreparedBase;
use crate::server::BaseBinary;

/// Holds a [`BaseBinary`] as JSON.
const HANDED_OVER: &str = "PROOFLOAD_INTERNAL_BASE";

/// Gives the base to the process that `command` starts.
pub(crate) fn hand_over(base: &PreparedBase, command: &mut Command) {
    command.env(HANDED_OVER, serde_json::to_string(&base.binary).unwrap_or_default());
}

/// The base that the guardian of this process has prepared.
pub(crate) fn handed_over() -> Option<BaseBinary> {
    serde_json::from_str(&std::env::var(HANDED_OVER).ok()?).ok()
}
