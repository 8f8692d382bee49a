//! Searching the output of a server while it is written: an [`OutputSearch`].

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Searches a growing file for a text, without reading any part twice.
pub(super) struct OutputSearch {
    wanted: Vec<u8>,
    file: Option<File>,
    /// The end of what was read: the text may begin in it.
    rest: Vec<u8>,
}

impl OutputSearch {
    pub(super) fn new(text: &str) -> Self {
        Self { wanted: text.as_bytes().to_vec(), file: None, rest: Vec::new() }
    }

    pub(super) fn look(&mut self, path: &Path) -> Result<(), String> {
        match self.found(path) {
            Ok(true) => Ok(()),
            Ok(false) => Err("it has not been written yet".to_owned()),
            Err(error) => Err(format!("its output cannot be read: {error}")),
        }
    }

    fn found(&mut self, path: &Path) -> io::Result<bool> {
        if self.file.is_none() {
            self.file = Some(File::open(path)?);
        }
        if let Some(file) = &mut self.file {
            file.read_to_end(&mut self.rest)?;
        }
        if self.wanted.is_empty() || self.rest.windows(self.wanted.len()).any(|window| window == self.wanted) {
            return Ok(true);
        }
        let kept = self.rest.len().min(self.wanted.len() - 1);
        self.rest.drain(..self.rest.len() - kept);
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_text_that_is_written_in_two_pieces_is_found() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut search = OutputSearch::new("listening on");
        write!(file, "starting\nlisten").unwrap();
        assert_eq!(search.found(file.path()).ok(), Some(false));
        writeln!(file, "ing on port 1").unwrap();
        assert_eq!(search.found(file.path()).ok(), Some(true));
    }

    #[test]
    fn a_text_that_was_never_written_is_not_found() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "listening\non").unwrap();
        assert_eq!(OutputSearch::new("listening on").found(file.path()).ok(), Some(false));
    }
}
