//! ARCHITECTURE.md names the modules of the library in the order of `lib.rs`, and only files that exist.

use crate::modules::Tree;

/// Modules that are not layers: they only re-export.
const NOT_LAYERS: [&str; 2] = ["prelude", "__private"];

/// A line if the table of layers differs from the order of the modules in `lib.rs`.
pub(crate) fn layers_that_differ(page: &str, trees: &[&Tree]) -> Vec<String> {
    let in_page: Vec<&str> = rows_of_layers(page).flat_map(code_spans).collect();
    let is_layer = |name: &&str| !NOT_LAYERS.contains(name) && !name.starts_with("__");
    let in_library: Vec<&str> = trees.iter().flat_map(|tree| tree.top_modules()).filter(is_layer).collect();
    if in_page == in_library {
        return Vec::new();
    }
    vec![format!("the table of layers has {in_page:?}, but lib.rs has {in_library:?}")]
}

/// The cells with the modules, without the row of the vocabulary, which is a crate.
fn rows_of_layers(page: &str) -> impl Iterator<Item = &str> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
    rows.filter(|row| !row.starts_with("| 1 ")).filter_map(|row| row.split('|').nth(2))
}

/// A line for each file or folder that the page names and that does not exist.
///
/// A name may be written without its first folders: `pacer.rs` for `harness/src/engine/pacer.rs`.
pub(crate) fn files_that_do_not_exist(page: &str, files: &[String]) -> Vec<String> {
    let is_path = |span: &&str| span.ends_with(".rs") || span.ends_with('/');
    let exists = |path: &str| files.iter().any(|file| format!("/{file}").contains(&format!("/{path}")));
    let missing = page.lines().flat_map(code_spans).filter(is_path).filter(|path| !exists(path));
    missing.map(|path| format!("ARCHITECTURE.md names `{path}`, which does not exist")).collect()
}

/// The texts between backticks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn a_file_that_does_not_exist_is_found() {
    let files = ["harness/src/engine/pacer.rs".to_owned()];
    let page = "by its `pacer.rs` in `engine/`, `Pacer`, and\n`engine/beat.rs` and `gine/`";
    let expected =
        ["engine/beat.rs", "gine/"].map(|path| format!("ARCHITECTURE.md names `{path}`, which does not exist"));
    assert_eq!(files_that_do_not_exist(page, &files), expected);
}
