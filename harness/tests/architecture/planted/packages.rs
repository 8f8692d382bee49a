//! Planted packages: incomplete, or with what is for tests.

use serde_json::json;

use crate::packages::{Package, mistakes, not_packed};

fn package(files: &[&str]) -> Package {
    let described = json!({
        "name": "planted", "description": "A", "license": "MIT", "repository": "https://a", "readme": "README.md",
        "documentation": "https://b", "rust_version": "1.89", "keywords": ["a"], "categories": ["b"],
        "metadata": { "docs": { "rs": { "all-features": true } } },
        "manifest_path": concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    });
    let common = ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.lock", ".cargo_vcs_info.json"];
    Package { described, files: common.iter().chain(files).map(|file| (*file).to_owned()).collect() }
}

#[test]
fn a_package_of_sources_schema_and_licences_is_complete() {
    let complete = package(&["src/lib.rs", "schema/run-1.json", "src/a/vendor/a.js", "src/a/vendor/LICENSE"]);
    assert_eq!(mistakes(&complete), [""; 0]);
}

#[test]
fn what_only_tests_need_is_found_in_a_package() {
    for file in ["src/a/tests.rs", "src/a/tests/b.rs", "src/a/snapshots/b.snap", "src/a/first.json", "src/samples/b.rs"]
    {
        assert_eq!(mistakes(&package(&[file])), [format!("planted: {file} is for tests, and in the package")]);
    }
}

#[test]
fn a_missing_licence_is_found() {
    let mut of_others = package(&["src/a/vendor/a.js"]);
    of_others.files.remove("LICENSE-MIT");
    let expected = ["LICENSE-MIT", "src/a/vendor/LICENSE"].map(|file| format!("planted: {file} is not in the package"));
    assert_eq!(mistakes(&of_others), expected);
}

#[test]
fn what_crates_io_would_refuse_or_not_show_is_found() {
    let mut poor = package(&[]);
    poor.described["keywords"] = json!(["a", "b", "c", "d", "e", "f"]);
    poor.described["readme"] = json!(null);
    poor.described["metadata"] = json!(null);
    let found = mistakes(&poor);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("`readme` is missing") && found[1].contains("6 keywords"), "{found:?}");
}

#[test]
fn a_file_that_the_sources_include_and_the_package_leaves_out_is_found() {
    let page = "src/live/page.rs";
    let found =
        not_packed(&package(&[page, "src/live/page/live.html", "src/live/page/live.css", "src/live/page/live.js"]));
    assert_eq!(found.len(), 3, "{found:?}");
    let missing = "src/live/page.rs includes src/report/html/vendor/uPlot.min.css, which is not in the package";
    assert!(found.iter().any(|line| line == missing), "{found:?}");
}
