//! `proofload compare A B`

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;
use proofload::__command::compare_recorded;

use super::stored_runs::RunsFolder;

const EXAMPLES: &str = "\
Examples:
  proofload compare latest~1 latest
  proofload compare main/run.json branch/run.json --strict --json comparison.json

A regression between two stored runs was measured once, so it is shown and fails nothing unless
--strict is given. Exit codes: 0; 101 with --strict if something became worse or that cannot be
said, and if a test of run B had failed; 102 if a test of run B was invalid or errored; 2 for
wrong usage, such as two runs without a test in common.";

/// What changed from one recorded run to another, in each test that both have. No load is offered.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompareArguments {
    /// The run before: its folder or run.json, its id, `latest`, `latest~1`
    #[arg(value_name = "A")]
    before: String,

    /// The run after, whose change is judged
    #[arg(value_name = "B")]
    after: String,

    /// Fail if a comparison cannot tell
    #[arg(long)]
    strict: bool,

    /// Write what was compared as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<String>,

    /// Write run B with its comparisons as one HTML page (default: comparison.html beside its record)
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    html: Option<String>,

    /// Print every figure that was compared
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    folder: RunsFolder,
}

impl CompareArguments {
    pub(crate) fn run(&self) -> ExitCode {
        compare_recorded(&self.before, &self.after, self.options())
    }

    /// As a perf binary has them.
    fn options(&self) -> Vec<OsString> {
        let switch = |name: &str, is_on: bool| is_on.then(|| name.to_owned());
        let file = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("--{name}={value}"));
        let given = [
            switch("--strict", self.strict),
            switch("--verbose", self.verbose),
            file("comparison", &self.json),
            file("html", &self.html),
        ];
        given.into_iter().flatten().map(OsString::from).chain(self.folder.options()).collect()
    }
}
