use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::{CliCommand, Format, IgnoredTests, Options, Progress, Show, TestOutput, read};
use crate::kind::Kind;
use crate::settings::{SettingKey, Settings, parse_value};
use crate::workload::{ArmOrder, Connections, LoadModel, LoadPlan, Overflow, Rate, RunLength, RunPlan, Warmup};

const FILE: &str = "/shop/proofload.toml";

/// Everything the module reads, with the file at [`FILE`].
fn ask(line: &[&str], variables: &[(&str, &str)], file: &str) -> Result<CliCommand, String> {
    let arguments = std::iter::once("perf").chain(line.iter().copied()).map(OsString::from);
    let environment = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    read(arguments, environment, Some((Path::new(FILE), file))).map_err(|error| error.to_string())
}

fn options(line: &[&str], variables: &[(&str, &str)], file: &str) -> Options {
    match ask(line, variables, file).unwrap() {
        CliCommand::Run(options) => *options,
        CliCommand::Print(text) => panic!("printed instead of options:\n{text}"),
    }
}

fn refusal(line: &[&str], variables: &[(&str, &str)], file: &str) -> String {
    ask(line, variables, file).unwrap_err()
}

fn load(options: &Options) -> Settings {
    options.layers.around(Kind::Load, Settings::default())
}

/// An attribute with one setting.
fn declared(key: &str, text: &str) -> Settings {
    let key: SettingKey = key.parse().unwrap();
    let mut settings = Settings::default();
    settings.set(key, parse_value(key, text).unwrap()).unwrap();
    settings
}

/// What a number for a whole suite must not change.
fn shape_of(plan: &LoadPlan) -> (RunPlan, usize, bool) {
    let runs = match &plan.runs {
        RunPlan::Repeat(_) => RunPlan::default(),
        RunPlan::RepeatedSweep { levels, .. } => RunPlan::Sweep(levels.clone()),
        other => other.clone(),
    };
    let is_open = matches!(plan.workload.model, LoadModel::Open(_));
    (runs, plan.workload.users(), is_open)
}

fn requests(count: u64) -> Option<RunLength> {
    Some(RunLength::Requests(count))
}

mod cluster;
mod command_line;
mod environment;
mod file;
mod files;
mod help;
mod precedence;
mod profiles;
mod reference;
