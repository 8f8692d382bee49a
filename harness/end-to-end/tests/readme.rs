//! Every command that the README and `--help` show works in a new package that is made from the README.
//!
//! The perf binary is the README's example, with a server of this workspace in place of the reader's own.

use std::process::ExitCode;

use proofload::prelude::*;
use proofload_testing::http_server::{Reply, serve};
use proofload_testing::perf_binary::{self, Workspace};
use tokio::net::TcpListener;

/// The server under test: any async function that serves a listener.
#[server(ready = "/health")]
pub async fn shop(listener: TcpListener) -> std::io::Result<()> {
    serve(listener, |_| Reply::ok()).await
}

/// Every open browser tab polls this.
#[perf(kind = "load", users = 100, duration = 2s, success_rate >= 100%, p95 < 800ms, max < 2s)]
async fn health(user: &mut User, shop: &Server) -> proofload::Result {
    user.get(shop, "/health").await?;
    Ok(())
}

const README: &str = include_str!("../../../README.md");

/// How the README and `--help` start a run.
const COMMAND: &str = "cargo test --test perf";

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    the_example_is_that_of_the_readme();
    let help = Workspace::new().run(&["--help"]).stdout;
    let in_your_project = README.split("## In your project").nth(1).expect("the section");
    let (of_readme, of_help) = (commands(in_your_project), commands(&help));
    assert!(of_readme.len() >= 5 && of_help.len() >= 6, "{of_readme:?} {of_help:?}");
    for command in of_readme.into_iter().chain(of_help) {
        works(&command);
    }
    println!("test result: ok. 1 passed; 0 failed; every command of the README and of --help works in a new package");
    ExitCode::SUCCESS
}

fn the_example_is_that_of_the_readme() {
    let source = include_str!("readme.rs");
    for line in README.lines().filter(|line| line.starts_with("#[perf(") || line.starts_with("#[server(")).take(2) {
        assert!(source.lines().any(|own| own == line), "the README has another example: {line}");
    }
}

/// A command as it is shown: the variables before it, and the arguments after it.
#[derive(Debug)]
struct Shown {
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
}

fn commands(text: &str) -> Vec<Shown> {
    let shown = text.lines().filter_map(|line| {
        let (before, after) = line.split_once(COMMAND)?;
        let before = before.trim().trim_start_matches('$').trim();
        // Two spaces end what is typed, and a comment or an explanation begins.
        let typed = after.split("  ").next().unwrap_or_default().split(" #").next().unwrap_or_default();
        let variables = before.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let is_command = before.is_empty() || variables.is_some();
        let arguments = words(typed.trim().strip_prefix("-- ").unwrap_or_default());
        (is_command && !after.starts_with('`')).then(|| Shown { variables: variables.into_iter().collect(), arguments })
    });
    shown.collect()
}

/// As a shell splits them; quotes are not nested.
fn words(text: &str) -> Vec<String> {
    let in_quotes = text.split('"').enumerate().flat_map(|(at, part)| match at % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    in_quotes.collect()
}

/// Neither wrong usage nor an empty selection. What is measured in a tenth of a second is not judged here.
fn works(shown: &Shown) {
    if shown.arguments.iter().any(|argument| argument == "[OPTIONS]") {
        return;
    }
    let built_before = std::env::current_exe().expect("the path of this binary");
    // The new package has no repository; a binary that was built earlier takes the place of a revision.
    let typed = shown.arguments.iter().map(|argument| match argument.as_str() {
        "origin/main" => built_before.to_str().expect("a path in UTF-8"),
        other => other,
    });
    let arguments: Vec<&str> = typed.collect();
    let workspace = Workspace::new();
    let mut command = workspace.command(&arguments);
    for (name, value) in &shown.variables {
        // Nothing listens at the port, and the fixture is found all the same; the address is one of this machine.
        command.env(name, value.replace(":8080", ":9").replace("192.168.1.10", "127.0.0.1"));
    }
    if !["--scale", "--duration"].iter().any(|flag| arguments.contains(flag)) {
        command.env("PROOFLOAD_SCALE", "0.1");
    }
    let run = workspace.finish(command);
    assert!(matches!(run.code, Some(0 | 101 | 102)), "{shown:?}: {run}");
    assert!(!run.stderr.contains("error:"), "{shown:?}: {run}");
}
