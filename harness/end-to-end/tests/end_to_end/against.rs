//! `--against`: a run beside the servers of another version, and what a person reads when there is no such version.
//!
//! Another cargo takes the place of the real one: it "builds" this same binary, or fails as cargo does.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;

use crate::places;

pub(crate) const SPECIFICATION: Specification = &[
    ("a base that does not build: the command and the compiler's last lines, and no test runs", does_not_build),
    ("a base without the package or the test target is named as that", no_target),
    ("a base whose Proofload does not speak the protocol: what to do, and no test runs", other_protocol),
    ("a revision that does not exist, and a file that does not exist", unknown),
    ("a shallow clone: how to fetch what is missing", shallow),
    ("without git, and outside of a repository, the path of a binary is the way out", no_git),
    ("a dirty tree is `now` and stays as it is; the base is what was committed", dirty),
    ("the files of the base are mended where they were damaged, and come back when they were deleted", mended),
    ("a server of the base that is named for no fixture is a mistake of the command", given_in_vain),
];

/// A package in a repository of its own, with its perf binary, and another cargo.
pub(crate) struct Shop {
    pub(crate) workspace: Workspace,
    pub(crate) perf: PathBuf,
}

/// What the base is built to, as cargo would print it.
fn builds(executable: &Path) -> String {
    let artifact = serde_json::json!({
        "reason": "compiler-artifact",
        "target": { "name": "perf", "kind": ["test"] },
        "executable": executable,
    });
    format!("echo '   Compiling shop v1.0.0' >&2\necho \"built $PWD: $*\" >> \"$TRACE\"\necho '{artifact}'")
}

impl Shop {
    pub(crate) fn without_repository() -> Shop {
        let workspace = Workspace::new();
        let perf = places::binary(&workspace, "target", "perf");
        let shop = Shop { workspace, perf };
        shop.write("Cargo.toml", "[package]\nname = 'shop'\n[workspace]\n");
        shop.write(".gitignore", "/target\n/trace\n");
        shop.cargo(&builds(&shop.perf));
        shop
    }

    fn new() -> Shop {
        let shop = Shop::without_repository();
        shop.git(&["init", "--quiet", "--initial-branch=main"]);
        shop.git(&["add", "."]);
        shop.git(&["commit", "--quiet", "--message=first"]);
        shop
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.workspace.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).expect("written");
    }

    /// What `cargo` does.
    fn cargo(&self, script: &str) {
        script_at(&self.path("target/cargo"), script);
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]);
        let output = git.arg("-C").arg(self.workspace.path()).args(arguments).output().expect("git starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = places::command(&self.workspace, &self.perf, arguments);
        command.env("CARGO", self.path("target/cargo"));
        command.env("GIT_CEILING_DIRECTORIES", self.workspace.path().parent().expect("a parent"));
        command
    }

    fn run(&self, arguments: &[&str]) -> FinishedRun {
        self.workspace.finish(self.command(arguments))
    }

    /// `--against main`, of one test.
    fn run_against(&self, base: &str) -> FinishedRun {
        self.run(&["good::health", "--against", base])
    }

    fn nothing_was_started(&self) {
        let trace = self.workspace.trace();
        assert!(!trace.iter().any(|line| line.starts_with("steady")), "{trace:?}");
    }
}

pub(crate) fn script_at(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(path, Permissions::from_mode(0o755)).expect("made a program");
}

fn does_not_build() {
    let shop = Shop::new();
    shop.cargo("echo 'error[E0425]: cannot find value `prize`' >&2; echo '  --> src/lib.rs:3:5' >&2; exit 101");
    let run = shop.run_against("main");
    run.exits_with(102)
        .says("error: --against: the base does not build: `cargo test --no-run --package shop --test perf");
    run.says("    error[E0425]: cannot find value `prize`\n      --> src/lib.rs:3:5").says("--against-args");
    shop.nothing_was_started();
    shop.cargo(&builds(&shop.perf));
    shop.run_against("main").exits_with(0);
}

fn no_target() {
    let shop = Shop::new();
    shop.cargo("echo 'error: no test target named `perf` in `shop` package' >&2; exit 101");
    shop.run_against("main").exits_with(102).says("the base has no test target `perf` in its package `shop`");
    shop.cargo("echo 'error: package ID specification `shop` did not match any packages' >&2; exit 101");
    shop.run_against("main")
        .exits_with(102)
        .says("the base has no package `shop`: package ID specification `shop` did");
    shop.nothing_was_started();
}

fn other_protocol() {
    let shop = Shop::new();
    let old = shop.path("target/old");
    script_at(&old, "echo '`__proofload` is an internal argument' >&2; exit 2");
    let old = old.to_string_lossy().into_owned();
    shop.run_against(&old)
        .exits_with(102)
        .says("does not speak server protocol 1")
        .says("update proofload in the base");
    script_at(Path::new(&old), r#"echo '{"protocol":2}'"#);
    shop.run_against(&old).exits_with(102).says("speaks server protocol 2, and this one speaks 1");
    shop.nothing_was_started();
}

fn unknown() {
    let shop = Shop::new();
    let run = shop.run_against("v9.9");
    run.exits_with(2)
        .says("error: --against: the repository ")
        .says("has no revision `v9.9`, and there is no file of that name");
    shop.run_against("--output=x").exits_with(2);
    shop.nothing_was_started();
}

fn shallow() {
    let origin = Shop::new();
    origin.git(&["commit", "--quiet", "--allow-empty", "--message=second"]);
    let shop = Shop::without_repository();
    shop.git(&["init", "--quiet", "--initial-branch=work"]);
    let url = format!("file://{}", origin.workspace.path().display());
    shop.git(&["fetch", "--quiet", "--depth=1", &url, "main"]);
    shop.git(&["reset", "--quiet", "FETCH_HEAD"]);
    shop.run_against("HEAD~1").exits_with(2).says("the clone is shallow").says("`git fetch --deepen 100`");
    shop.run_against("origin/main").exits_with(2).says("`git fetch --depth 1 origin main`").says("`fetch-depth: 0`");
    shop.nothing_was_started();
}

fn no_git() {
    let shop = Shop::without_repository();
    shop.run_against("main")
        .exits_with(2)
        .says("is in no repository that git can read")
        .says("the path of a perf binary");
    let mut command = shop.command(&["good::health", "--against", "main"]);
    command.env("PATH", shop.path("target"));
    shop.workspace.finish(command).exits_with(2).says("git cannot be started").says("the path of a perf binary");
    shop.nothing_was_started();
    let run = shop.run_against(&shop.perf.to_string_lossy());
    run.exits_with(0).says("comparing with ");
}

fn dirty() {
    let shop = Shop::new();
    let (head, branches) = (shop.git(&["rev-parse", "HEAD"]), shop.git(&["branch", "--list", "--all"]));
    shop.write("Cargo.toml", "[package]\nname = 'shop'\nversion = '2.0.0'\n[workspace]\n");
    let run = shop.run_against("HEAD");
    run.exits_with(0).says("note: this tree has changes that are not committed; they are part of `now`");
    run.says(&format!("comparing with HEAD ({})", &head[..12]));
    let of_base = fs::read_to_string(shop.path("target/proofload/against/tree/Cargo.toml")).expect("read");
    assert!(
        !of_base.contains("version") && fs::read_to_string(shop.path("Cargo.toml")).expect("read").contains("2.0.0")
    );
    assert_eq!(shop.git(&["branch", "--list", "--all"]), branches);
    assert_eq!(shop.git(&["status", "--porcelain"]), "M Cargo.toml");
    assert!(shop.workspace.page().is_none(), "no baseline is written of two versions that share the machine");
    let built = shop.workspace.trace().into_iter().find(|line| line.starts_with("built")).expect("a build");
    assert!(
        built.contains("target/proofload/against/tree: test --no-run --package shop --test perf --target-dir"),
        "{built}"
    );
}

fn mended() {
    let shop = Shop::new();
    shop.run_against("main").exits_with(0);
    let tree = shop.path("target/proofload/against/tree");
    let is_whole = || fs::read_to_string(tree.join("Cargo.toml")).is_ok_and(|text| text.contains("name = 'shop'"));
    fs::write(tree.join("Cargo.toml"), "damaged").expect("written");
    shop.run_against("main").exits_with(0).says("both are the same code");
    assert!(is_whole());
    fs::remove_dir_all(&tree).expect("removed");
    shop.run_against("main").exits_with(0);
    assert!(is_whole());
    fs::write(tree.join(".git"), "gitdir: /nowhere\n").expect("written");
    shop.run_against("main").exits_with(0);
    assert!(is_whole());
    assert_eq!(shop.git(&["worktree", "list"]).lines().count(), 2);
}

fn given_in_vain() {
    let shop = Shop::new();
    let run = |arguments: &[&str], name: &str, value: &str| {
        let mut command = shop.command(arguments);
        command.env(name, value);
        shop.workspace.finish(command)
    };
    let alone = run(&["good::health"], "PROOFLOAD_BEFORE_STEADY", "http://127.0.0.1:1");
    alone.exits_with(2).says("PROOFLOAD_BEFORE_STEADY").says("add --against");
    let against = ["good::health", "--against", "main"];
    run(&against, "PROOFLOAD_BEFORE_STAEDY", "x").exits_with(2).says("no fixture `staedy`, did you mean `steady`?");
    run(&against, "PROOFLOAD_BEFORE_STEADY", "./old").exits_with(2).says("`steady` is a `#[server]`");
    shop.nothing_was_started();
}
