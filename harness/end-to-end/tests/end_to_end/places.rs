//! Where a run writes: in the target folder that the binary lies in, and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("the record lies in the target folder of the binary, wherever that is", target_folder),
    (
        "a target folder that cannot be written is one warning, and the record goes to the temporary folder",
        read_only_target,
    ),
    ("an output folder that was asked for and cannot be written ends the run before it begins", no_output_dir),
    ("--last-failed and the latest record are those of the same test target", per_target),
];

/// This binary as cargo would have built it into `folder`, for the test target `target`.
pub(crate) fn binary(workspace: &Workspace, folder: &str, target: &str) -> PathBuf {
    let folder = workspace.path().join(folder);
    let deps = folder.join("debug/deps");
    fs::create_dir_all(&deps).expect("made");
    fs::write(folder.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n# created by cargo\n")
        .expect("written");
    let (from, to) = (std::env::current_exe().expect("a path"), deps.join(format!("{target}-0123456789abcdef")));
    fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop)).expect("copied");
    to
}

/// `binary` in the workspace, as a person starts it.
pub(crate) fn command(workspace: &Workspace, binary: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments);
    workspace.prepare(&mut command);
    command.env_remove("PROOFLOAD_OUTPUT_DIR");
    command
}

fn record(folder: &Path) -> String {
    fs::read_to_string(folder.join("latest/run.json")).unwrap_or_default()
}

fn target_folder() {
    let workspace = Workspace::new();
    let perf = binary(&workspace, "built/elsewhere", "perf");
    workspace.finish(command(&workspace, &perf, &["good::health"])).exits_with(0);
    let record = record(&workspace.path().join("built/elsewhere/proofload"));
    assert!(record.contains("good::health"), "{record}");
    assert!(!workspace.path().join("target").exists());
}

fn read_only_target() {
    let workspace = Workspace::new();
    let perf = binary(&workspace, "target", "perf");
    // Root may write anywhere, so files stand where the folders should be.
    fs::write(workspace.path().join("target/proofload"), "in the way").expect("written");
    fs::write(workspace.path().join("docs"), "in the way").expect("written");
    let temporary = workspace.path().join("tmp");
    fs::create_dir(&temporary).expect("made");
    let mut command = command(&workspace, &perf, &["good::health"]);
    command.env("TMPDIR", &temporary);
    let run = workspace.finish(command);
    run.exits_with(0).says("test [load] probe::good::health ... ok").says("target/proofload");
    assert_eq!(run.stderr.matches("target/proofload").count(), 1, "{run}");
    let folder = fs::read_dir(&temporary).expect("read").flatten().find(|entry| entry.path().join("latest").exists());
    assert!(record(&folder.expect("a folder").path()).contains("good::health"));
}

fn no_output_dir() {
    let workspace = Workspace::new();
    fs::write(workspace.path().join("out"), "in the way").expect("written");
    let run = workspace.run(&["good::health", "--output-dir", "out/here"]);
    run.exits_with(1).says("out/here").says("--output-dir");
    assert!(workspace.trace().is_empty(), "nothing was started");
}

fn per_target() {
    let workspace = Workspace::new();
    fs::write(workspace.path().join("Cargo.toml"), "[package]\nname = 'shop'\n[workspace]\n").expect("written");
    let (perf, soak) = (binary(&workspace, "target", "perf"), binary(&workspace, "target", "soak"));
    let run = |binary: &Path, arguments: &[&str]| workspace.finish(command(&workspace, binary, arguments));
    run(&perf, &["bad::busy"]).exits_with(101);
    run(&soak, &["good::health"]).exits_with(0);
    run(&perf, &["--last-failed"]).exits_with(101).says("bad::busy");
    run(&soak, &["--last-failed"]).exits_with(4);
    let latest = |target: &str| workspace.path().join(format!("target/proofload/latest-shop.{target}/run.json"));
    assert!(fs::read_to_string(latest("perf")).expect("a record").contains("bad::busy"));
    assert!(fs::read_to_string(latest("soak")).expect("a record").contains("good::health"));
}
