//! How tests are listed and their outcomes printed: the options that every Rust test binary has.

/// The options of every Rust test binary that concern listing and printing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TestOutput {
    /// List the tests instead of running them.
    pub(crate) list: bool,
    /// Which of the tests run that are ignored by default.
    pub(crate) ignored: IgnoredTests,
    /// The format of the list and of the outcomes.
    pub(crate) format: Format,
    /// When to use colours.
    pub(crate) colour: Colour,
    /// Write the outcomes to this file instead of stdout.
    pub(crate) logfile: Option<String>,
}

/// What to do with tests that are ignored by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum IgnoredTests {
    /// Leave them out.
    #[default]
    LeaveOut,
    /// `--include-ignored`: run them too.
    Include,
    /// `--ignored`: run no others.
    Only,
}

/// A format of the list and of the outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// One line a test, and closing tables: for people.
    #[default]
    Pretty,
    /// One character a test, and nothing else.
    Terse,
    /// One JSON event a line: for programs.
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Colour {
    /// When stdout is a terminal and `NO_COLOR` is not set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
