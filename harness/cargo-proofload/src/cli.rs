//! The command line.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use proofload::__command::{arguments, run_if_reexecuted};

use crate::commands::{
    CapacityArguments, ClosedArguments, CompareArguments, InitArguments, MergeArguments, OpenArguments,
    PresetArguments, ReportArguments, SoakArguments, SpikeArguments, StagesArguments, SweepArguments, VersusArguments,
};
use crate::config::arguments_of;
use crate::failure::UsageFailure;
use crate::help::{arranged, asked_for};

/// Load tests of any URL
#[derive(Debug, Parser)]
#[command(name = "proofload", version, arg_required_else_help = true)]
struct ProofloadCommandLine {
    #[command(subcommand)]
    command: ProofloadCommand,
}

#[derive(Debug, Subcommand)]
enum ProofloadCommand {
    /// Users, each of whom sends its next request when the last one has been answered
    #[command(after_help = "proofload closed http://127.0.0.1:8000/ -n 5000 -c 200 --repeat 3 --warmup 500")]
    Closed(ClosedArguments),
    /// Requests on a schedule, whether or not the earlier ones have been answered
    #[command(after_help = "proofload open http://127.0.0.1:8000/ --rate 300/s -d 15s --require \"p95 < 100ms\"")]
    Open(OpenArguments),
    /// A load that changes: users or a rate, stage by stage
    #[command(after_help = "proofload stages http://127.0.0.1:8000/ \"0/s -> 500/s over 30s, 500/s for 1min\"")]
    Stages(StagesArguments),
    /// A surge in a base load, and how soon the server recovers from it
    #[command(
        after_help = "proofload spike http://127.0.0.1:8000/ \"base = 20/s, peak = 300/s, at = 5s, lasting = 5s\""
    )]
    Spike(SpikeArguments),
    /// A long steady load: does the server leak, or become slower?
    #[command(after_help = "proofload soak / -c 50 -d 30min --serve \"python3 app.py --port {port}\"")]
    Soak(SoakArguments),
    /// One run for each number of users, or each rate: where does the server stop scaling?
    #[command(after_help = "proofload sweep http://127.0.0.1:8000/ -n 3000 -c 1,2,5,10,20,50 --repeat 3")]
    Sweep(SweepArguments),
    /// A search for the highest rate at which the limits hold
    #[command(after_help = "proofload capacity http://127.0.0.1:8000/ --require \"p95 < 50ms\"")]
    Capacity(CapacityArguments),
    /// Several servers under the same load in turn: which is faster, and by how much?
    #[command(
        after_help = "proofload versus http://127.0.0.1:8001/ http://127.0.0.1:8002/ --require 'p95 <= 105% of \"127.0.0.1:8001\"'"
    )]
    Versus(VersusArguments),
    /// What a server can take: a closed sweep, then open loads at 50, 90 and 110 % of its best throughput
    #[command(after_help = "proofload preset http://127.0.0.1:8000/ --profile smoke --require \"p95 < 100ms\"")]
    Preset(PresetArguments),
    /// Performance tests for the Rust project in the current folder
    Init(InitArguments),
    /// Everything that a recorded run can become: tables, pages, files for other programs
    Report(ReportArguments),
    /// What changed from one recorded run to another
    Compare(CompareArguments),
    /// One record of several runs
    Merge(MergeArguments),
}

/// The whole `main` of both programs: reads the command line, does what it asks, returns the exit code.
#[must_use = "the exit code says whether the limits held"]
pub fn main() -> ExitCode {
    // A server that this process started, or its supervisor, is this program again.
    if let Some(code) = run_if_reexecuted() {
        return code;
    }
    let mut given = arguments();
    // `cargo proofload closed …` starts `cargo-proofload proofload closed …`.
    if given.get(1).is_some_and(|word| word == "proofload") {
        given.remove(1);
    }
    match read(given) {
        Ok(command) => command.run().unwrap_or_else(|failure| complain(&failure)),
        Err(PrintedInstead::Clap(answer)) => {
            // A closed output loses nothing.
            let _printed = answer.print();
            ExitCode::from(if answer.use_stderr() { 2 } else { 0 })
        }
        Err(PrintedInstead::Help(text)) => {
            // A closed output loses nothing.
            let _printed = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(PrintedInstead::Refusal(failure)) => complain(&failure),
    }
}

fn complain(failure: &UsageFailure) -> ExitCode {
    eprintln!("error: {failure}");
    ExitCode::from(2)
}

/// What is printed in place of running a command.
enum PrintedInstead {
    /// `--help`, or a mistake that clap explains.
    Clap(clap::Error),
    /// `proofload help request`
    Help(String),
    Refusal(UsageFailure),
}

impl From<clap::Error> for PrintedInstead {
    fn from(answer: clap::Error) -> PrintedInstead {
        PrintedInstead::Clap(answer)
    }
}

/// Reads the command line, with what its configuration file says below it.
fn read(given: Vec<OsString>) -> Result<ProofloadCommand, PrintedInstead> {
    let program = arranged(ProofloadCommandLine::command());
    if let Some(text) = asked_for(&program, given.get(1..).unwrap_or_default()) {
        return Err(PrintedInstead::Help(text));
    }
    let command = given.get(1).and_then(|name| program.find_subcommand(name));
    let prints_record =
        command.is_some_and(|command| command.get_arguments().any(|option| option.get_id() == "print_json"));
    let given = if prints_record { with_json_apart(&given) } else { given };
    let mut matches = program.clone().try_get_matches_from(given.clone())?;
    if let Some((name, file)) = config_file(&matches) {
        let command = matches.subcommand_matches(&name).map(|own| (name.as_str(), own));
        let from_file = command.map(|command| arguments_of(Path::new(&file), &program, command)).transpose();
        let mut all = given;
        all.splice(2..2, from_file.map_err(PrintedInstead::Refusal)?.unwrap_or_default());
        matches = program.try_get_matches_from(all)?;
    }
    Ok(ProofloadCommandLine::from_arg_matches(&matches)?.command)
}

/// The command, and the file that its `--config` names.
fn config_file(matches: &ArgMatches) -> Option<(String, std::path::PathBuf)> {
    let (name, own) = matches.subcommand()?;
    let file = own.try_get_one::<std::path::PathBuf>("config").ok()??;
    Some((name.to_owned(), file.clone()))
}

/// `--json` alone prints the record, and `--json '{"a": 1}'` is the body of the request, as curl has it.
fn with_json_apart(given: &[OsString]) -> Vec<OsString> {
    let is_body = |next: Option<&OsString>| {
        next.map(|next| next.to_string_lossy()).is_some_and(|next| {
            let is_whole = serde_json::from_str::<serde_json::Value>(&next).is_ok();
            is_whole || next.trim_start().starts_with(['{', '[', '"', '@'])
        })
    };
    let apart = given.iter().enumerate().map(|(at, word)| {
        let is_alone = word == "--json" && !is_body(given.get(at + 1));
        if is_alone { OsString::from("--output-json") } else { word.clone() }
    });
    apart.collect()
}

impl ProofloadCommand {
    fn run(self) -> Result<ExitCode, UsageFailure> {
        match self {
            ProofloadCommand::Closed(command) => command.run(),
            ProofloadCommand::Open(command) => command.run(),
            ProofloadCommand::Stages(command) => command.run(),
            ProofloadCommand::Spike(command) => command.run(),
            ProofloadCommand::Soak(command) => command.run(),
            ProofloadCommand::Sweep(command) => command.run(),
            ProofloadCommand::Capacity(command) => command.run(),
            ProofloadCommand::Versus(command) => command.run(),
            ProofloadCommand::Init(command) => command.run(),
            ProofloadCommand::Preset(command) => command.run(),
            ProofloadCommand::Report(command) => Ok(command.run()),
            ProofloadCommand::Compare(command) => Ok(command.run()),
            ProofloadCommand::Merge(command) => Ok(command.run()),
        }
    }
}
