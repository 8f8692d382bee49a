//! `--help` and `--version`.

use super::*;

fn printed(line: &[&str]) -> String {
    match ask(line, &[], "").unwrap() {
        CliCommand::Print(text) => text,
        CliCommand::Run(options) => panic!("{options:?}"),
    }
}

#[test]
fn the_flags_are_consistent() {
    crate::cli::flags::command().debug_assert();
}

#[test]
fn help_reads_as_one_tool() {
    insta::assert_snapshot!(printed(&["--help"]));
}

#[test]
fn help_and_version_are_answered_although_the_rest_is_wrong() {
    let answer = ask(&["--version"], &[("PROOFLOAD_USERS", "0")], "user = 5");
    assert!(matches!(answer, Ok(CliCommand::Print(text)) if text.starts_with("proofload 0.")));
    assert_eq!(printed(&["-h"]), printed(&["--help"]));
}
