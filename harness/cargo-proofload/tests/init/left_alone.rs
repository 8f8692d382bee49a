//! What is there already stays, and is named with what to add by hand.

use insta::assert_snapshot;

use crate::project::{TemporaryProject, without_checkout};

#[test]
fn a_second_time_nothing_is_written() {
    let project = TemporaryProject::binary();
    assert_eq!(project.init(&["--yes"]).code, Some(0));
    let before = project.files();
    let again = project.init(&["--yes"]);
    assert_eq!(again.code, Some(0), "{again:#?}");
    assert_eq!(again.stdout, "Nothing to write: the tests of package `shop` are there already.\n");
    assert_eq!(project.files(), before);
}

#[test]
fn files_and_keys_that_are_there_stay() {
    let project = TemporaryProject::with(&[
        (
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dev-dependencies]\n\
             tokio = { version = \"1\", features = [\"full\"] }\n\n[[test]]\nname = \"perf\"\n\n[profile.test]\nopt-level = 1 # mine\n",
        ),
        ("src/main.rs", "fn main() {}\n"),
        ("tests/perf.rs", "// proofload, by hand\nfn main() {}\n"),
        (".config/nextest.toml", "[profile.default]\nretries = 1\n"),
        (".cargo/config.toml", "# Mine.\n[alias]\nperf = \"run --release\"\n"),
        (".github/workflows/perf.yml", "name: perf\n"),
    ]);
    let before = project.files();
    let ended = project.init(&["--yes"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_snapshot!("left_alone", without_checkout(&ended.stdout));
    for (path, text) in before.iter().filter(|(path, _)| !path.ends_with("Cargo.toml")) {
        assert_eq!(project.files().get(path), Some(text), "{}", path.display());
    }
    assert!(project.read("Cargo.toml").contains("opt-level = 1 # mine"));
}

#[test]
fn a_test_of_that_name_that_is_no_test_of_proofload_is_not_touched() {
    let project = TemporaryProject::binary();
    project.write("tests/perf.rs", "#[test]\nfn fast() {}\n");
    let before = project.files();
    let refusal = project.init(&["--yes"]);
    assert_eq!(refusal.code, Some(2), "{refusal:#?}");
    assert!(refusal.stderr.contains("choose another name for the test target with --test NAME"), "{refusal:#?}");
    assert_eq!(project.files(), before);
    let ended = project.init(&["--yes", "--test", "load"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(project.read("tests/load.rs").contains("proofload::main()"));
    assert!(project.read(".config/nextest.toml").contains("binary(=load)"));
    assert!(project.read(".github/workflows/load.yml").contains("--test load"));
}

#[test]
fn a_recorded_session_becomes_a_module_beside_tests_that_are_there() {
    let project = TemporaryProject::binary();
    assert_eq!(project.init(&["--yes"]).code, Some(0));
    let first = project.read("tests/perf.rs");
    let line = "curl http://127.0.0.1:8080/items/17";
    let ended = project.init(&["--yes", "--from-curl", line]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(
        ended.stdout.contains("add the new module to it by hand:\n  #[path = \"perf/from_curl.rs\"]\n  mod from_curl;"),
        "{ended:#?}"
    );
    assert_eq!(project.read("tests/perf.rs"), first);
    assert!(project.read("tests/perf/from_curl.rs").contains("GET /items/{id}"));
    assert!(!project.read("tests/perf/from_curl.rs").contains("fn main"));
}
