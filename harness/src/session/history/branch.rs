//! Files of history in a branch of their own: written as objects, so that neither the work tree nor the index is touched.

use std::time::Duration;

use super::entry::StoredFile;
use super::git::{BranchError, Git};

/// The branch.
pub(super) const NAME: &str = "proofload-history";
const BRANCH: &str = "refs/heads/proofload-history";
/// Where a clone has the branch that it did not make itself.
const FETCHED: &str = "refs/remotes/origin/proofload-history";
/// How often a file is added anew because another process was faster.
const MOST_TRIES: u32 = 50;
/// Who commits if git knows no name.
const COMMITTER: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "Proofload"),
    ("GIT_AUTHOR_EMAIL", "proofload@localhost"),
    ("GIT_COMMITTER_NAME", "Proofload"),
    ("GIT_COMMITTER_EMAIL", "proofload@localhost"),
];

/// Adds one file to the branch, in a commit of its own.
pub(super) fn write(git: &Git, path: &str, text: &str) -> Result<(), BranchError> {
    let git = with_committer(git)?;
    let object = git.text(&["hash-object", "-w", "--stdin"], text)?;
    for attempt in 0..MOST_TRIES {
        let before = head(&git, BRANCH)?;
        let parent = match &before {
            Some(parent) => Some(parent.clone()),
            None => head(&git, FETCHED)?,
        };
        let commit = commit(&git, parent.as_deref(), path, &object)?;
        // An empty old value says that there must be no branch yet.
        let old = before.clone().unwrap_or_default();
        match git.text(&["update-ref", "-m", "proofload: a run", BRANCH, &commit, &old], "") {
            Ok(_) => return Ok(()),
            // If the branch is as it was, something else is wrong, or another process has just locked it.
            Err(error) if head(&git, BRANCH)? == before && !is_locked(&error) => return Err(error),
            Err(_) => std::thread::sleep(pause(attempt)),
        }
    }
    Err(BranchError::Raced { branch: NAME, tries: MOST_TRIES })
}

/// The files of one machine, or of all; none without the branch.
pub(super) fn list(git: &Git, machine: Option<&str>) -> Result<Vec<StoredFile>, BranchError> {
    let Some(head) = newest(git)? else { return Ok(Vec::new()) };
    let mut arguments = vec!["ls-tree", "-r", "--full-tree", "-z", head.as_str()];
    let folder = machine.map(|machine| format!("{machine}/"));
    arguments.extend(folder.as_deref());
    let listed = git.bytes(&arguments, "")?;
    let listed = String::from_utf8_lossy(&listed);
    // `100644 blob <object>\t<path>`
    let files = listed.split('\0').filter_map(|line| {
        let (kind, path) = line.split_once('\t')?;
        let object = kind.rsplit(' ').next()?;
        let is_file = path.ends_with(".json");
        is_file.then(|| StoredFile { path: path.to_owned(), object: object.to_owned() })
    });
    Ok(files.collect())
}

/// The texts of these files, in their order, from one process.
pub(super) fn texts(git: &Git, files: &[StoredFile]) -> Result<Vec<Option<String>>, BranchError> {
    let objects: String = files.iter().map(|file| format!("{}\n", file.object)).collect();
    let answer = git.bytes(&["cat-file", "--batch"], &objects)?;
    let mut rest = answer.as_slice();
    Ok(files.iter().map(|_| next_text(&mut rest)).collect())
}

/// `<object> blob <size>`, a line's end, the content and another line's end; or `<object> missing`, as in a clone without all objects.
fn next_text(rest: &mut &[u8]) -> Option<String> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let content = rest.get(..size)?;
    *rest = rest.get(size + 1..).unwrap_or_default();
    String::from_utf8(content.to_vec()).ok()
}

/// The commit of the branch here, or else of the one that was fetched.
fn newest(git: &Git) -> Result<Option<String>, BranchError> {
    // Without a repository, this says so.
    git.text(&["rev-parse", "--git-dir"], "")?;
    Ok(match head(git, BRANCH)? {
        Some(head) => Some(head),
        None => head(git, FETCHED)?,
    })
}

fn head(git: &Git, reference: &str) -> Result<Option<String>, BranchError> {
    git.answer(&["rev-parse", "--verify", "--quiet", &format!("{reference}^{{commit}}")])
}

/// The commit that adds a file to `parent`. The index is a temporary one.
fn commit(git: &Git, parent: Option<&str>, path: &str, object: &str) -> Result<String, BranchError> {
    let folder = tempfile::tempdir().map_err(BranchError::NotStarted)?;
    let git = git.with("GIT_INDEX_FILE", folder.path().join("index").display().to_string());
    if let Some(parent) = parent {
        git.text(&["read-tree", parent], "")?;
    }
    git.text(&["update-index", "--add", "--cacheinfo", &format!("100644,{object},{path}")], "")?;
    let tree = git.text(&["write-tree"], "")?;
    let mut arguments = vec!["commit-tree", tree.as_str(), "-m", path];
    arguments.extend(parent.into_iter().flat_map(|parent| ["-p", parent]));
    git.text(&arguments, "")
}

/// A machine of continuous integration has no name for commits.
fn with_committer(git: &Git) -> Result<Git, BranchError> {
    let is_known = |key: &str, variable: &str| {
        Ok::<bool, BranchError>(std::env::var_os(variable).is_some() || git.answer(&["config", key])?.is_some())
    };
    if is_known("user.email", "GIT_COMMITTER_EMAIL")? && is_known("user.name", "GIT_COMMITTER_NAME")? {
        return Ok(git.clone());
    }
    Ok(COMMITTER.into_iter().fold(git.clone(), |git, (name, value)| git.with(name, value)))
}

fn is_locked(error: &BranchError) -> bool {
    matches!(error, BranchError::Failed { said, .. } if said.contains("cannot lock ref"))
}

/// Longer each time, and another one in each process.
fn pause(attempt: u32) -> Duration {
    let of_process = std::process::id() % 7;
    Duration::from_millis(u64::from((attempt + 1) * 3 + of_process).min(100))
}

#[cfg(test)]
mod tests;
