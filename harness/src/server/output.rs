//! The output files of servers, one for each server, read from the end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ServerError;
use super::last_words::last_words;

/// How many of a server's last lines an error shows.
pub(super) const LINES_SHOWN: usize = 20;

/// How much is read from the end of the file: more than any sensible number of lines needs.
const TAIL_BYTES: u64 = 64 * 1024;

/// Creates `<name>.log`, or `<name>-2.log` and so on if that exists.
pub(super) fn create(dir: &Path, name: &str) -> Result<(PathBuf, File), ServerError> {
    let stem: String = name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let failed = |path: &Path, source| ServerError::Output { name: name.to_owned(), path: path.to_owned(), source };
    std::fs::create_dir_all(dir).map_err(|source| failed(dir, source))?;
    let mut number = 1;
    loop {
        let file_name = if number == 1 { format!("{stem}.log") } else { format!("{stem}-{number}.log") };
        let path = dir.join(file_name);
        // Standard output and standard error share the file, and appending keeps the lines of both whole.
        match OpenOptions::new().append(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(source) => return Err(failed(&path, source)),
        }
    }
}

/// The last `count` lines, without stack backtraces, and the last panic; if the file cannot be read, one line that says so.
pub(super) fn last_lines(path: &Path, count: usize) -> Vec<String> {
    match tail(path) {
        Ok(text) => last_words(&text, count),
        Err(error) => vec![format!("(cannot read {}: {error})", path.display())],
    }
}

fn tail(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
