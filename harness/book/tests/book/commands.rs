//! The commands that pages show, in blocks and within sentences: each is accepted, and those marked `<!-- run -->` run.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use proofload_book::markdown::{Page, pages};
use proofload_testing::http_server::{Reply, ScriptedServer};
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = specification![
    every_command_of_a_perf_binary_is_accepted,
    every_command_of_proofload_is_accepted,
    every_command_that_is_marked_runs,
    an_option_that_does_not_exist_is_noticed,
];

/// The variable that makes this binary the command `proofload`.
const IS_PROOFLOAD: &str = "BOOK_IS_PROOFLOAD";

/// How pages start a run of a perf binary.
const PERF: &str = "cargo test --test perf";

/// Where the URL of an example is.
const EXAMPLE_SERVER: &str = "http://127.0.0.1:8000";

/// The profiles that pages name.
const PROFILES: &str = "[profile.smoke]\nusers = 2\n[profile.many-cores]\nusers = 80\n";

pub(crate) fn is_proofload() -> bool {
    std::env::var_os(IS_PROOFLOAD).is_some()
}

/// Makes a command that starts this binary one that starts `proofload`, with lines of 100 columns.
pub(crate) fn as_proofload(mut command: Command) -> Command {
    command.arg0("proofload").env(IS_PROOFLOAD, "1").env("COLUMNS", "100").env_remove("PROOFLOAD_OUTPUT_DIR");
    command
}

/// A command of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    place: String,
    program: Program,
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
    is_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    PerfBinary,
    Proofload,
}

fn every_command_of_a_perf_binary_is_accepted() {
    let shown = commands(&pages(), Program::PerfBinary);
    assert!(shown.len() > 20, "{}", shown.len());
    let wrong = shown.iter().filter_map(|shown| refusal(shown, &harmless_options(shown))).collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn every_command_of_proofload_is_accepted() {
    let shown = commands(&pages(), Program::Proofload);
    assert!(!shown.is_empty());
    let wrong = shown.iter().filter_map(|shown| refusal(shown, &["--help"])).collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn every_command_that_is_marked_runs() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let pages = pages();
    let both = [Program::PerfBinary, Program::Proofload].into_iter().flat_map(|program| commands(&pages, program));
    let shown: Vec<Shown> = both.filter(|shown| shown.is_run).collect();
    assert!(!shown.is_empty());
    for mut shown in shown {
        for argument in &mut shown.arguments {
            *argument = argument.replace(EXAMPLE_SERVER, &server.url);
        }
        if shown.program == Program::PerfBinary {
            // Every listing of the book is in this binary; a page of the first steps means those of its own.
            shown.arguments.extend(["-k".to_owned(), "docs_first_steps".to_owned()]);
            shown.variables.push(("PROOFLOAD_SCALE".to_owned(), "0.05".to_owned()));
        }
        let run = shown.start(&[]);
        let is_judged = matches!(run.code, Some(0 | 101 | 102)) && !run.stderr.contains("error:");
        assert!(is_judged, "{}: {shown:?}\n{run}", shown.place);
    }
}

/// The check of this file notices what it is for.
fn an_option_that_does_not_exist_is_noticed() {
    let text = format!("```console\n$ {PERF} -- --userz 3\n$ proofload closed {EXAMPLE_SERVER}/ --userz 3\n```\n");
    let page = Page { path: "page.md".to_owned(), text };
    for program in [Program::PerfBinary, Program::Proofload] {
        let shown = commands(std::slice::from_ref(&page), program);
        assert_eq!(shown.len(), 1, "{shown:?}");
        assert!(refusal(&shown[0], &["--help"]).is_some_and(|refusal| refusal.contains("--userz")), "{shown:?}");
    }
}

/// Options with which a perf binary reads everything and runs nothing.
fn harmless_options(shown: &Shown) -> Vec<&'static str> {
    // One needs a file of its reader's, and both read all certificates that the machine trusts, which takes seconds unoptimised.
    let mut options = vec!["--skip", "checkout", "--skip", "visits"];
    if !shown.arguments.iter().any(|argument| argument == "--list") {
        options.push("--list");
    }
    options
}

/// Why the command is not accepted, if options that change nothing about it are added.
fn refusal(shown: &Shown, harmless: &[&str]) -> Option<String> {
    let run = shown.start(harmless);
    let found_none = run.code == Some(4) && run.stderr.contains("no test matches --last-failed");
    let is_accepted = found_none || run.code == Some(0) && !run.stderr.contains("error:");
    (!is_accepted).then(|| format!("{}: {:?}: {}", shown.place, shown.arguments, run.stderr))
}

/// Runs `proofload` with a file beside it.
pub(crate) fn run_with_file(arguments: &[&str], name: &str, text: &str) -> FinishedRun {
    let workspace = Workspace::new();
    std::fs::write(workspace.path().join(name), text).expect("the folder can be written to");
    workspace.finish(as_proofload(workspace.command(arguments)))
}

impl Shown {
    fn start(&self, further: &[&str]) -> FinishedRun {
        let workspace = Workspace::new();
        std::fs::write(workspace.path().join("proofload.toml"), PROFILES).expect("the folder can be written to");
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).chain(further.iter().copied()).collect();
        let mut command = match self.program {
            Program::PerfBinary => workspace.command(&arguments),
            Program::Proofload => as_proofload(workspace.command(&arguments)),
        };
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        workspace.finish(command)
    }
}

/// Each once: at the place where it is run, or where it comes first.
fn commands(pages: &[Page], program: Program) -> Vec<Shown> {
    let mut shown: Vec<Shown> = shown_in(pages, program);
    shown.sort_by_key(|shown| !shown.is_run);
    let mut once: Vec<Shown> = Vec::new();
    for one in shown {
        let is_same = |other: &Shown| other.arguments == one.arguments && other.variables == one.variables;
        if one.is_run || !once.iter().any(is_same) {
            once.push(one);
        }
    }
    once
}

fn shown_in(pages: &[Page], program: Program) -> Vec<Shown> {
    let mut shown = Vec::new();
    for page in pages {
        for block in
            page.blocks().iter().filter(|block| ["console", "sh", "text", "yaml"].contains(&block.language.as_str()))
        {
            let code = block.code.replace("\\\n", "");
            let is_run = block.note.as_deref() == Some("run");
            let place = format!("{}:{}", page.path, block.line);
            // In `sh`, each line is typed; elsewhere what is typed follows a prompt, or a key of YAML.
            let typed = code.lines().filter_map(|line| match block.language.as_str() {
                "sh" => Some(line),
                "yaml" => line.split_once("run: ").or_else(|| line.split_once("script: ")).map(|(_, typed)| typed),
                _ => line.strip_prefix("$ "),
            });
            shown.extend(typed.filter_map(|typed| read(typed, program, &place, is_run)));
        }
        for (index, line) in page.without_blocks().lines().enumerate() {
            let place = format!("{}:{}", page.path, index + 1);
            shown.extend(line.split('`').skip(1).step_by(2).filter_map(|code| read(code, program, &place, false)));
        }
    }
    shown
}

/// The command of `program` in what a person types, if it is one.
fn read(typed: &str, program: Program, place: &str, is_run: bool) -> Option<Shown> {
    let mut words = words(typed);
    let names = words.iter().take_while(|word| word.split_once('=').is_some_and(|(name, _)| is_variable(name))).count();
    let variable = |word: String| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let variables = words.drain(..names).filter_map(variable).collect();
    let arguments = match program {
        Program::PerfBinary => {
            let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
            let own = words.get(end + 1..).unwrap_or_default().to_vec();
            // What stands before `--` is cargo's.
            (words.len() >= 4 && words[..4].join(" ") == PERF).then_some(own)?
        }
        Program::Proofload => {
            let skipped = usize::from(words.first()? == "cargo");
            let is_command =
                words.get(1 + skipped).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
            (words[skipped..].first()? == "proofload" && is_command).then(|| words[skipped + 1..].to_vec())?
        }
    };
    let is_template = arguments.iter().any(|argument| argument.contains('…') || argument.starts_with('['));
    (!is_template).then(|| Shown { place: place.to_owned(), program, variables, arguments, is_run })
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// As a shell splits them, up to a comment, a pipe or the next command.
fn words(typed: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in typed.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#' | '|' | '&' | ';') if word.is_none() => return words,
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
