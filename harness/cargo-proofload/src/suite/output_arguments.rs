//! The options of a run that do not concern its load: what is shown, and which files are written. Each is passed on to the library
//! as an option of a perf binary.

use clap::Args;

use super::run::{CommandSuite, Printed};

/// What is shown and written.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// Print the record of the run on stdout, and nothing else there; --json without a value is this
    #[arg(long = "output-json", conflicts_with = "quiet")]
    print_json: bool,

    /// Write the report as one page [default: report.html beside the run record]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    html: Option<String>,

    /// Write statistics, failures and history as PREFIX_stats.csv and so on
    #[arg(long, value_name = "PREFIX")]
    csv: Option<String>,

    /// Write a line for each request
    #[arg(long, value_name = "FILE")]
    requests_csv: Option<String>,

    /// Write the outcome as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<String>,

    /// Write eight figures of each test, in seconds, as JSON
    #[arg(long, value_name = "FILE")]
    summary_json: Option<String>,

    /// Write figures as Prometheus reads them
    #[arg(long, value_name = "FILE")]
    metrics_file: Option<String>,

    /// Serve a page that shows the run while it goes on, and print its link
    #[arg(long, value_name = "PORT", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    live: Option<String>,

    /// Keep the run record there (default: target/proofload of a Cargo project, else ~/.local/state/proofload)
    #[arg(long, value_name = "DIR")]
    output_dir: Option<String>,

    /// When to show progress on stderr (default: auto, which is a table on a terminal and else a line every 10 s)
    #[arg(long, value_name = "auto|always|never", value_parser = ["auto", "always", "never"], hide_possible_values = true)]
    progress: Option<String>,

    /// Show every endpoint and threshold
    #[arg(short = 'v', long)]
    verbose: bool,

    /// Print only what is wrong
    #[arg(short, long)]
    quiet: bool,

    /// When to use colours (default: auto)
    #[arg(long, value_name = "auto|always|never", value_parser = ["auto", "always", "never"], hide_possible_values = true)]
    color: Option<String>,

    /// End at once if another run is active on this machine, instead of waiting for it
    #[arg(long)]
    no_wait: bool,
}

impl OutputArguments {
    /// Passes them on.
    pub(crate) fn add_to(&self, suite: &mut CommandSuite) {
        // `1` stands for the flag without a value.
        for (flag, value, without) in [("--html", &self.html, "1"), ("--live", &self.live, "0")] {
            match value.as_deref() {
                Some(value) if value == without => suite.option(flag),
                Some(value) => suite.option(format!("{flag}={value}")),
                None => {}
            }
        }
        let files = [
            ("--csv", &self.csv),
            ("--requests-csv", &self.requests_csv),
            ("--junit", &self.junit),
            ("--summary-json", &self.summary_json),
            ("--metrics-file", &self.metrics_file),
            ("--color", &self.color),
        ];
        for (flag, value) in files {
            if let Some(value) = value {
                suite.option(flag);
                suite.option(value);
            }
        }
        for (flag, is_given) in [("--verbose", self.verbose), ("--no-wait", self.no_wait)] {
            if is_given {
                suite.option(flag);
            }
        }
        let progress = if self.quiet { Some("never") } else { self.progress.as_deref() };
        if let Some(progress) = progress {
            suite.option(format!("--progress={progress}"));
        }
        if let Some(folder) = &self.output_dir {
            suite.keep_in(folder);
        }
        suite.print(match (self.print_json, self.quiet) {
            (true, _) => Printed::Json,
            (_, true) => Printed::Problems,
            _ => Printed::Report,
        });
    }
}
