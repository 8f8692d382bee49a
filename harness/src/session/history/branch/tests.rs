//! The branch in real repositories.

use std::path::Path;
use std::process::Command;
use std::thread;

use super::*;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A repository with one commit, and a change in its work tree.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    std::fs::write(folder.path().join("code"), "1").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "code"]);
    std::fs::write(folder.path().join("code"), "2").unwrap();
    folder
}

fn of(folder: &Path) -> Git {
    // As on a machine that nothing was configured on.
    Git::in_folder(folder).with("HOME", "/nowhere").with("GIT_CONFIG_GLOBAL", "/dev/null")
}

fn files(git: &Git) -> Vec<String> {
    list(git, None).unwrap().into_iter().map(|file| file.path).collect()
}

#[test]
fn a_file_is_added_to_a_branch_of_its_own_and_nothing_else_changes() {
    let folder = repository();
    let git_here = of(folder.path());
    write(&git_here, "m/2026-11/one.json", "first\n").unwrap();
    write(&git_here, "m/2026-11/two.json", "second\n").unwrap();
    assert_eq!(files(&git_here), ["m/2026-11/one.json", "m/2026-11/two.json"]);
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "M code");
    assert_eq!(git(folder.path(), &["log", "--format=%an", NAME]), "Proofload\nProofload");
    assert_eq!(git(folder.path(), &["merge-base", "--all", "main", "main"]).len(), 40);
    let no_parent = git(folder.path(), &["rev-list", "--max-parents=0", NAME]);
    assert_ne!(no_parent, git(folder.path(), &["rev-parse", "main"]), "the branch has a root of its own");
    let found = list(&git_here, Some("m")).unwrap();
    let expected = vec![Some("first\n".to_owned()), Some("second\n".to_owned())];
    assert_eq!(texts(&git_here, &found).unwrap(), expected);
    assert!(list(&git_here, Some("another")).unwrap().is_empty());
}

#[test]
fn runs_that_write_at_once_lose_no_file() {
    let folder = repository();
    let writers: Vec<_> = (0..6)
        .map(|number| {
            let git = of(folder.path());
            thread::spawn(move || write(&git, &format!("m/2026-11/{number}.json"), "{}"))
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap().unwrap());
    assert_eq!(files(&of(folder.path())).len(), 6);
}

#[test]
fn a_bare_and_a_shallow_clone_take_files_and_go_on_from_the_branch_that_was_fetched() {
    let folder = repository();
    write(&of(folder.path()), "m/2026-11/one.json", "{}").unwrap();
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    for (name, how) in [("bare", vec!["--bare"]), ("shallow", vec!["--depth", "1", "--no-single-branch"])] {
        let clone = clones.path().join(name);
        let arguments = [vec!["clone", "-q"], how, vec![url.as_str(), clone.to_str().unwrap()]].concat();
        git(clones.path(), &arguments);
        let here = of(&clone);
        assert_eq!(files(&here), ["m/2026-11/one.json"], "{name}");
        write(&here, "m/2026-11/two.json", "{}").unwrap();
        assert_eq!(files(&here).len(), 2, "{name}");
    }
}

#[test]
fn a_folder_without_a_repository_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let here = of(folder.path()).with("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap().display().to_string());
    let written = write(&here, "m/2026-11/one.json", "{}").unwrap_err().to_string();
    assert!(written.contains("not a git repository"), "{written}");
    assert!(list(&here, None).unwrap_err().to_string().contains("not a git repository"));
}

#[test]
fn without_git_the_message_says_what_to_do() {
    let error = BranchError::NotStarted(std::io::Error::from(std::io::ErrorKind::NotFound)).to_string();
    assert!(error.contains("`git` cannot be started") && error.contains("--history DIR"), "{error}");
}
