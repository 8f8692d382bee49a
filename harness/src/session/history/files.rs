//! Files of history in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::entry::{StoreError, StoredFile};
use crate::session::folder::{WriteError, write_new};

/// How many names are tried for one file.
const MOST_NAMES: u32 = 100;

/// Writes a file that was not there before, and returns its path. Where another process had the same name, the file gets a number.
pub(super) fn write(path: &Path, text: &str) -> Result<PathBuf, WriteError> {
    let stem = path.with_extension("");
    let mut last = Ok(());
    for number in 0..MOST_NAMES {
        let name = match number {
            0 => path.to_owned(),
            _ => PathBuf::from(format!("{}-{number}.json", stem.display())),
        };
        last = write_new(&name, text);
        match &last {
            Ok(()) => return Ok(name),
            Err(error) if error.source.kind() == io::ErrorKind::AlreadyExists => {}
            Err(_) => break,
        }
    }
    last.map(|()| path.to_owned())
}

/// The files below `folder`; none if it does not exist.
pub(super) fn list(folder: &Path, machine: Option<&str>) -> Result<Vec<StoredFile>, StoreError> {
    let machines = match machine {
        Some(machine) => vec![machine.to_owned()],
        None => names(folder)?,
    };
    let mut found = Vec::new();
    for machine in machines {
        for month in names(&folder.join(&machine))? {
            let files = names(&folder.join(&machine).join(&month))?;
            // A file that is being written begins with a dot.
            let files = files.into_iter().filter(|name| name.ends_with(".json") && !name.starts_with('.'));
            let stored = |name| StoredFile { path: format!("{machine}/{month}/{name}"), object: String::new() };
            found.extend(files.map(stored));
        }
    }
    Ok(found)
}

/// What is in a folder; empty if the path is no folder.
fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(source) => return Err(StoreError::Unreadable { path: folder.to_owned(), source }),
    };
    Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
}
