//! The folder in which a person typed the command: cargo leaves it for the folder of the package before it runs a test.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::Folders;

/// What is known about where the command was typed.
#[derive(Debug, Clone, Default)]
struct Traces {
    /// The folder of this process.
    here: Option<PathBuf>,
    /// The folder of the package, if cargo or cargo-nextest runs this process, which is then in it.
    package: Option<PathBuf>,
    /// The folder of the process that started this binary, cargo or a shell; Linux only.
    starter: Option<PathBuf>,
    /// `PWD`: the folder of the shell, if a shell has started cargo.
    shell: Option<PathBuf>,
}

/// The folder that a typed path is relative to; if that is not known, the workspace.
pub(super) fn folder(folders: &Folders) -> PathBuf {
    let traces = Traces {
        here: std::env::current_dir().ok(),
        package: std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
        starter: folder_of_the_starter(),
        shell: std::env::var_os("PWD").map(PathBuf::from).filter(|folder| folder.is_absolute() && folder.is_dir()),
    };
    choose(traces, &folders.workspace)
}

/// Cargo itself stays where it was started, and what it starts runs in the package's folder.
fn choose(traces: Traces, workspace: &Path) -> PathBuf {
    let Traces { here, package, starter, shell } = traces;
    if here.is_some() && here != package {
        return here.unwrap_or_default();
    }
    let moved = starter.filter(|starter| Some(starter) != here.as_ref());
    // A wrapper, such as `sudo`, runs where this binary does and hides where cargo runs.
    moved.or(shell).or(here).unwrap_or_else(|| workspace.to_owned())
}

/// Where the first ancestor runs that is another program than this one: the tests run in a child process of this binary.
fn folder_of_the_starter() -> Option<PathBuf> {
    let program = |process: &str| fs::read_link(format!("/proc/{process}/exe")).ok();
    let ours = program("self")?;
    let mut process = "self".to_owned();
    while program(&process).is_some_and(|program| program == ours) {
        process = parent_of(&process)?;
    }
    fs::read_link(format!("/proc/{process}/cwd")).ok()
}

fn parent_of(process: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim();
    (parent != "0").then(|| parent.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By a process of a package in `/shop/perf`.
    fn chosen(here: &str, starter: &str, shell: Option<&str>) -> PathBuf {
        let path = |path: &str| Some(PathBuf::from(path));
        let (package, shell) = (path("/shop/perf"), shell.and_then(path));
        choose(Traces { here: path(here), package, starter: path(starter), shell }, Path::new("/shop"))
    }

    #[test]
    fn a_path_is_relative_to_the_folder_of_the_cargo_that_runs_the_test() {
        // A program that starts cargo in another folder leaves its own PWD.
        assert_eq!(chosen("/shop/perf", "/shop", Some("/elsewhere")), Path::new("/shop"));
        assert_eq!(chosen("/shop/perf", "/above", Some("/above")), Path::new("/above"));
        assert_eq!(chosen("/shop/perf", "/shop/perf", None), Path::new("/shop/perf"));
    }

    #[test]
    fn behind_a_wrapper_the_folder_of_the_shell_counts() {
        assert_eq!(chosen("/shop/perf", "/shop/perf", Some("/shop")), Path::new("/shop"));
    }

    #[test]
    fn a_binary_that_cargo_did_not_start_is_where_the_command_was_typed() {
        assert_eq!(chosen("/results", "/results", Some("/elsewhere")), Path::new("/results"));
        assert_eq!(choose(Traces::default(), Path::new("/shop")), Path::new("/shop"));
    }

    #[test]
    fn the_starter_of_this_test_runs_somewhere() {
        if cfg!(target_os = "linux") {
            assert!(folder_of_the_starter().is_some_and(|folder| folder.is_dir()));
        }
    }
}
