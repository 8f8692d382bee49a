//! What `init` would write: shown first, then written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::failure::UsageFailure;

/// Files with the texts that they shall have, and what is left to the person.
#[derive(Debug, Default)]
pub(super) struct ProjectChanges {
    /// Paths are shown below this folder.
    root: PathBuf,
    files: BTreeMap<PathBuf, ChangedText>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct ChangedText {
    /// `None` for a new file.
    before: Option<String>,
    after: String,
}

impl ProjectChanges {
    pub(super) fn below(root: &Path) -> ProjectChanges {
        ProjectChanges { root: root.to_owned(), ..ProjectChanges::default() }
    }

    /// The text that the file has, or would have after the changes so far; `None` if there is no such file.
    pub(super) fn text(&self, path: &Path) -> Result<Option<String>, UsageFailure> {
        if let Some(changed) = self.files.get(path) {
            return Ok(Some(changed.after.clone()));
        }
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(UsageFailure::new(format!("{} cannot be read: {error}", path.display()))),
        }
    }

    /// The file shall have this text.
    pub(super) fn set(&mut self, path: &Path, after: String) -> Result<(), UsageFailure> {
        let now = self.text(path)?;
        if now.as_ref() == Some(&after) {
            return Ok(());
        }
        let before = match self.files.remove(path) {
            Some(changed) => changed.before,
            None => now,
        };
        self.files.insert(path.to_owned(), ChangedText { before, after });
        Ok(())
    }

    /// Something was left as it is: what, why, and what to do by hand.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The path as it is shown.
    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// All changes as `diff -u` shows them, then what was left as it is.
    pub(super) fn describe(&self) -> String {
        let mut text = String::new();
        for (path, changed) in &self.files {
            let shown = self.shown(path);
            match &changed.before {
                None => _ = writeln!(text, "{shown} (new)\n{}", new_lines(&changed.after)),
                Some(before) => {
                    let diff = TextDiff::from_lines(before, &changed.after);
                    _ = writeln!(text, "{shown}\n{}", diff.unified_diff().context_radius(2));
                }
            }
        }
        if !self.notes.is_empty() {
            text.push_str("Left as it is:\n");
        }
        for note in &self.notes {
            _ = writeln!(text, "* {}", note.replace('\n', "\n  ").replace("\n  \n", "\n\n"));
        }
        text
    }

    /// `3 files`
    pub(super) fn count(&self) -> String {
        match self.files.len() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        }
    }

    /// Writes everything. A file that has changed since it was read is not written, and neither is anything after it.
    pub(super) fn write(&self) -> Result<(), UsageFailure> {
        for (path, changed) in &self.files {
            let written = match &changed.before {
                None => write_new(path, &changed.after),
                Some(before) => write_over(path, before, &changed.after),
            };
            written.map_err(|error| UsageFailure::new(format!("{} cannot be written: {error}", self.shown(path))))?;
        }
        Ok(())
    }
}

fn new_lines(text: &str) -> String {
    text.lines().map(|line| format!("+{line}\n")).collect()
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(text.as_bytes())
}

fn write_over(path: &Path, before: &str, after: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let path = fs::canonicalize(path)?;
    if fs::read_to_string(&path)? != before {
        return Err(io::Error::other("it has changed since it was read; run the command again"));
    }
    replace(&path, after)
}

/// Replaces a file in one step: a full disk, or a signal half-way, leaves the old text.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Opened for writing, because what may only be read is not to be replaced either.
    let old = OpenOptions::new().write(true).open(path)?.metadata()?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let new = File::create_new(&beside)?;
    let replaced = write_as(&old, new, text).and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        _ = fs::remove_file(&beside);
    }
    replaced
}

/// Writes a file that has the owner and the permissions of another.
fn write_as(other: &Metadata, mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    // Only root can give a file away; for anyone else it is usually theirs already.
    _ = fchown(&file, Some(other.uid()), Some(other.gid()));
    file.set_permissions(other.permissions())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_what_is_around_it_and_a_new_file_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("Cargo.toml"), folder.path().join("tests/perf.rs"));
        fs::write(&old, "[package]\nname = \"shop\"\n").unwrap();
        let mut changes = ProjectChanges::below(folder.path());
        changes.set(&old, "[package]\nname = \"shop\"\n\n[profile.test]\n".to_owned()).unwrap();
        changes.set(&new, "fn main() {}\n".to_owned()).unwrap();
        changes.note("a: it is there\nadd b");
        let shown = "Cargo.toml\n@@ -1,2 +1,4 @@\n [package]\n name = \"shop\"\n+\n+[profile.test]\n\n\
                     tests/perf.rs (new)\n+fn main() {}\n\n\
                     Left as it is:\n* a: it is there\n  add b\n";
        assert_eq!(changes.describe(), shown);
        changes.write().unwrap();
        assert_eq!(fs::read_to_string(&new).unwrap(), "fn main() {}\n");
    }

    #[test]
    fn the_text_that_a_file_has_already_is_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "a = 1\n").unwrap();
        let mut changes = ProjectChanges::below(folder.path());
        changes.set(&path, "a = 1\n".to_owned()).unwrap();
        assert!(changes.is_empty());
    }

    #[test]
    fn a_file_that_changed_after_it_was_read_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "a = 1\n").unwrap();
        let mut changes = ProjectChanges::below(folder.path());
        changes.set(&path, "a = 1\nb = 2\n".to_owned()).unwrap();
        fs::write(&path, "a = 3\n").unwrap();
        assert!(changes.write().unwrap_err().to_string().contains("a.toml cannot be written: it has changed"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a = 3\n");
    }

    #[test]
    fn who_reads_a_file_while_it_is_written_has_the_old_text_whole() {
        use std::io::Read as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Cargo.toml");
        fs::write(&path, "a = 1\n").unwrap();
        let mut changes = ProjectChanges::below(folder.path());
        changes.set(&path, "b = 2\n".to_owned()).unwrap();
        let (mut reader, mut read) = (File::open(&path).unwrap(), String::new());
        changes.write().unwrap();
        reader.read_to_string(&mut read).unwrap();
        assert_eq!((read.as_str(), fs::read_to_string(&path).unwrap().as_str()), ("a = 1\n", "b = 2\n"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_link_and_the_permissions_of_its_file_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("shared.toml"), folder.path().join("config.toml"));
        fs::write(&file, "a = 1\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("shared.toml", &link).unwrap();
        let mut changes = ProjectChanges::below(folder.path());
        changes.set(&link, "b = 2\n".to_owned()).unwrap();
        changes.write().unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("shared.toml"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "b = 2\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
