//! Which test: the same identity in reports, records, baselines and selections.

use serde::{Deserialize, Serialize};

/// The identity of a test. Two binaries of one package may each have a test of one name, so a name is not enough.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TestId {
    /// The package it belongs to.
    #[serde(default)]
    pub package: String,
    /// The test binary: `perf` for `tests/perf.rs`. Empty in files that were written before there was this field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// `agent::health`, `agent::mixed::users_500`.
    pub name: String,
}

impl TestId {
    /// The identity of the test `name` in the binary `target` of `package`.
    pub fn new(package: impl Into<String>, target: impl Into<String>, name: impl Into<String>) -> TestId {
        TestId { package: package.into(), target: target.into(), name: name.into() }
    }

    /// True if both are of one test. An identity without a target, from an old file, matches any target.
    ///
    /// ```
    /// use proofload::record::TestId;
    /// let health = TestId::new("shop", "perf", "agent::health");
    /// assert!(health.matches(&TestId::new("shop", "", "agent::health")));
    /// assert!(!health.matches(&TestId::new("shop", "nightly", "agent::health")));
    /// ```
    pub fn matches(&self, other: &TestId) -> bool {
        let same_target = self.target == other.target || self.target.is_empty() || other.target.is_empty();
        same_target && self.package == other.package && self.name == other.name
    }

    /// True if both are in one test binary.
    pub fn is_in_same_binary(&self, other: &TestId) -> bool {
        self.package == other.package && self.target == other.target
    }
}
