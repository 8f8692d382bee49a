//! The flags, and `--help`. Only this module uses the `clap` crate.
//!
//! Values of our own options stay texts here, because the environment gives the same options and both are read by
//! the same code.

mod cluster;
mod compare;
mod files;

pub(super) use cluster::ClusterFlags;
pub(super) use compare::CompareFlags;
pub(super) use files::{FileFlags, LiveFlags};

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser};

use super::usage::{UsageError, UsageMistake};
use super::variables;
use crate::settings::SettingKey;

const EXAMPLES: &str = "\
Examples:
  cargo test --test perf                                  load and benchmark tests
  cargo test --test perf -- --include-ignored stress      by name or kind, ignored or not
  cargo test --test perf -- -m \"load and not slow\"        by marker
  cargo test --test perf -- --kind load,benchmark --columns min,mean,p95
  cargo test --test perf -- --scale 0.1 --no-baselines    a quick look
  PROOFLOAD_TARGET_SHOP=http://127.0.0.1:8080 cargo test --test perf
                                                          the server fixture `shop` already runs there
  PROOFLOAD_BIND=192.168.1.10 cargo test --test perf      servers listen there instead of on 127.0.0.1

An option wins over its variable, the variable over the profile, the profile over the test's attribute, the attribute
over the rest of proofload.toml. --users and --rate apply to tests whose load is a single number; stages, spikes, sweeps
and capacity searches keep theirs. Settings without an option have a variable too, such as PROOFLOAD_CONNECTIONS.

Exit codes:
  0    every selected test passed, or a FILTER matched none
  101  a test failed
  102  none failed, but a measurement was invalid or a fixture broke, or --no-wait found another run
  4    -m, -k, --kind or --last-failed selected nothing
  2    wrong usage
  130  ended by Ctrl-C; 143 by SIGTERM, 129 by SIGHUP

Flags of other Rust tests that have no effect here are accepted: --test-threads, --nocapture, --show-output,
--report-time, --ensure-time, --exclude-should-panic, -Z unstable-options. Tests run one at a time, because two loads at
once measure each other; output is never captured, and durations are always reported.";

/// Offers each selected test's load to its server, one test at a time, and judges what was measured.
#[derive(Debug, Parser)]
#[command(
    name = "proofload",
    version,
    override_usage = "cargo test --test perf -- [OPTIONS] [FILTER]...",
    after_help = EXAMPLES,
    term_width = 120,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(super) struct Flags {
    /// Run only tests whose `[kind] name` contains one of these
    #[arg(value_name = "FILTER", help_heading = "Select")]
    pub(super) filters: Vec<String>,

    /// Run tests whose markers satisfy EXPR, such as "load and not slow"
    #[arg(short = 'm', long, value_name = "EXPR", help_heading = "Select")]
    pub(super) markers: Option<String>,

    /// Run tests whose names satisfy EXPR, such as "health or config"
    #[arg(short = 'k', long, value_name = "EXPR", help_heading = "Select")]
    pub(super) keyword: Option<String>,

    /// Run tests of these kinds: load, benchmark, stress, spike, soak, capacity
    #[arg(long, value_name = "KIND,...", help_heading = "Select")]
    pub(super) kind: Vec<String>,

    /// Run tests that did not pass in the last run
    #[arg(long, help_heading = "Select")]
    pub(super) last_failed: bool,

    /// Skip tests whose `[kind] name` contains FILTER
    #[arg(long, value_name = "FILTER", help_heading = "Select")]
    pub(super) skip: Vec<String>,

    /// Match FILTER and --skip exactly; the path of a function is all its cases
    #[arg(long, help_heading = "Select")]
    pub(super) exact: bool,

    /// Run only ignored tests
    #[arg(long, conflicts_with = "include_ignored", help_heading = "Select")]
    pub(super) ignored: bool,

    /// Run ignored tests too
    #[arg(long, help_heading = "Select")]
    pub(super) include_ignored: bool,

    /// A flag for each setting whose row in the table has one.
    #[command(flatten)]
    pub(super) load: LoadFlags,

    /// Lay [profile.NAME] of proofload.toml over what the tests declare
    #[arg(long, value_name = "NAME", help_heading = "Load")]
    pub(super) profile: Option<String>,

    /// Multiply requests, durations, warm-up and ramp-up, such as 0.1 or 10%
    #[arg(long, value_name = "FACTOR", help_heading = "Load")]
    pub(super) scale: Option<String>,

    /// List the selected tests
    #[arg(long, help_heading = "Run")]
    pub(super) list: bool,

    /// Show the fixtures of this binary, with their scopes
    #[arg(long, help_heading = "Run")]
    pub(super) fixtures: bool,

    /// Show what would be set up for the selected tests, and in which order
    #[arg(long, help_heading = "Run")]
    pub(super) setup_plan: bool,

    /// Stop after the first test that does not pass
    #[arg(long, help_heading = "Run")]
    pub(super) fail_fast: bool,

    /// End at once if another perf run is active on this machine, instead of waiting for it
    #[arg(long, help_heading = "Run")]
    pub(super) no_wait: bool,

    /// When to show progress on stderr (default: auto, on a terminal)
    #[arg(long, value_name = "auto|always|never", help_heading = "Run")]
    pub(super) progress: Option<String>,

    /// Columns of the closing table, such as min,max,mean,median,p95
    #[arg(long, value_name = "COLUMN,...", help_heading = "Report")]
    pub(super) columns: Vec<String>,

    /// Sort the closing table by this column
    #[arg(long, value_name = "COLUMN", help_heading = "Report")]
    pub(super) sort: Option<String>,

    /// Show the N tests that took longest; 0 shows all
    #[arg(long, value_name = "N", help_heading = "Report")]
    pub(super) durations: Option<String>,

    /// Show every threshold, endpoint and server of each test
    #[arg(short = 'v', long, help_heading = "Report")]
    pub(super) verbose: bool,

    /// Write the run record there (default: target/proofload)
    #[arg(long, value_name = "DIR", help_heading = "Report")]
    pub(super) output_dir: Option<PathBuf>,

    /// Leave docs/performance-baselines.md as it is
    #[arg(long, help_heading = "Report")]
    pub(super) no_baselines: bool,

    #[command(flatten)]
    pub(super) files: FileFlags,

    #[command(flatten)]
    pub(super) compare: CompareFlags,

    #[command(flatten)]
    pub(super) live: LiveFlags,

    #[command(flatten)]
    pub(super) cluster: ClusterFlags,

    /// How tests are listed and their outcomes shown
    #[arg(
        long,
        value_name = "pretty|terse|json",
        value_parser = ["pretty", "terse", "json"],
        hide_possible_values = true,
        help_heading = "As in every Rust test"
    )]
    pub(super) format: Option<String>,

    /// One character a test: --format terse
    #[arg(short, long, conflicts_with = "format", help_heading = "As in every Rust test")]
    pub(super) quiet: bool,

    /// When to use colours (default: auto)
    #[arg(
        long,
        value_name = "auto|always|never",
        value_parser = ["auto", "always", "never"],
        hide_possible_values = true,
        help_heading = "As in every Rust test"
    )]
    pub(super) color: Option<String>,

    /// Write the outcomes to a file instead of stdout
    #[arg(long, value_name = "PATH", help_heading = "As in every Rust test")]
    pub(super) logfile: Option<String>,

    /// Run benchmarks alone: --kind benchmark
    #[arg(long, conflicts_with = "kind", help_heading = "As in every Rust test")]
    pub(super) bench: bool,

    /// Run everything but benchmarks
    #[arg(long, conflicts_with_all = ["bench", "kind"], help_heading = "As in every Rust test")]
    pub(super) test: bool,

    /// No effect: tests run one at a time, because two loads at once measure each other
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        hide = true
    )]
    pub(super) test_threads: Option<u64>,

    /// No effect: output is never captured
    #[arg(long, alias = "no-capture", hide = true)]
    pub(super) nocapture: bool,

    /// No effect: output is always shown
    #[arg(long, hide = true)]
    pub(super) show_output: bool,

    /// No effect: durations are always reported
    #[arg(long, hide = true)]
    pub(super) report_time: bool,

    /// No effect: a test's thresholds say how long it may take
    #[arg(long, hide = true)]
    pub(super) ensure_time: bool,

    /// No effect: no perf test is expected to panic
    #[arg(long, hide = true)]
    pub(super) exclude_should_panic: bool,

    /// No effect: accepted as other test binaries accept it
    #[arg(
        short = 'Z',
        value_name = "unstable-options",
        value_parser = ["unstable-options"],
        hide_possible_values = true,
        hide = true
    )]
    pub(super) unstable: Option<String>,

    /// Show this
    #[arg(short, long, action = ArgAction::Help, help_heading = "As in every Rust test")]
    help: Option<bool>,

    /// Show the version of the harness
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "As in every Rust test")]
    version: Option<bool>,
}

/// The flags that are settings, from the table of settings.
#[derive(Debug, Default)]
pub(super) struct LoadFlags {
    given: BTreeMap<SettingKey, String>,
}

impl LoadFlags {
    /// The text of `--users` for `users`.
    pub(super) fn get(&self, key: SettingKey) -> Option<&str> {
        self.given.get(&key).map(String::as_str)
    }
}

impl Args for LoadFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        let flag = |key: SettingKey| {
            let placeholder = key.spec().flag?;
            let flag = Arg::new(key.name()).long(key.name().replace('_', "-")).value_name(placeholder);
            Some(flag.help(key.spec().help).help_heading("Load"))
        };
        command.args(SettingKey::LOAD.into_iter().filter_map(flag))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LoadFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<LoadFlags, clap::Error> {
        let mut flags = LoadFlags::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for key in SettingKey::LOAD.into_iter().filter(|key| key.spec().flag.is_some()) {
            let text = matches.get_one::<String>(key.name()).cloned();
            self.given.extend(text.map(|text| (key, text)));
        }
        Ok(())
    }
}

/// The command line, read.
pub(super) enum CommandLine {
    /// Flags to carry out.
    Flags(Box<Flags>),
    /// The text of `--help` or `--version`.
    Answer(String),
}

/// Reads the command line, the program's name first.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<CommandLine, UsageError> {
    let parsed = command().try_get_matches_from(arguments).and_then(|matches| Flags::from_arg_matches(&matches));
    match parsed {
        Ok(flags) => Ok(CommandLine::Flags(Box::new(flags))),
        Err(answer) if is_an_answer(answer.kind()) => Ok(CommandLine::Answer(answer.to_string())),
        Err(refusal) => {
            let text = refusal.to_string();
            Err(UsageMistake::CommandLine(text.trim_start_matches("error: ").trim_end().to_owned()).into())
        }
    }
}

fn is_an_answer(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// The command with each option's variable in its help, from the one table of variables.
pub(super) fn command() -> clap::Command {
    Flags::command().mut_args(|argument| {
        let variable = variables::name_of(argument.get_id().as_str());
        if !variables::known().any(|option| variables::name_of(option) == variable) {
            return argument;
        }
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        argument.help(format!("{help} [env:{variable}]"))
    })
}
