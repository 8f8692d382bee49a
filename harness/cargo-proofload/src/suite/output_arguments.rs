//! The options of a run that do not concern its load: what is shown, and which files are written. Each is passed on to the library
//! as an option of a perf binary.

use std::path::PathBuf;

use clap::Args;

use super::run::{CommandSuite, Printed, home_of_runs};

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
        self.add_progress_to(suite);
        self.report_options().into_iter().for_each(|option| suite.option(option));
        if let Some(file) = &self.requests_csv {
            suite.option(format!("--requests-csv={file}"));
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

    /// Passes on what concerns the time of the run: how it is shown while it goes on, and whether it waits for another run.
    pub(crate) fn add_progress_to(&self, suite: &mut CommandSuite) {
        match self.live.as_deref() {
            // The flag without a value.
            Some("0") => suite.option("--live"),
            Some(port) => suite.option(format!("--live={port}")),
            None => {}
        }
        if self.no_wait {
            suite.option("--no-wait");
        }
        let progress = if self.quiet { Some("never") } else { self.progress.as_deref() };
        if let Some(progress) = progress {
            suite.option(format!("--progress={progress}"));
        }
    }

    /// What the report shows and which files are made of the record, as options of a perf binary.
    pub(crate) fn report_options(&self) -> Vec<String> {
        let files = [
            ("html", &self.html),
            ("csv", &self.csv),
            ("junit", &self.junit),
            ("summary-json", &self.summary_json),
            ("metrics-file", &self.metrics_file),
            ("color", &self.color),
        ];
        let given = files.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?)));
        given.chain(self.verbose.then(|| "--verbose".to_owned())).collect()
    }

    /// True if the record is printed, and nothing else.
    pub(crate) fn prints_record(&self) -> bool {
        self.print_json
    }

    /// True if only what is wrong is printed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// True if a line for each request is wanted.
    pub(crate) fn writes_requests(&self) -> bool {
        self.requests_csv.is_some()
    }

    /// Where the run is kept.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = self.output_dir.as_ref().map_or_else(home_of_runs, PathBuf::from);
        std::path::absolute(&folder).unwrap_or(folder)
    }
}
