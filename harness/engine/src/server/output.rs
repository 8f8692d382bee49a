//! The output files of servers, one for each server, read from the end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ServerError;
use super::last_words::last_words;
use crate::text::one_line;

/// How many of a server's last lines an error shows.
pub(super) const LINES_SHOWN: usize = 20;

/// File names must not be longer than 255 bytes.
const LONGEST_STEM: usize = 100;

/// How much is read from the end of the file: more than any sensible number of lines needs.
const TAIL_BYTES: u64 = 64 * 1024;

/// Creates `<name>.log`, or `<name>-2.log` and so on if that exists.
pub(super) fn create(dir: &Path, name: &str) -> Result<(PathBuf, File), ServerError> {
    let stem = stem(name);
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

/// A name of a file that is in the folder and not hidden, whatever `name` is.
fn stem(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let stem: String = name.chars().take(LONGEST_STEM).map(|c| if is_plain(c) { c } else { '_' }).collect();
    let stem = stem.trim_start_matches(['.', '-', '_']);
    if stem.is_empty() { "server".to_owned() } else { stem.to_owned() }
}

/// The last `count` lines, none of them too long to read, without stack backtraces, and the last panic; if the file cannot be read, one line that says so.
pub(super) fn last_lines(path: &Path, count: usize) -> Vec<String> {
    match tail(path) {
        Ok(text) => last_words(&text, count).iter().map(|line| one_line(line).into_owned()).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_the_folder_nor_hides_in_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["../../../x", "..", ".x", "/etc/x", "a\nb", "", &"long".repeat(1_000)] {
            let (path, _) = create(folder.path(), name).unwrap();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            assert_eq!(path.parent(), Some(folder.path()), "{name:?}");
            assert!(!file.starts_with(['.', '-']) && file.ends_with(".log"), "{name:?}: {file}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = create(folder.path(), "agent").unwrap();
        std::fs::write(&path, format!("{}\n::error::last\u{1b}[2J\n", "x".repeat(30_000))).unwrap();
        let lines = last_lines(&path, 20);
        assert!(lines.len() == 2 && lines[0].len() < 2_000, "{} bytes", lines[0].len());
        assert!(!lines[1].contains('\u{1b}'), "{lines:?}");
    }
}
