//! Planted uses of third-party crates.

use super::read::{LIB, read};
use crate::crates::{Door, named_outside};

const DOORS: [Door; 5] = [
    ("reqwest", &["http/other"]),
    ("toml", &["cli/file"]),
    ("schemars", &["report"]),
    ("clap", &["cli/flags"]),
    ("colored", &["report"]),
];

fn in_file(file: &str, text: &str) -> Vec<String> {
    let mut files = vec![
        (LIB, "mod measure; mod http; mod cli;"),
        ("src/measure.rs", ""),
        ("src/http.rs", "mod other;"),
        ("src/http/other.rs", ""),
        ("src/cli.rs", "mod flags; mod colored { pub struct A; }"),
        ("src/cli/flags.rs", ""),
    ];
    files.iter_mut().find(|(name, _)| *name == file).expect("a file of the library").1 = text;
    named_outside(&read(&files), &DOORS)
}

#[test]
fn a_crate_named_outside_its_door_is_found() {
    let found = in_file("src/measure.rs", "fn f() {\n    reqwest::get();\n}\n");
    assert_eq!(found, ["src/measure.rs:2: `reqwest` is named outside http/other"]);
    for text in [
        "use toml;",
        "use toml as t;",
        "use {toml::{Table}};",
        "#[derive(schemars::JsonSchema)] struct A;",
        "fn f(_: ::clap::Command) {}",
        "fn f() { assert!(toml::from_str(\"\").is_ok()); }",
    ] {
        assert_eq!(in_file("src/measure.rs", text).len(), 1, "{text}");
    }
}

#[test]
fn a_crate_behind_its_door_and_names_that_look_like_it_are_allowed() {
    let text = "use clap::Parser; use super::colored::A; use crate::cli::colored;\n\
                fn f() { let toml = self.toml(); A::toml::b(); toml.len(); colored::A; }";
    assert_eq!(in_file("src/cli/flags.rs", text), [""; 0]);
    assert_eq!(in_file("src/http/other.rs", "use reqwest::Client;"), [""; 0]);
    assert_eq!(in_file("src/measure.rs", "#[cfg(test)] mod tests { use toml::Table; }"), [""; 0]);
}
