//! The pages of the reference that are made of the run record's schema and of the command's own help.
//!
//! `PROOFLOAD_BLESS=1 cargo test -p proofload-book` writes them anew.

use std::fmt::Write as _;

use proofload_book::markdown::{read, top};
use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification;
use proofload_testing::specification::Specification;
use serde_json::Value;

use crate::commands;

pub(crate) const SPECIFICATION: Specification = specification![
    the_page_of_the_record_is_what_the_schema_says,
    the_page_of_the_command_is_its_help,
    the_book_has_every_decision,
];

const BLESS: &str = "PROOFLOAD_BLESS=1 cargo test -p proofload-book --test book";

/// Compares the page with what it should be, or writes it.
fn is(path: &str, page: &str) {
    if std::env::var_os("PROOFLOAD_BLESS").is_some() {
        std::fs::write(top().join(path), page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(top().join(path)).unwrap_or_default();
    assert!(written == page, "{path} is not what the code says: write it anew with `{BLESS}`");
}

fn the_page_of_the_record_is_what_the_schema_says() {
    let schema: Value = serde_json::from_str(&read("harness/schema/run-1.json").text).expect("the schema is JSON");
    let mut page = format!(
        "# The run record\n\n<!-- Written by `{BLESS}` from harness/schema/run-1.json. -->\n\n\
         `target/proofload/latest/run.json` is all about one run; every report is made of it ([files of a run](run.md)). Names end in their\n\
         unit, a share is 0 to 1, and a figure that is not known is `null` and never 0. Fields may be added; none is renamed, removed or\n\
         given another meaning. The schema is\n\
         [run-1.json](https://github.com/proofload/proofload/blob/main/harness/schema/run-1.json).\n"
    );
    section(&mut page, "The whole record", &schema);
    let mut listed = vec![];
    let mut next = references(&schema);
    while let Some(name) = (!next.is_empty()).then(|| next.remove(0)) {
        if !listed.contains(&name) {
            let definition = &schema["$defs"][&name];
            section(&mut page, &name, definition);
            next.splice(0..0, references(definition));
            listed.push(name);
        }
    }
    is("docs/reference/record.md", &page);
}

/// The types that its fields are of, in their order.
fn references(definition: &Value) -> Vec<String> {
    let fields = definition["properties"].as_object().into_iter().flat_map(|fields| fields.values());
    let types = fields.map(type_of).chain([type_of(definition)]).collect::<Vec<_>>().join(" ");
    types.split("](#").skip(1).filter_map(|part| part.split_once(')')).map(|(anchor, _)| anchor).fold(
        Vec::new(),
        |mut names, anchor| {
            names.extend(
                types
                    .split('[')
                    .filter_map(|part| Some(part.split_once(']')?.0))
                    .find(|name| name.to_lowercase() == anchor)
                    .map(str::to_owned),
            );
            names
        },
    )
}

fn section(page: &mut String, title: &str, definition: &Value) {
    write!(page, "\n## {title}\n\n").expect("a text can be written to");
    if let Some(text) = definition["description"].as_str() {
        writeln!(page, "{}\n", sentence(text)).expect("a text can be written to");
    }
    let Some(fields) = definition["properties"].as_object() else {
        writeln!(page, "{}", values(definition)).expect("a text can be written to");
        return;
    };
    page.push_str("| field | value | meaning |\n| --- | --- | --- |\n");
    for (name, field) in fields {
        let meaning = field["description"].as_str().map(sentence).unwrap_or_default();
        writeln!(page, "| `{name}` | {} | {} |", type_of(field), meaning.replace('|', "\\|"))
            .expect("a text can be written to");
    }
}

/// What a type without fields may be.
fn values(definition: &Value) -> String {
    let alternatives = definition["oneOf"].as_array().into_iter().flatten();
    let lines: Vec<String> = alternatives
        .map(|one| {
            let meaning = one["description"].as_str().map(sentence).unwrap_or_default();
            format!("* {}: {meaning}", type_of(one))
        })
        .collect();
    if lines.is_empty() { type_of(definition) } else { lines.join("\n") }
}

fn type_of(field: &Value) -> String {
    if let Some(reference) = field["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(constant) = field["const"].as_str() {
        return format!("`{constant}`");
    }
    let alternatives = ["anyOf", "oneOf"].into_iter().find_map(|key| field[key].as_array());
    if let Some(alternatives) = alternatives {
        // `null` may be said at more than one level.
        let all: Vec<String> = alternatives.iter().map(type_of).collect();
        let mut types: Vec<&str> = Vec::new();
        for one in all.iter().flat_map(|one| one.split(" or ")) {
            if !types.contains(&one) {
                types.push(one);
            }
        }
        return types.join(" or ");
    }
    if let Some(words) = field["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`"));
        return words.collect::<Vec<_>>().join(", ");
    }
    let types: Vec<&str> = match &field["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let named = types.iter().map(|name| match *name {
        "array" => format!("list of {}", type_of(&field["items"])),
        "object" if field["additionalProperties"].is_object() => {
            format!("by name: {}", type_of(&field["additionalProperties"]))
        }
        "null" => "`null`".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "string" => "text".to_owned(),
        other => other.to_owned(),
    });
    named.collect::<Vec<_>>().join(" or ")
}

/// A comment of several lines as one.
fn sentence(text: &str) -> String {
    text.split('\n')
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .replace("[`", "`")
        .replace("`]", "`")
        .replace("`None`", "`null`")
}

fn the_page_of_the_command_is_its_help() {
    let mut page = format!(
        "# The command `proofload`\n\n<!-- Written by `{BLESS}` from the command's own help. -->\n\n\
         `cargo proofload …` is the same as `proofload …`. [Any URL from the command line](../how-to/any-url.md) shows how to use it.\n\n"
    );
    let whole = help(&["--help"]);
    write!(page, "```text\n{whole}\n```\n").expect("a text can be written to");
    for name in commands_in(&whole).filter(|name| *name != "help") {
        write!(page, "\n## `proofload {name}`\n\n```text\n{}\n```\n", help(&[name, "--help"]))
            .expect("a text can be written to");
    }
    for group in commands_in(&help(&["help", "--help"])) {
        write!(page, "\n## `proofload help {group}`\n\n```text\n{}\n```\n", help(&["help", group, "--help"]))
            .expect("a text can be written to");
    }
    is("docs/reference/command.md", &page);
}

/// They are the last pages of the book.
fn the_book_has_every_decision() {
    let summary = read("docs/SUMMARY.md").text;
    let (before, _) = summary.split_once("  - [0001").expect("the summary lists decisions");
    let entries = std::fs::read_dir(top().join("docs/decisions")).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with('0')).collect();
    names.sort();
    let mut page = before.to_owned();
    for name in names {
        let decision = read(&format!("docs/decisions/{name}")).text;
        let title = decision.lines().next().unwrap_or_default().trim_start_matches("# ");
        writeln!(page, "  - [{title}](decisions/{name})").expect("a text can be written to");
    }
    is("docs/SUMMARY.md", &page);
}

/// The names below `Commands:`.
fn commands_in(help: &str) -> impl Iterator<Item = &str> {
    let listed = help.split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
    let lines = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    lines.filter_map(|line| line.split_whitespace().next())
}

/// As printed where lines may have 100 columns.
fn help(arguments: &[&str]) -> String {
    let workspace = Workspace::new();
    let run = workspace.finish(commands::as_proofload(workspace.command(arguments)));
    assert_eq!(run.code, Some(0), "{run}");
    run.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
