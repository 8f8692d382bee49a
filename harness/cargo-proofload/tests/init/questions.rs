//! Nothing is written unasked, and what cannot be done is said.

use crate::project::TemporaryProject;

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let project = TemporaryProject::binary();
    let before = project.files();
    let ended = project.init(&["--dry-run"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(
        ended.stdout.contains("+[[test]]\n+name = \"perf\"\n") && ended.stdout.contains("tests/perf.rs (new)\n+//! ")
    );
    assert!(ended.stdout.ends_with("Nothing was written (--dry-run).\n"), "{ended:#?}");
    assert_eq!(project.files(), before);
}

#[test]
fn without_a_terminal_it_needs_a_yes() {
    let project = TemporaryProject::binary();
    let before = project.files();
    let ended = project.init(&[]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(
        ended.stderr.contains("nothing was written: without a terminal there is no one to ask; give --yes"),
        "{ended:#?}"
    );
    assert_eq!(project.files(), before);
}

#[test]
fn where_there_is_no_project_it_says_what_to_do() {
    let project = TemporaryProject::with(&[("notes.txt", "")]);
    let ended = project.init(&["--yes"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("lies in no Rust project") && ended.stderr.contains("--manifest-path"), "{ended:#?}");
    let ended = project.init(&["--yes", "--manifest-path", "Cargo.toml"]);
    assert_eq!((ended.code, ended.stderr.contains("Cargo.toml: No such file")), (Some(2), true), "{ended:#?}");
}

#[test]
fn a_project_of_edition_2015_is_refused() {
    let project = TemporaryProject::with(&[
        ("Cargo.toml", "[package]\nname = \"old\"\nversion = \"0.1.0\"\n"),
        ("src/lib.rs", ""),
    ]);
    let ended = project.init(&["--yes"]);
    assert_eq!((ended.code, ended.stderr.contains("edition = \"2021\"")), (Some(2), true), "{ended:#?}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let project = TemporaryProject::binary();
    let ended = project.init(&["--yes", "--from-har", "shop.har"]);
    assert_eq!((ended.code, ended.stderr.contains("shop.har cannot be read")), (Some(2), true), "{ended:#?}");
    let ended = project.init(&["--yes", "--with-writes"]);
    assert_eq!((ended.code, ended.stderr.contains("--from-openapi")), (Some(2), true), "{ended:#?}");
}
