//! `--config bench.toml` or `.json`: options of a command, by the names of its flags.
//!
//! ```toml
//! users = 50                      # of every command that has `--users`
//! require = ["p95 < 50ms"]
//!
//! [closed]                        # of this command alone, over those above
//! requests = 5000
//! ```
//!
//! What the file says becomes arguments in front of those of the command line, so that both are read by the same code. An option
//! that is on the command line, or one that takes its place there, is not taken from the file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use proofload_vocabulary::settings::SettingKey;
use proofload_vocabulary::suggest::did_you_mean;

use super::file::{ConfigValue, read_file};
use crate::failure::UsageFailure;

/// The options that a file cannot give: a person must be there who says it, or it would name itself.
const NOT_IN_A_FILE: [&str; 6] = ["config", "i_may_load_this", "help", "version", "part", "part_folder"];

/// The arguments that `file` gives to the command `given`, beside those that `matches` has from the command line.
pub(crate) fn arguments_of(
    file: &Path,
    program: &Command,
    given: (&str, &ArgMatches),
) -> Result<Vec<OsString>, UsageFailure> {
    let config = read_file(file)?;
    let refused = |why: String| UsageFailure::new(format!("{}: {why}", file.display()));
    arguments(&config, program, given).map_err(refused)
}

fn arguments(
    config: &BTreeMap<String, ConfigValue>,
    program: &Command,
    (name, matches): (&str, &ArgMatches),
) -> Result<Vec<OsString>, String> {
    let command = program.find_subcommand(name).ok_or("there is no such command")?;
    let mut own = BTreeMap::new();
    let mut general = BTreeMap::new();
    for (key, value) in config {
        match value {
            ConfigValue::Table(table) => {
                let of = program.find_subcommand(key).ok_or_else(|| unknown_table(key, program))?;
                for (key, value) in table {
                    let option = option_of(of, key).ok_or_else(|| unknown_key(key, of))?;
                    if of.get_name() == name {
                        own.insert(id_of(option), (key, value));
                    }
                }
            }
            value => {
                let is_known = program.get_subcommands().any(|command| option_of(command, key).is_some());
                if !is_known {
                    return Err(unknown_anywhere(key, program));
                }
                if let Some(option) = option_of(command, key) {
                    general.insert(id_of(option), (key, value));
                }
            }
        }
    }
    let on_command_line: Vec<&str> = command.get_arguments().map(id_of).filter(|id| is_given(matches, id)).collect();
    let of_command: Vec<&str> = own.keys().copied().collect();
    let own = own.into_iter().filter(|(id, _)| !is_replaced(id, &on_command_line));
    let above = [on_command_line.as_slice(), of_command.as_slice()].concat();
    let general = general.into_iter().filter(|(id, _)| !is_replaced(id, &above));
    let mut all = Vec::new();
    for (id, (key, value)) in general.chain(own) {
        let option = command.get_arguments().find(|option| id_of(option) == id).ok_or("an option has no name")?;
        all.extend(written(option, value).map_err(|why| format!("`{key}` {why}"))?);
    }
    Ok(all)
}

fn id_of(option: &Arg) -> &str {
    option.get_id().as_str()
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.try_contains_id(id).is_ok() && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// True if one of `above` is the same option, or a setting that takes its place: a duration, where the file gives requests.
fn is_replaced(id: &str, above: &[&str]) -> bool {
    let setting = |id: &str| id.parse::<SettingKey>().ok();
    above.iter().any(|other| {
        *other == id || setting(other).zip(setting(id)).is_some_and(|(other, below)| other.replaces(below))
    })
}

/// The option with the long name `key`, in which `_` stands for `-`.
fn option_of<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    let key = key.replace('_', "-");
    let options = command.get_arguments().filter(|option| !NOT_IN_A_FILE.contains(&id_of(option)));
    options.into_iter().find(|option| {
        let aliases = option.get_all_aliases().unwrap_or_default();
        option.get_long() == Some(key.as_str()) || aliases.contains(&key.as_str())
    })
}

/// The option as arguments.
fn written(option: &Arg, value: &ConfigValue) -> Result<Vec<OsString>, String> {
    let flag = format!("--{}", option.get_long().unwrap_or_default());
    let is_optional = option.get_num_args().is_some_and(|range| range.min_values() == 0);
    let is_switch = matches!(option.get_action(), ArgAction::SetTrue) || is_optional;
    let with = |text: &str| OsString::from(format!("{flag}={text}"));
    Ok(match value {
        ConfigValue::Switch(true) if is_switch => vec![flag.into()],
        ConfigValue::Switch(false) if is_switch => Vec::new(),
        ConfigValue::Switch(value) => vec![with(&value.to_string())],
        _ if matches!(option.get_action(), ArgAction::SetTrue) => return Err("takes true or false".to_owned()),
        ConfigValue::Text(text) => vec![with(text)],
        ConfigValue::List(texts) if matches!(option.get_action(), ArgAction::Append) => {
            texts.iter().map(|text| with(text)).collect()
        }
        ConfigValue::List(texts) => vec![with(&texts.join(","))],
        ConfigValue::Table(_) => return Err("takes a value, not a table".to_owned()),
    })
}

fn keys_of(command: &Command) -> Vec<&str> {
    let options = command.get_arguments().filter(|option| !NOT_IN_A_FILE.contains(&id_of(option)));
    options.into_iter().filter_map(Arg::get_long).collect()
}

fn unknown_table(key: &str, program: &Command) -> String {
    let commands: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    format!(
        "there is no command `{key}`{} (commands: {})",
        did_you_mean(key, commands.iter().copied()),
        commands.join(", ")
    )
}

fn unknown_key(key: &str, command: &Command) -> String {
    let keys = keys_of(command);
    let suggestion = did_you_mean(key, keys.iter().copied());
    format!("`{}` has no option `{key}`{suggestion}; see proofload {0} --help", command.get_name())
}

fn unknown_anywhere(key: &str, program: &Command) -> String {
    let keys: Vec<&str> = program.get_subcommands().flat_map(keys_of).collect();
    format!("no command has an option `{key}`{}", did_you_mean(key, keys))
}
