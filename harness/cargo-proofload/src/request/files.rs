//! Files that options name: each is read once, before the run.

use std::path::{Path, PathBuf};

use crate::failure::UsageFailure;

/// What is in a file.
pub(super) fn content(flag: &str, path: &str) -> Result<Vec<u8>, UsageFailure> {
    if path == "-" {
        return Err(UsageFailure::new(format!(
            "{flag}: standard input is not read, because each run needs it again: name a file"
        )));
    }
    std::fs::read(path).map_err(|error| unreadable(flag, path, &error))
}

/// The same as text.
pub(super) fn text(flag: &str, path: &str) -> Result<String, UsageFailure> {
    let not_text = |_| UsageFailure::new(format!("{flag} {path}: the file is not text in UTF-8"));
    String::from_utf8(content(flag, path)?).map_err(not_text)
}

/// The path of a file that can be opened, from the root: what reads it may look from another folder.
pub(super) fn existing(flag: &str, path: &str) -> Result<PathBuf, UsageFailure> {
    std::fs::File::open(path).map_err(|error| unreadable(flag, path, &error))?;
    std::path::absolute(Path::new(path)).map_err(|error| unreadable(flag, path, &error))
}

fn unreadable(flag: &str, path: &str, error: &std::io::Error) -> UsageFailure {
    UsageFailure::new(format!("{flag}: cannot read the file `{path}`: {error}"))
}
