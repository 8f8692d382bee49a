//! A server's output: one file a server, read from its end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::ServerError;

/// How many of a server's last lines an error tells.
pub(super) const LINES_TOLD: usize = 20;

/// More than any sensible number of last lines needs.
const TAIL_BYTES: u64 = 64 * 1024;

/// Creates `<name>.log`, or `<name>-2.log` and so on when it is there already.
pub(super) fn create(dir: &Path, name: &str) -> Result<(PathBuf, File), ServerError> {
    let stem: String = name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let failed = |path: &Path, source| ServerError::Output { name: name.to_owned(), path: path.to_owned(), source };
    std::fs::create_dir_all(dir).map_err(|source| failed(dir, source))?;
    let mut number = 1;
    loop {
        let file_name = if number == 1 { format!("{stem}.log") } else { format!("{stem}-{number}.log") };
        let path = dir.join(file_name);
        // Appending keeps the lines of two writers whole: standard output and standard error share the file.
        match OpenOptions::new().append(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(source) => return Err(failed(&path, source)),
        }
    }
}

/// The last `count` lines; a file that cannot be read says so in their place.
pub(super) fn last_lines(path: &Path, count: usize) -> Vec<String> {
    match tail(path) {
        Ok(text) => {
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(count)..].iter().map(|&line| line.to_owned()).collect()
        }
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
