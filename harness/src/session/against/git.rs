//! What is asked of git: which commit a revision is, and a work tree with its files.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use thiserror::Error;

use crate::text::one_line;

/// How much of a commit's name is shown.
const SHOWN: usize = 12;

/// Why a revision cannot be used.
#[derive(Debug, Error)]
pub(super) enum RevisionError {
    #[error(
        "git cannot be started ({source}), and a revision needs it; install git, or give the path of a perf binary that was \
         built earlier"
    )]
    NoGit { source: io::Error },

    #[error(
        "{} is in no repository that git can read ({said}); give the path of a perf binary that was built earlier instead of a \
         revision",
        folder.display()
    )]
    NoRepository { folder: PathBuf, said: String },

    #[error("the repository {} has no revision `{revision}`, and there is no file of that name{advice}", top.display())]
    UnknownRevision { revision: String, top: PathBuf, advice: String },

    #[error("the files of the base cannot be written to {}: git said: {said}", tree.display())]
    NotCheckedOut { tree: PathBuf, said: String },
}

/// The repository of the package under test.
#[derive(Debug)]
pub(super) struct Repository {
    /// Its work tree.
    pub(super) top: PathBuf,
}

/// A commit and how a person named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BaseCommit {
    pub(super) id: String,
    /// `origin/main`
    pub(super) revision: String,
}

impl BaseCommit {
    /// `origin/main (1a2b3c4d5e6f)`
    pub(super) fn described(&self) -> String {
        let id = &self.id[..SHOWN.min(self.id.len())];
        if self.id.starts_with(&self.revision) { id.to_owned() } else { format!("{} ({id})", self.revision) }
    }
}

impl Repository {
    /// The repository that `folder` is in.
    pub(super) fn of(folder: &Path) -> Result<Repository, RevisionError> {
        let answer = git(folder, &["rev-parse", "--show-toplevel"])?;
        let top = answer.map_err(|said| RevisionError::NoRepository { folder: folder.to_owned(), said })?;
        Ok(Repository { top: PathBuf::from(top) })
    }

    /// The commit that `revision` names.
    pub(super) fn commit(&self, revision: &str) -> Result<BaseCommit, RevisionError> {
        let wanted = format!("{revision}^{{commit}}");
        match git(&self.top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])? {
            Ok(id) => Ok(BaseCommit { id, revision: revision.to_owned() }),
            Err(_) => Err(RevisionError::UnknownRevision {
                revision: revision.to_owned(),
                top: self.top.clone(),
                advice: self.advice(revision)?,
            }),
        }
    }

    /// How to get a revision that is not here.
    fn advice(&self, revision: &str) -> Result<String, RevisionError> {
        let fetch = match revision.split_once('/') {
            Some((remote, branch)) if remote == "origin" => format!("`git fetch --depth 1 {remote} {branch}`"),
            _ => "`git fetch --deepen 100`".to_owned(),
        };
        let is_shallow =
            git(&self.top, &["rev-parse", "--is-shallow-repository"])?.is_ok_and(|answer| answer == "true");
        Ok(match is_shallow {
            true => format!(
                "; the clone is shallow, so older commits and other branches are missing: fetch it with {fetch} (GitHub's \
                 checkout action: `fetch-depth: 0`)"
            ),
            false if revision.contains('/') => {
                "; is it spelt as `git branch --all` has it, and has it been fetched?".to_owned()
            }
            false => "; `git log --oneline` shows the last ones".to_owned(),
        })
    }

    /// True if tracked files differ from the last commit, or there are new ones.
    pub(super) fn is_dirty(&self) -> bool {
        git(&self.top, &["status", "--porcelain"]).ok().and_then(Result::ok).is_some_and(|changes| !changes.is_empty())
    }

    /// True if this is the commit that is checked out here.
    pub(super) fn is_here(&self, commit: &BaseCommit) -> bool {
        git(&self.top, &["rev-parse", "HEAD"]).ok().and_then(Result::ok).is_some_and(|id| id == commit.id)
    }

    /// Puts the files of `commit` into `tree`, a work tree of its own. Whatever a build has left there stays, as far as git ignores
    /// it, and files that are the same keep their times, so that only what differs is compiled again.
    pub(super) fn check_out(&self, commit: &BaseCommit, tree: &Path) -> Result<(), RevisionError> {
        if !self.has_work_tree(tree)? || self.reset(commit, tree)?.is_err() {
            self.add(commit, tree)?;
        }
        if tree.join(".gitmodules").is_file() {
            let updated = git(tree, &["submodule", "update", "--init", "--recursive", "--force", "--quiet"])?;
            updated.map_err(|said| not_checked_out(tree, said))?;
        }
        Ok(())
    }

    /// True if `tree` is a work tree of this repository, and not a folder within another one.
    fn has_work_tree(&self, tree: &Path) -> Result<bool, RevisionError> {
        if !tree.join(".git").is_file() {
            return Ok(false);
        }
        let common = |folder: &Path| git(folder, &["rev-parse", "--path-format=absolute", "--git-common-dir"]);
        Ok(common(tree)?.is_ok_and(|theirs| common(&self.top).ok().and_then(Result::ok) == Some(theirs)))
    }

    /// Also mends a tree whose files were changed, or that was not written to its end.
    fn reset(&self, commit: &BaseCommit, tree: &Path) -> Result<Result<String, String>, RevisionError> {
        match git(tree, &["checkout", "--quiet", "--force", "--detach", &commit.id])? {
            Ok(_) => git(tree, &["reset", "--quiet", "--hard", &commit.id]),
            Err(said) => Ok(Err(said)),
        }
    }

    fn add(&self, commit: &BaseCommit, tree: &Path) -> Result<(), RevisionError> {
        // What is there is no work tree, or a broken one.
        if let Err(error) = remove_folder(tree) {
            return Err(not_checked_out(tree, error.to_string()));
        }
        let path = tree.to_string_lossy();
        // Forced, as git may still have a work tree in its list that was deleted with the target folder.
        let added = git(&self.top, &["worktree", "add", "--quiet", "--force", "--detach", &path, &commit.id])?;
        added.map(drop).map_err(|said| not_checked_out(tree, said))
    }
}

fn not_checked_out(tree: &Path, said: String) -> RevisionError {
    RevisionError::NotCheckedOut { tree: tree.to_owned(), said }
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// What git answers; the inner error is what it complained of.
fn git(folder: &Path, arguments: &[&str]) -> Result<Result<String, String>, RevisionError> {
    let mut command = Command::new("git");
    // A person's hooks are for a person's checkouts.
    command.args(["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]);
    command.arg("-C").arg(folder).args(arguments);
    // Set by git where it runs a hook, as before a push; they would name the wrong work tree.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
        command.env_remove(name);
    }
    let output = command.output().map_err(|source| RevisionError::NoGit { source })?;
    Ok(if output.status.success() { Ok(trimmed(&output.stdout)) } else { Err(said(&output)) })
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

fn said(output: &Output) -> String {
    match trimmed(&output.stderr) {
        text if text.is_empty() => output.status.to_string(),
        text => one_line(&text.replace('\n', " ")).into_owned(),
    }
}
