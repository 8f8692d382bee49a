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
}
