//! The house rules, checked over the source itself: who may import whom, who may name which crate, how long a file is.
//!
//! The list of `mod` lines in `src/lib.rs` is the rule; this test reads it as text.

use std::fs;
use std::io;
use std::path::Path;

/// Each third-party crate and the modules that may name it: `a/b` is the file `a/b.rs` and the folder `a/b/`.
const DOORS: [(&str, &[&str]); 16] = [
    ("reqwest", &["client/other"]),
    ("hyper", &["client/other"]),
    ("h2", &["client/other"]),
    ("rustls", &["client/other"]),
    ("httparse", &["client/http1"]),
    ("hdrhistogram", &["measure/histogram"]),
    ("clap", &["cli/flags"]),
    ("toml", &["cli/file"]),
    // The flags become its arguments, and the session runs its trials.
    ("libtest_mimic", &["cli", "session"]),
    ("colored", &["report"]),
    ("comfy_table", &["report/table"]),
    ("indicatif", &["report/progress", "session"]),
    ("rlimit", &["session"]),
    ("schemars", &["report"]),
    // Child processes and their groups; which system error a connection met; what is sent and received in one call; this
    // process's own CPU time; the timer that paces arrivals; signals.
    (
        "rustix",
        &["server", "client/transport", "client/http1/connection", "engine/health", "engine/timer_fd", "session"],
    ),
    // Each declaration collects itself.
    ("inventory", &["registry", "fixture", "server", "__private"]),
];

const LONGEST_FILE: usize = 450;

/// A source file: its path below `src`, and its text.
type Source = (String, String);

#[test]
fn the_harness_keeps_its_house_rules() {
    let sources = read_sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))).unwrap();
    let violations = [imports_upwards(&sources), crates_have_doors(&sources), files_are_short(&sources)].concat();
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

fn read_sources(root: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                sources.push((name, fs::read_to_string(&path)?));
            }
        }
    }
    sources.sort();
    Ok(sources)
}

/// A module imports only modules declared above it in `lib.rs`.
fn imports_upwards(sources: &[Source]) -> Vec<String> {
    let house = House::read(sources.iter().find(|(name, _)| name == "lib.rs").map_or("", |(_, text)| text));
    let mut violations = Vec::new();
    for (name, text) in sources.iter().filter(|(name, _)| name != "lib.rs" && !is_test(name)) {
        let own = top_module(name);
        let Some(floor) = house.floor(own) else {
            violations.push(format!("src/{name}:1: `{own}` is not declared in src/lib.rs"));
            continue;
        };
        for (line, path) in crate_paths(name, text) {
            if house.floor(&path).is_some_and(|other| other > floor) {
                violations.push(format!(
                    "src/{name}:{line}: `{own}` imports `{path}`, which src/lib.rs declares below it: import upwards only"
                ));
            }
        }
    }
    violations
}

/// Each third-party crate is named behind its door alone.
fn crates_have_doors(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, text) in sources.iter().filter(|(name, _)| !is_test(name)) {
        let code = code(text);
        for (krate, doors) in DOORS.iter().filter(|(_, doors)| !doors.iter().any(|door| is_behind(name, door))) {
            for (line, _) in code.iter().filter(|(_, line)| names_crate(line, krate)) {
                let doors = doors.join(" or src/");
                violations.push(format!("src/{name}:{line}: `{krate}` is named outside its door, src/{doors}"));
            }
        }
    }
    violations
}

fn files_are_short(sources: &[Source]) -> Vec<String> {
    let long =
        sources.iter().map(|(name, text)| (name, text.lines().count())).filter(|(_, lines)| *lines > LONGEST_FILE);
    long.map(|(name, lines)| {
        format!("src/{name}:{lines}: the file is longer than {LONGEST_FILE} lines: split it by what it does")
    })
    .collect()
}

/// What `lib.rs` declares, from top to bottom.
struct House {
    modules: Vec<String>,
    /// `Error` → `client`, from `pub use client::Error`.
    aliases: Vec<(String, String)>,
}

impl House {
    fn read(lib: &str) -> House {
        let mut house = House { modules: Vec::new(), aliases: Vec::new() };
        for (_, line) in code(lib) {
            let line = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ").trim_end_matches(';');
            if let Some(name) = line.strip_prefix("mod ") {
                house.modules.push(name.to_owned());
            } else if let Some((module, names)) = line.strip_prefix("use ").and_then(|path| path.split_once("::")) {
                let names = names.trim_matches(['{', '}']).split(',').map(|name| name.trim().to_owned());
                // The vocabulary is a crate of its own whose modules stand on the lowest floor.
                match module {
                    "proofload_vocabulary" => house.modules.extend(names),
                    _ => house.aliases.extend(names.map(|name| (name, module.to_owned()))),
                }
            }
        }
        house
    }

    /// The place of a name in the list; `None` for names that are no module.
    fn floor(&self, name: &str) -> Option<usize> {
        let place = |name: &str| self.modules.iter().position(|module| module == name);
        place(name)
            .or_else(|| self.aliases.iter().find(|(alias, _)| alias == name).and_then(|(_, module)| place(module)))
    }
}

/// `client` for `client/user.rs` and for `client.rs`.
fn top_module(name: &str) -> &str {
    name.split_once('/').map_or(name.trim_end_matches(".rs"), |(folder, _)| folder)
}

/// True for a module of tests in a file of its own.
fn is_test(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.contains("/tests/")
}

fn is_behind(name: &str, door: &str) -> bool {
    name.strip_prefix(door).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// The first words of all paths from the root of the crate that a file names, with their lines: `crate::x`,
/// `super::super::x` from a depth where that is the root, and each branch of `crate::{x, y}`.
fn crate_paths(name: &str, text: &str) -> Vec<(usize, String)> {
    let roots = ["crate::".to_owned(), "super::".repeat(depth_of(name))];
    let lines = code(text);
    let mut found = Vec::new();
    for (index, (number, line)) in lines.iter().enumerate() {
        for root in &roots {
            for (at, _) in line.match_indices(root.as_str()) {
                let rest = &line[at + root.len()..];
                let inside_a_path = line[..at].ends_with(|c: char| c == ':' || is_word(c));
                if inside_a_path || rest.starts_with("super::") {
                    continue;
                }
                let paths = match rest.strip_prefix('{') {
                    Some(group) => branches(group, &lines[index + 1..]),
                    None => vec![first_word(rest)],
                };
                found.extend(paths.into_iter().map(|path| (*number, path)));
            }
        }
    }
    found
}

/// How many `super::` lead from a file to the root of the crate.
fn depth_of(name: &str) -> usize {
    let folders = name.matches('/').count();
    if name.ends_with("/mod.rs") { folders } else { folders + 1 }
}

/// The first words of the branches of a `{…}` group that may go on over the following lines.
fn branches(first: &str, following: &[(usize, String)]) -> Vec<String> {
    let following = following.iter().flat_map(|(_, line)| std::iter::once(' ').chain(line.chars()));
    let (mut depth, mut branch, mut branches) = (1, String::new(), Vec::new());
    for c in first.chars().chain(following) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => branches.push(std::mem::take(&mut branch)),
            _ => branch.push(c),
        }
        if depth == 0 {
            break;
        }
    }
    branches.push(branch);
    let words = branches.iter().map(|branch| first_word(branch.trim()));
    words.filter(|word| !word.is_empty()).collect()
}

/// True if `krate` starts a path (`krate::…`) or is imported (`use krate;`, `use krate as …`).
fn names_crate(line: &str, krate: &str) -> bool {
    line.match_indices(krate).any(|(at, _)| {
        let before = &line[..at];
        // A leading `::` belongs to the crate; one after a word or `>` makes it an item of something else.
        let outer = before.strip_suffix("::").unwrap_or(before);
        let is_an_item = outer.ends_with(|c: char| is_word(c) || c == '>');
        let rest = &line[at + krate.len()..];
        let imported = outer.trim_end().ends_with("use") && !rest.starts_with(is_word);
        !is_an_item && (rest.starts_with("::") || imported)
    })
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| is_word(*c)).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The numbered lines of a file that are code: without comments, texts and what stands under `#[cfg(test)]`.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut skip = Skip::Nothing;
    for (index, line) in text.lines().enumerate() {
        let bare = without_text_and_comment(line);
        let indent = line.len() - line.trim_start().len();
        let trimmed = bare.trim();
        skip = match skip {
            Skip::Nothing if trimmed.starts_with("#[cfg(test)]") || trimmed.starts_with("#[cfg(all(test") => Skip::Next,
            Skip::Nothing => {
                lines.push((index + 1, bare));
                Skip::Nothing
            }
            Skip::Next if trimmed.is_empty() || trimmed.starts_with("#[") => Skip::Next,
            Skip::Next if trimmed.ends_with('{') => Skip::UntilClosedAt(indent),
            Skip::Next => Skip::Nothing,
            // rustfmt closes an item at the column where it began.
            Skip::UntilClosedAt(column) if indent == column && trimmed.starts_with('}') => Skip::Nothing,
            Skip::UntilClosedAt(column) => Skip::UntilClosedAt(column),
        };
    }
    lines
}

/// What of the following lines belongs to tests.
#[derive(Clone, Copy)]
enum Skip {
    Nothing,
    /// The next item.
    Next,
    /// Everything up to the brace in this column.
    UntilClosedAt(usize),
}

/// Cuts `// …` and the insides of `"…"`. Texts over several lines do not occur where paths do.
fn without_text_and_comment(line: &str) -> String {
    let mut bare = String::new();
    let mut in_text = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if in_text => {
                characters.next();
            }
            '"' => in_text = !in_text,
            _ if in_text => {}
            '/' if characters.peek() == Some(&'/') => break,
            _ => bare.push(c),
        }
    }
    bare
}

mod on_a_house_of_paper {
    use super::*;

    const LIB: &str = "pub use proofload_vocabulary::{kind, units};\npub mod measure;\npub mod client;\nmod cli;\n\
                       pub use client::{Error, Result};\n";

    fn house(name: &str, text: &str) -> Vec<Source> {
        vec![("lib.rs".to_owned(), LIB.to_owned()), (name.to_owned(), text.to_owned())]
    }

    #[test]
    fn an_import_of_a_lower_module_is_seen_with_its_place() {
        let violations = imports_upwards(&house("measure/log.rs", "//! Words.\nuse crate::client::User;\n"));
        let told =
            "src/measure/log.rs:2: `measure` imports `client`, which src/lib.rs declares below it: import upwards only";
        assert_eq!(violations, [told]);
    }

    #[test]
    fn groups_supers_and_paths_in_bodies_count_as_imports() {
        for text in [
            "use crate::{units, cli::Options};",
            "use crate::{\n    units,\n    cli::{Options, Text},\n};",
            "use super::super::cli::Options;",
            "pub(in crate::cli) struct A;",
            "fn f() -> u64 { $crate::cli::count() }",
        ] {
            assert_eq!(imports_upwards(&house("client/user.rs", text)).len(), 1, "{text}");
        }
        assert_eq!(imports_upwards(&house("client/mod.rs", "use super::cli::Options;")).len(), 1);
    }

    #[test]
    fn a_name_that_lib_exports_belongs_to_its_module() {
        assert_eq!(imports_upwards(&house("measure/log.rs", "use crate::Error;")).len(), 1);
        assert_eq!(imports_upwards(&house("cli/mod.rs", "use crate::Error;")), [""; 0]);
    }

    #[test]
    fn imports_from_above_of_oneself_in_comments_and_in_tests_are_fine() {
        let text = "use crate::{kind::Kind, measure};\nuse crate::client::User;\nuse super::cli;\n// crate::cli\n\
                    const A: &str = \"crate::cli\";\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n";
        assert_eq!(imports_upwards(&house("client/user.rs", text)), [""; 0]);
        assert_eq!(imports_upwards(&house("client/tests.rs", "use crate::cli;")), [""; 0]);
    }

    #[test]
    fn code_after_a_test_module_is_checked_again() {
        for tests in ["mod tests {\n    use crate::cli;\n}", "mod tests;", "use crate::cli::{\n    A,\n};"] {
            let text = format!("#[cfg(test)]\n{tests}\nuse crate::cli;\n");
            assert_eq!(imports_upwards(&house("client/user.rs", &text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_module_that_lib_does_not_declare_is_told() {
        assert_eq!(imports_upwards(&house("attic.rs", "")), ["src/attic.rs:1: `attic` is not declared in src/lib.rs"]);
    }

    #[test]
    fn a_crate_named_outside_its_door_is_seen() {
        let violations = crates_have_doors(&house("measure/log.rs", "fn f() {\n    reqwest::get();\n}\n"));
        assert_eq!(violations, ["src/measure/log.rs:2: `reqwest` is named outside its door, src/client/other"]);
        for text in ["use toml as t;", "#[derive(schemars::JsonSchema)]", "fn f(_: ::clap::Command) {}"] {
            assert_eq!(crates_have_doors(&house("measure/log.rs", text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_crate_behind_its_door_and_words_that_look_like_it_are_fine() {
        let text = "use clap::Parser;\nlet proofload_toml = self.toml();\nuse crate::colored::A;\nA::toml::b();\n";
        assert_eq!(crates_have_doors(&house("cli/flags.rs", text)), [""; 0]);
        assert_eq!(crates_have_doors(&house("client/other/client.rs", "use reqwest::Client;")), [""; 0]);
    }

    #[test]
    fn a_long_file_is_told_with_its_length() {
        let violations = files_are_short(&house("cli/mod.rs", &"fn f() {}\n".repeat(LONGEST_FILE + 1)));
        assert_eq!(violations, ["src/cli/mod.rs:451: the file is longer than 450 lines: split it by what it does"]);
    }
}
