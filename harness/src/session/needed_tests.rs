//! Tests that run because others need them.

use std::collections::HashMap;

use crate::cli::{IgnoredTests, TestOutput};
use crate::registry::TestCase;

/// For each of `tests`, whether it runs only because one that runs needs it, directly or through another.
///
/// Where tests are only listed, those that are selected stand for those that run.
pub(super) fn only_for_others(tests: &[TestCase], selected: &[bool], output: &TestOutput) -> Vec<bool> {
    let runs_itself = |(test, is_selected): (&TestCase, &bool)| {
        *is_selected && (output.list || output.ignored.runs(test.ignored.is_some()))
    };
    let runs_itself: Vec<bool> = tests.iter().zip(selected).map(runs_itself).collect();
    let places: HashMap<&str, usize> = tests.iter().enumerate().map(|(at, test)| (&*test.name, at)).collect();
    let mut runs = runs_itself.clone();
    let mut rest: Vec<usize> = (0..tests.len()).filter(|at| runs[*at]).collect();
    while let Some(at) = rest.pop() {
        // The live page plans one test alone, without those that it needs.
        for needed in tests[at].needs.iter().filter_map(|name| places.get(name.as_str())) {
            if !std::mem::replace(&mut runs[*needed], true) {
                rest.push(*needed);
            }
        }
    }
    runs.iter().zip(runs_itself).map(|(runs, runs_itself)| *runs && !runs_itself).collect()
}

impl IgnoredTests {
    /// True if a selected test runs that `is_ignored` by default.
    pub(super) fn runs(self, is_ignored: bool) -> bool {
        match self {
            IgnoredTests::LeaveOut => !is_ignored,
            IgnoredTests::Include => true,
            IgnoredTests::Only => is_ignored,
        }
    }
}
