//! Blocks of TOML and JSON are valid, and those of `proofload.toml` are accepted by a perf binary.

use proofload_book::markdown::{Block, Page, pages};
use proofload_testing::http_server::{Reply, ScriptedServer};
use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification;
use proofload_testing::specification::Specification;

use crate::commands;

pub(crate) const SPECIFICATION: Specification = specification![
    every_block_of_toml_and_json_can_be_read,
    every_block_of_proofload_toml_is_accepted,
    every_file_of_options_is_accepted,
    a_key_that_does_not_exist_is_noticed,
];

fn blocks(language: &str) -> Vec<(String, Block)> {
    let of_page = |page: Page| {
        let blocks = page.blocks().into_iter();
        blocks.map(move |block| (format!("{}:{}", page.path, block.line), block))
    };
    pages().into_iter().flat_map(of_page).filter(|(_, block)| block.language == language).collect()
}

fn every_block_of_toml_and_json_can_be_read() {
    for (place, block) in blocks("toml") {
        block.code.parse::<toml::Table>().unwrap_or_else(|error| panic!("{place}: {error}"));
    }
    for (place, block) in blocks("json") {
        serde_json::from_str::<serde_json::Value>(&block.code).unwrap_or_else(|error| panic!("{place}: {error}"));
    }
}

fn every_block_of_proofload_toml_is_accepted() {
    let of_settings: Vec<_> =
        blocks("toml").into_iter().filter(|(_, block)| block.code.starts_with("# proofload.toml")).collect();
    assert!(!of_settings.is_empty());
    for (place, block) in of_settings {
        let run = listed_with(&block.code);
        assert!(run.is_empty(), "{place}: {run}");
    }
}

fn every_file_of_options_is_accepted() {
    let server = ScriptedServer::start(|_| Reply::ok());
    // What the command line says wins over the file, so this is short.
    let short = ["-c", "2", "-n", "20", "--repeat", "1", "--warmup", "2", "--config", "bench.toml"];
    let arguments: Vec<&str> = ["closed", &server.url].into_iter().chain(short).collect();
    let of_options: Vec<_> =
        blocks("toml").into_iter().filter(|(_, block)| block.code.starts_with("# bench.toml")).collect();
    assert!(!of_options.is_empty());
    for (place, block) in of_options {
        let run = commands::run_with_file(&arguments, "bench.toml", &block.code);
        assert_eq!(run.code, Some(0), "{place}: {run}");
    }
    let wrong = commands::run_with_file(&arguments, "bench.toml", "[closed]\nuserz = 3\n");
    assert!(wrong.code == Some(2) && wrong.stderr.contains("userz"), "{wrong}");
}

fn a_key_that_does_not_exist_is_noticed() {
    assert!(listed_with("[profile.smoke]\nuserz = 2\n").contains("userz"));
}

/// What a perf binary complains about with this file.
fn listed_with(settings: &str) -> String {
    let workspace = Workspace::new();
    std::fs::write(workspace.path().join("proofload.toml"), settings).expect("the folder can be written to");
    let profile = settings.lines().find_map(|line| Some(line.strip_prefix("[profile.")?.split_once([']', '.'])?.0));
    // Other listings name files that only their reader has.
    let mut arguments = vec!["--list", "-k", "docs_first_steps"];
    arguments.extend(profile.map(|profile| ["--profile", profile]).into_iter().flatten());
    let run = workspace.run(&arguments);
    if run.code == Some(0) { String::new() } else { run.stderr }
}
