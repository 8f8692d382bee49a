//! `proofload report RUN --html`

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;
use proofload::__command::{ReportForm, report_recorded};

use super::stored_runs::RunsFolder;

const EXAMPLES: &str = "\
Examples:
  proofload report                             the tables of the last run
  proofload report latest~1 --html=old.html    the run before it, as a page
  proofload report ci/run.json --junit ci.xml --csv ci/perf

The exit code says if all of it was written, and not how the tests of that run ended:
0 written, 1 not written, 2 wrong usage, such as a run that does not exist.";

/// Everything that a recorded run can become; without an option, its tables. No load is offered.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArguments {
    /// A recorded run: its folder or run.json, its id, `latest`, `latest~1`
    #[arg(default_value = "latest")]
    run: String,

    /// Print the whole record as JSON, and nothing else
    #[arg(long)]
    json: bool,

    /// Write one HTML page (default: report.html beside the record)
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    html: Option<String>,

    /// Write statistics, failures, exceptions, history and values as PREFIX_stats.csv and so on
    #[arg(long, value_name = "PREFIX")]
    csv: Option<String>,

    /// Write the outcomes as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<String>,

    /// Write nine figures of each test, in seconds, as JSON
    #[arg(long, value_name = "FILE")]
    summary_json: Option<String>,

    /// Write benchmarks as pytest-benchmark does
    #[arg(long, value_name = "FILE")]
    benchmark_json: Option<String>,

    /// Write figures for github-action-benchmark
    #[arg(long, value_name = "FILE")]
    github_benchmark: Option<String>,

    /// Write figures in Bencher Metric Format
    #[arg(long, value_name = "FILE")]
    bmf: Option<String>,

    /// Write figures as Prometheus reads them
    #[arg(long, value_name = "FILE")]
    metrics_file: Option<String>,

    /// Write what was compared in that run as JSON
    #[arg(long, value_name = "FILE")]
    comparison: Option<String>,

    /// Write the history of each test as Apache Otava reads it
    #[arg(long, value_name = "FILE")]
    otava_csv: Option<String>,

    /// Print every threshold, endpoint and server of each test
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    folder: RunsFolder,
}

impl ReportArguments {
    pub(crate) fn run(&self) -> ExitCode {
        let form = if self.json { ReportForm::Record } else { ReportForm::Tables };
        report_recorded(&self.run, form, self.options())
    }

    /// As a perf binary has them.
    fn options(&self) -> Vec<OsString> {
        let files = [
            ("html", &self.html),
            ("csv", &self.csv),
            ("junit", &self.junit),
            ("summary-json", &self.summary_json),
            ("benchmark-json", &self.benchmark_json),
            ("github-benchmark", &self.github_benchmark),
            ("bmf", &self.bmf),
            ("metrics-file", &self.metrics_file),
            ("comparison", &self.comparison),
            ("otava-csv", &self.otava_csv),
        ];
        let given = files.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?)));
        let verbose = self.verbose.then(|| "--verbose".to_owned());
        let options = given.chain(verbose).map(OsString::from);
        options.chain(self.folder.options()).collect()
    }
}
