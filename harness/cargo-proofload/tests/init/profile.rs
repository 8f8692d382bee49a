//! The profile of tests is written in several places, and is the same in each.

use std::path::Path;

use crate::project::TemporaryProject;

/// The keys of `[profile.test.package]` as `text` has them, in order and without comments.
fn packages(text: &str) -> Vec<String> {
    let table = text.lines().skip_while(|line| !line.starts_with("[profile.test.package]")).skip(1);
    let keys = table.take_while(|line| line.contains(" = "));
    keys.map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned()).collect()
}

#[test]
fn the_readme_the_pages_and_the_scripts_have_the_packages_that_init_writes() {
    let project = TemporaryProject::binary();
    project.init(&["--yes"]);
    let written = packages(&project.read("Cargo.toml"));
    assert!(written.len() > 2, "{written:?}");
    for file in ["README.md", "docs/first-steps/first-test.md", "scripts/edit-loop", "scripts/first-build"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        // What `scripts/first-build` can be asked to change has a name there.
        let text = text.replace("{dependencies}", "false").replace("{reports}", "0");
        assert_eq!(packages(&text), written, "{file}");
    }
}
