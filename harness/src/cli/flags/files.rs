//! The flags for files that a run writes, and for pages that show it while it runs.

use clap::Args;

/// Files to write besides the run record.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct FileFlags {
    /// Write the report as one HTML page (default: report.html beside the run record)
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub(crate) html: Option<String>,

    /// Write a line for each request while the tests run
    #[arg(long, value_name = "FILE")]
    pub(crate) requests_csv: Option<String>,

    /// Write statistics, failures, exceptions and history as PREFIX_stats.csv and so on
    #[arg(long, value_name = "PREFIX")]
    pub(crate) csv: Option<String>,

    /// Write the outcomes as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<String>,

    /// Write benchmarks as pytest-benchmark does
    #[arg(long, value_name = "FILE")]
    pub(crate) benchmark_json: Option<String>,

    /// Write figures for github-action-benchmark
    #[arg(long, value_name = "FILE")]
    pub(crate) github_benchmark: Option<String>,

    /// Write figures in Bencher Metric Format
    #[arg(long, value_name = "FILE")]
    pub(crate) bmf: Option<String>,

    /// Write eight figures of each test, in seconds, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) summary_json: Option<String>,

    /// Write figures as Prometheus reads them
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics_file: Option<String>,
}

/// Pages and figures while the tests run.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Watch")]
pub(crate) struct LiveFlags {
    /// Serve a page that shows the run while it goes on, and print its link
    #[arg(long, value_name = "PORT", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    pub(crate) live: Option<String>,

    /// Serve that page and run what is chosen on it
    #[arg(long, value_name = "PORT", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    pub(crate) ui: Option<String>,

    /// Serve the page at this address of the machine (default: 127.0.0.1, so that no other machine reaches it)
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) live_bind: Option<String>,

    /// Go on serving the page after the last test, such as 10m
    #[arg(long, value_name = "TIME")]
    pub(crate) live_linger: Option<String>,

    /// Serve figures for Prometheus while the tests run, such as 127.0.0.1:0
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) metrics: Option<String>,
}
