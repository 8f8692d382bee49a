//! A file with a line for each request, and what became of it: [`RequestsFile`].

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::report::requests_csv::header;
use crate::session::folder::WriteError;

/// A file that grows while tests run.
#[derive(Debug)]
pub(super) struct RequestsFile {
    path: PathBuf,
    file: File,
    /// What is in it can be taken back: it is no pipe, device or the like.
    is_regular: bool,
    end: FileEnd,
    /// Where the rows of the test begin that is measured now.
    test_begins: FileEnd,
    /// Why nothing is written any more.
    stopped: Option<String>,
    has_classes: bool,
}

/// How far a file has grown.
#[derive(Debug, Clone, Copy)]
struct FileEnd {
    bytes: u64,
    next_id: u64,
}

impl RequestsFile {
    /// A file at `path` in the place of an older one, with its first line.
    /// `has_classes`: a test that writes to it has classes of users.
    pub(super) fn create(path: &Path, has_classes: bool) -> Result<RequestsFile, WriteError> {
        RequestsFile::open(path, has_classes).map_err(|source| WriteError { path: path.to_owned(), source })
    }

    fn open(path: &Path, has_classes: bool) -> io::Result<RequestsFile> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let is_regular = file.metadata()?.is_file();
        if is_regular {
            file.set_len(0)?;
        }
        let end = FileEnd { bytes: 0, next_id: 1 };
        let mut file =
            RequestsFile { path: path.to_owned(), file, is_regular, end, test_begins: end, stopped: None, has_classes };
        // A full disk stops the file and not the run.
        file.add(&header(has_classes), 1);
        Ok(file)
    }

    /// True if lines have a cell for the class of their users.
    pub(super) fn has_classes(&self) -> bool {
        self.has_classes
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the next line.
    pub(super) fn next_id(&self) -> u64 {
        self.end.next_id
    }

    /// The rows of another test follow.
    pub(super) fn begin_test(&mut self) {
        self.test_begins = self.end;
    }

    /// Takes back the rows of the test that is measured now. False if this file keeps them.
    pub(super) fn take_back(&mut self) -> bool {
        self.is_regular && self.stopped.is_none() && self.cut_to(self.test_begins).is_ok()
    }

    /// Adds whole lines, up to the one before `next_id`. After an error nothing is added any more, and the file ends with a whole line.
    pub(super) fn add(&mut self, lines: &str, next_id: u64) {
        if self.stopped.is_some() {
            return;
        }
        match self.file.write_all(lines.as_bytes()) {
            Ok(()) => self.end = FileEnd { bytes: self.end.bytes + lines.len() as u64, next_id },
            Err(error) => self.stop(&error),
        }
    }

    /// Why the file is not complete, if so.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    fn stop(&mut self, error: &io::Error) {
        let rows = self.end.next_id - 1;
        self.stopped = Some(format!(
            "{} ends after {rows} requests, because it could not be written any more: {error}",
            self.path.display()
        ));
        if self.is_regular {
            // A part of a line would be read as a request.
            let _ends_within_a_line = self.cut_to(self.end);
        }
    }

    fn cut_to(&mut self, end: FileEnd) -> io::Result<()> {
        self.file.set_len(end.bytes)?;
        self.end = end;
        Ok(())
    }
}
