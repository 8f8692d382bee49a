//! Tests that were not declared in this binary.

use std::ffi::OsString;

use crate::registry::TestDecl;

/// Tests that a command has made, and the options of a perf binary that it runs them with.
#[derive(Debug)]
pub struct GivenTests {
    /// The same in every process of the run, which reads the command line again.
    pub tests: Vec<&'static TestDecl>,
    /// As on the command line of a perf binary, without the name of the program: `--html`, `--output-dir`, `runs`.
    pub options: Vec<OsString>,
    /// What is printed on standard output.
    pub printed: Printed,
    /// The thresholds that a person gave. Others of the tests hold unless one is given, and are not shown as if it had been.
    pub required: Vec<String>,
}

/// What a command prints on standard output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Printed {
    /// The figures of each test, and where they are kept.
    #[default]
    Report,
    /// The record of the run, and nothing else.
    Json,
    /// What is wrong, and nothing of a run that passed.
    Problems,
}

/// How the results of a command are printed.
#[derive(Debug, Clone)]
pub(super) struct CommandStyle {
    pub(super) printed: Printed,
    /// The thresholds that a person gave.
    pub(super) required: Vec<String>,
}

impl GivenTests {
    pub(super) fn style(&self) -> CommandStyle {
        CommandStyle { printed: self.printed, required: self.required.clone() }
    }
}
