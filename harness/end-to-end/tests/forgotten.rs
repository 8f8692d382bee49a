//! A missing `harness = false` is reported. Without it the compiler's own harness would run no `#[perf]` test and pass.
//!
//! The target of the author who forgot is compiled here by the compiler itself, as cargo would: a project of its own
//! would build everything again.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;
use std::{env, fs};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/forgotten/perf.rs");

#[test]
fn without_harness_false_every_perf_test_fails_and_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let binary = folder.path().join("perf");
    compile(&["--test", "-o", &binary.to_string_lossy()]);
    let output = Command::new(&binary).output().expect("the target starts");
    let printed = text(&output);
    assert_eq!(output.status.code(), Some(101), "{printed}");
    for name in ["__health_needs_harness_false", "inner::__type_needs_harness_false"] {
        assert!(printed.contains(&format!("test {name} ... FAILED")), "{printed}");
    }
    assert!(printed.contains("add `harness = false` to the `[[test]]` named `perf` in Cargo.toml"), "{printed}");
    assert!(printed.contains("0 passed; 2 failed"), "{printed}");
}

#[test]
fn with_harness_false_nothing_is_added_and_nothing_warned_of() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let binary = folder.path().join("perf");
    let warnings = compile(&["--cfg", "test", "-D", "warnings", "-o", &binary.to_string_lossy()]);
    assert_eq!(warnings, "");
    let output = Command::new(&binary).arg("--list").output().expect("the target starts");
    let printed = text(&output);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("health: test") && !printed.contains("needs_harness_false"), "{printed}");
}

/// What the compiler says, when it compiles the source against the harness that this test is linked with.
fn compile(arguments: &[&str]) -> String {
    let this = env::current_exe().expect("this test has a path");
    let libraries = this.parent().expect("it lies beside the libraries it is made of");
    let mut refusals = String::new();
    for harness in harnesses(libraries) {
        let output = rustc(libraries, &harness).args(arguments).output().expect("the compiler starts");
        if output.status.success() {
            return String::from_utf8_lossy(&output.stderr).into_owned();
        }
        let refusal = text(&output);
        assert!(
            !refusal.contains("unexpected `cfg`"),
            "the compiler warns the author of what is for editors: {refusal}"
        );
        refusals.push_str(&refusal);
    }
    panic!("the target does not compile against any harness in {}: {refusals}", libraries.display());
}

/// Builds of the harness with other features or compilers may lie beside the one of this test: newest first.
fn harnesses(libraries: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(libraries).expect("the folder of this test can be read");
    let mut builds: Vec<(SystemTime, PathBuf)> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rlib"))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libproofload-")))
        .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
        .collect();
    builds.sort();
    builds.into_iter().rev().map(|(_, path)| path).collect()
}

/// The compiler as cargo calls it for a test target.
fn rustc(libraries: &Path, harness: &Path) -> Command {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut rustc = Command::new(compiler);
    // Cargo names every `cfg` that Cargo.toml knows, and the compiler warns of any other.
    rustc.args(["--edition", "2024", "--crate-name", "perf", "--check-cfg", "cfg(test)", SOURCE]);
    rustc.arg("-L").arg(format!("dependency={}", libraries.display()));
    rustc.arg("--extern").arg(format!("proofload={}", harness.display()));
    rustc.env("CARGO_TARGET_TMPDIR", env!("CARGO_TARGET_TMPDIR"));
    rustc.env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR")).env("CARGO_PKG_NAME", "shop");
    rustc.env("CARGO_CRATE_NAME", "perf");
    rustc
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
