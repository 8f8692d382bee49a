//! A first test, in each kind of project: it passes at once.

use insta::assert_snapshot;

use crate::project::{TemporaryProject, is_asked_for, without_checkout};

fn passes_at_once(project: &TemporaryProject) {
    if !is_asked_for() {
        return;
    }
    let ended = project.test_perf(&[], &[]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.stdout.contains("test [load] first_page ... ok"), "{ended:#?}");
    // A new project with a warning is no good beginning.
    assert!(!ended.stderr.contains("warning:") || ended.stderr.contains("saturated host"), "{ended:#?}");
}

#[test]
fn an_empty_binary_crate_has_a_test_that_passes_at_once() {
    let project = TemporaryProject::binary();
    let ended = project.init(&["--yes"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_snapshot!("binary", without_checkout(&ended.stdout));
    passes_at_once(&project);
}

#[test]
fn a_library_with_axum_has_a_test_of_a_router() {
    let project = TemporaryProject::with(&[
        (
            "Cargo.toml",
            "# The shop.\n[package]\nname = \"my-shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
             [dependencies]\naxum = \"0.8\" # the router\n",
        ),
        ("src/lib.rs", "//! The shop.\n"),
    ]);
    let ended = project.init(&["--yes"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_snapshot!("library_manifest", without_checkout(&project.read("Cargo.toml")));
    assert_snapshot!("library_test", project.read("tests/perf.rs"));
    passes_at_once(&project);
}

#[test]
fn a_member_of_a_workspace_has_the_test_and_the_workspace_the_rest() {
    let project = TemporaryProject::with(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"api\", \"core\"]\nresolver = \"3\"\n\n[workspace.dependencies]\ntokio = \"1\"\n",
        ),
        ("api/Cargo.toml", "[package]\nname = \"api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("api/src/lib.rs", ""),
        ("core/Cargo.toml", "[package]\nname = \"core-parts\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("core/src/lib.rs", ""),
    ]);
    let refusal = project.init(&["--yes"]);
    assert_eq!(refusal.code, Some(2), "{refusal:#?}");
    assert!(refusal.stderr.contains("--package NAME (api, core-parts)"), "{refusal:#?}");
    let ended = project.init(&["--yes", "--package", "api"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let files: Vec<String> = project.files().keys().map(|path| path.display().to_string()).collect();
    assert_eq!(
        files,
        [
            ".cargo/config.toml",
            ".config/nextest.toml",
            ".github/workflows/perf.yml",
            "Cargo.toml",
            "api/Cargo.toml",
            "api/src/lib.rs",
            "api/tests/perf.rs",
            "core/Cargo.toml",
            "core/src/lib.rs",
        ]
    );
    assert_snapshot!("workspace_manifest", project.read("Cargo.toml"));
    assert_snapshot!("member_manifest", without_checkout(&project.read("api/Cargo.toml")));
    assert_eq!(project.read(".cargo/config.toml"), "[alias]\nperf = \"test --package api --test perf --\"\n");
    passes_at_once(&project);
    let again = project.init_in("api/src", &["--yes"]);
    assert!(again.stdout.contains("Nothing to write"), "{again:#?}");
}
