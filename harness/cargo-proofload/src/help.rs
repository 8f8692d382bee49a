//! `--help` of a command, on one screen: the options of its load in full, and those that all commands share by their names.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

/// Groups of options that all commands share. Their options are shown in full by `proofload help GROUP`.
const SHARED: [(&str, &str); 3] = [("Request", "request"), ("Output", "output"), ("Workers", "workers")];

/// What is shown in full although its group is not: the options that most runs need.
const ALWAYS_SHOWN: [&str; 3] = ["headers", "data", "html"];

/// The program with its help arranged.
pub(crate) fn arranged(program: Command) -> Command {
    let topics = SHARED.map(|(heading, topic)| topic_of(&program, heading, topic));
    let names: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let mut program = program.term_width(100).disable_help_subcommand(true);
    for name in names {
        program = program.mut_subcommand(name, on_one_screen);
    }
    program.subcommand(Command::new("help").about("The options that all commands share").subcommands(topics))
}

/// `proofload help request`: the options under `heading`, of the first command that has them.
fn topic_of(program: &Command, heading: &str, topic: &'static str) -> Command {
    let options = program.get_subcommands().next().into_iter().flat_map(Command::get_arguments);
    let options = options.filter(|option| option.get_help_heading() == Some(heading)).cloned();
    let options = options.map(|option| option.hide(false).hide_short_help(false));
    Command::new(topic).about(format!("{heading} options")).args(options).disable_help_flag(true)
}

/// The text of `proofload help request`, or `proofload help closed`; `None` if the words ask for something else.
pub(crate) fn asked_for(program: &Command, words: &[OsString]) -> Option<String> {
    let topics = program.find_subcommand("help").filter(|_| words.first().is_some_and(|word| word == "help"))?;
    let found = match words.get(1) {
        None => topics,
        Some(word) => topics.find_subcommand(word).or_else(|| program.find_subcommand(word))?,
    };
    Some(found.clone().bin_name(format!("proofload {}", found.get_name())).term_width(100).render_help().to_string())
}

fn on_one_screen(command: Command) -> Command {
    let mut shared = String::new();
    for (heading, topic) in SHARED {
        let in_group = |option: &&Arg| option.get_help_heading() == Some(heading);
        let names: Vec<String> =
            command.get_arguments().filter(in_group).filter(|option| !is_shown(option)).map(name).collect();
        if !names.is_empty() {
            shared.push_str(&format!("More ({topic}): {}\n", names.join(" ")));
        }
    }
    // A command without options of these groups has a help of its own.
    let Some(example) = command.get_after_help().filter(|_| !shared.is_empty()).map(ToString::to_string) else {
        return command;
    };
    let example = format!(
        "{shared}  each explained by `proofload help request`, `help output` and `help workers`\n\nExample:\n  {example}"
    );
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).hide(true);
    command
        .disable_help_flag(true)
        .arg(help)
        .mut_args(|option| {
            let is_hidden =
                SHARED.iter().any(|(heading, _)| option.get_help_heading() == Some(heading)) && !is_shown(&option);
            let is_internal = option.is_hide_set();
            option.hide(is_hidden || is_internal)
        })
        .after_help(example)
}

fn is_shown(option: &Arg) -> bool {
    ALWAYS_SHOWN.contains(&option.get_id().as_str())
}

/// `--data`, or `-k` where there is a letter.
fn name(option: &Arg) -> String {
    match (option.get_short(), option.get_long()) {
        // As a person writes it; the body of a request is called so, too.
        (_, Some("output-json")) => "--json".to_owned(),
        (Some(letter), _) => format!("-{letter}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) => String::new(),
    }
}
