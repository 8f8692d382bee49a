//! What runs keep for later ones: the baselines, which say what was accepted, and the history of what was seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("each run leaves a small file of history, and the next one is compared with it", history_beside_runs),
    ("history goes where it is asked for, or nowhere", chosen_places),
    ("history on a branch touches neither the work tree nor the index, and a work tree with changes is noted", branch),
    ("two runs that write history at once lose nothing", two_at_once),
    ("without git, or a repository, the run is kept beside the others and the error says so", no_repository),
    ("a baseline of another machine is not comparable, names what differs, fails nothing and is not changed", machine),
    ("a damaged or newer file of baselines is left as it is, and no verdict changes", damaged_baselines),
    ("damaged files of history are left out with one warning", damaged_history),
];

const TEST: &str = "probe::good::quick";

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] })
        .collect();
    found.sort();
    found
}

fn beside_runs(workspace: &Workspace) -> PathBuf {
    workspace.path().join("target/proofload/history")
}

fn history_beside_runs() {
    let workspace = Workspace::new();
    let first = workspace.run(&["good::quick"]);
    first.exits_with(0);
    assert_eq!(first.test(TEST)["comparisons"], serde_json::json!([]), "there was nothing before");
    let run = workspace.run(&["good::quick"]);
    run.exits_with(0);
    let files = files(&beside_runs(&workspace));
    assert_eq!(files.len(), 2, "{files:?}");
    let text = fs::read_to_string(&files[0]).expect("written");
    assert!(text.contains("proofload/history/1") && text.contains("good::quick") && text.len() < 2_000, "{text}");
    let comparison = run.test(TEST)["comparisons"][0].clone();
    assert_eq!((&comparison["method"], &comparison["reference"]), (&"stored_runs".into(), &"baseline".into()));
    assert!(comparison["changes"][0]["before"].is_number(), "{comparison}");
}

fn chosen_places() {
    let workspace = Workspace::new();
    let kept = workspace.path().join("kept");
    let place = kept.to_str().expect("plain text");
    workspace.run(&["good::quick", "--history", place]).exits_with(0).says("kept/");
    assert_eq!((files(&kept).len(), files(&beside_runs(&workspace)).len()), (1, 0));
    workspace.run(&["good::quick", "--history", "none"]).exits_with(0);
    assert_eq!(files(&beside_runs(&workspace)).len(), 0);
}

fn git(workspace: &Workspace, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(workspace.path()).args(["-c", "user.name=A", "-c", "user.email=a@b"]).args(arguments);
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A workspace with one commit.
fn repository() -> Workspace {
    let workspace = Workspace::new();
    git(&workspace, &["init", "-q"]);
    fs::write(workspace.path().join(".gitignore"), "/target\n/docs\n/trace\n").expect("written");
    git(&workspace, &["add", "."]);
    git(&workspace, &["commit", "-qm", "code"]);
    workspace
}

fn branch() {
    let workspace = repository();
    fs::write(workspace.path().join("Cargo.toml"), "[workspace]\n# changed\n").expect("written");
    workspace.run(&["good::quick", "--history", "git", "--no-baselines"]).exits_with(0).says("proofload-history");
    let run = workspace.run(&["good::quick", "--history", "git", "--no-baselines"]);
    run.exits_with(0);
    assert_eq!(git(&workspace, &["status", "--porcelain"]), "M Cargo.toml");
    assert_eq!(git(&workspace, &["rev-list", "--count", "proofload-history"]), "2");
    let notes = run.test(TEST)["comparisons"][0]["notes"].to_string();
    assert!(notes.contains("1 of 1 stored runs are of a work tree with changes"), "{notes}");
}

fn two_at_once() {
    let workspace = repository();
    let kept = workspace.path().join("kept");
    for history in ["git", kept.to_str().expect("plain text")] {
        let start = || workspace.start(&["good::quick", "--history", history]);
        let runs = [start(), start()];
        for run in runs {
            assert!(run.wait_with_output().expect("it ends").status.success(), "{history}");
        }
    }
    assert_eq!(git(&workspace, &["rev-list", "--count", "proofload-history"]), "2");
    assert_eq!(files(&kept).len(), 2);
}

fn no_repository() {
    let workspace = Workspace::new();
    let without = |name: &str, value: &str, says: &str| {
        let mut command = workspace.command(&["good::quick", "--history", "git"]);
        command.env(name, value);
        let run = workspace.finish(command);
        run.exits_with(1).says(says).says("this run is in");
        assert_eq!(run.test(TEST)["outcome"], "passed");
    };
    without("GIT_CEILING_DIRECTORIES", "/", "not a git repository");
    without("PATH", "/nowhere", "`git` cannot be started");
    assert_eq!(files(&beside_runs(&workspace)).len(), 2);
}

/// A file of baselines with a row of the test, measured on a machine with 999 cores.
fn write_baselines(workspace: &Workspace, schema: &str) -> String {
    let package = env!("CARGO_PKG_NAME");
    let text = format!(
        r#"{{"schema": "{schema}", "rows": [{{"package": "{package}", "target": "end_to_end", "test": "probe::good::quick",
        "kind": "benchmark", "load": {{"users": 1, "requests": 300, "success_rate": 1.0, "throughput_per_s": 9000.0,
        "capacity_users": null}}, "times": {{"mean_s": 0.0001, "p50_s": 0.0001, "p95_s": 0.0002, "p99_s": null, "max_s": 0.001}},
        "machine": {{"cpu_model": null, "cores": 999, "os": "linux", "build": "optimised"}}, "date": "2026-11-20",
        "commit": null}}]}}"#
    );
    fs::create_dir_all(workspace.path().join("docs")).expect("a folder");
    fs::write(baselines(workspace), &text).expect("written");
    text
}

fn baselines(workspace: &Workspace) -> PathBuf {
    workspace.path().join("docs/performance-baselines.json")
}

fn machine() {
    let workspace = Workspace::new();
    write_baselines(&workspace, "proofload/baselines/1");
    let run = workspace.run(&["good::quick"]);
    run.exits_with(0);
    let comparison = run.test(TEST)["comparisons"][0].clone();
    assert_eq!(comparison["verdict"], "not_comparable");
    assert!(comparison["notes"][0].as_str().is_some_and(|note| note.contains("cores 999 → ")), "{comparison}");
    let kept = fs::read_to_string(baselines(&workspace)).expect("still there");
    assert!(kept.contains("999"), "{kept}");
}

fn damaged_baselines() {
    let workspace = Workspace::new();
    for (schema, says) in [("proofload/baselines/9", "update proofload"), ("<<<<<<< \\", "cannot be read")] {
        let text = write_baselines(&workspace, schema);
        let run = workspace.run(&["good::quick"]);
        run.says("is left as it is").says(says);
        assert_eq!(run.test(TEST)["outcome"], "passed");
        assert_eq!(fs::read_to_string(baselines(&workspace)).expect("still there"), text);
    }
}

fn damaged_history() {
    let workspace = Workspace::new();
    workspace.run(&["good::quick"]).exits_with(0);
    let file = files(&beside_runs(&workspace)).remove(0);
    for number in 0..3 {
        fs::write(file.with_file_name(format!("20990101T000000.000Z-{number}.json")), "{").expect("written");
    }
    let run = workspace.run(&["good::quick"]);
    run.exits_with(0).says("20990101T000000.000Z-2.json was left out").says("2 more files");
    assert_eq!(run.test(TEST)["comparisons"][0]["method"], "stored_runs", "the others are read");
}
