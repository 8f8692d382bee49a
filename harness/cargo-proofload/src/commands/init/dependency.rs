//! Where the project gets the library `proofload` from.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, InlineTable, Value};

use crate::failure::UsageFailure;

/// The source of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LibrarySource {
    /// A folder on this machine.
    Folder(PathBuf),
    /// crates.io, in a version that this command was made with: `0.2`.
    Published(String),
}

impl LibrarySource {
    /// `given` is `--proofload-path`. A command that was built from a checkout uses the library beside it.
    pub(super) fn choose(given: Option<&Path>) -> Result<LibrarySource, UsageFailure> {
        if let Some(given) = given {
            let found = library_folder(given).ok_or_else(|| {
                UsageFailure::new(format!(
                    "--proofload-path {}: the package `proofload` is neither in this folder nor in its folder `harness`",
                    given.display()
                ))
            })?;
            return Ok(LibrarySource::Folder(found));
        }
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(library_folder);
        Ok(beside
            .map_or_else(|| LibrarySource::Published(compatible(env!("CARGO_PKG_VERSION"))), LibrarySource::Folder))
    }

    /// As Cargo.toml has it: `"0.2"`, `{ path = "…", features = ["tls"] }`.
    pub(super) fn value(&self, features: &[&str]) -> Value {
        let mut table = InlineTable::new();
        match self {
            LibrarySource::Published(version) if features.is_empty() => return Value::from(version.as_str()),
            LibrarySource::Published(version) => table.insert("version", Value::from(version.as_str())),
            LibrarySource::Folder(folder) => table.insert("path", Value::from(folder.display().to_string())),
        };
        if !features.is_empty() {
            table.insert("features", Value::from_iter(features.iter().copied()));
        }
        Value::from(table)
    }
}

/// `folder` if it has the package `proofload`, or its folder `harness` if that has it.
fn library_folder(folder: &Path) -> Option<PathBuf> {
    let is_library = |folder: &PathBuf| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        let manifest = manifest.parse::<DocumentMut>().unwrap_or_default();
        manifest.get("package").and_then(|package| package.get("name")?.as_str()) == Some("proofload")
    };
    let found = [folder.to_owned(), folder.join("harness")].into_iter().find(is_library)?;
    std::fs::canonicalize(found).ok()
}

/// `0.2.3` → `0.2`, `1.4.0` → `1`: what cargo takes for compatible with it.
fn compatible(version: &str) -> String {
    let mut numbers = version.split('.');
    match (numbers.next(), numbers.next()) {
        (Some("0"), Some(minor)) => format!("0.{minor}"),
        (Some(major), _) => major.to_owned(),
        (None, _) => version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_range_that_is_compatible() {
        assert_eq!((compatible("0.2.3"), compatible("1.4.0")), ("0.2".to_owned(), "1".to_owned()));
    }

    #[test]
    fn a_version_alone_is_a_string_and_all_else_a_table() {
        let published = LibrarySource::Published("0.2".to_owned());
        assert_eq!(published.value(&[]).to_string(), "\"0.2\"");
        assert_eq!(published.value(&["tls"]).to_string(), "{ version = \"0.2\", features = [\"tls\"] }");
        let folder = LibrarySource::Folder(PathBuf::from("/src/proofload"));
        assert_eq!(folder.value(&[]).to_string(), "{ path = \"/src/proofload\" }");
    }

    #[test]
    fn a_checkout_is_found_by_its_root_and_by_the_folder_of_the_library() {
        let harness = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let expected = LibrarySource::Folder(harness.canonicalize().unwrap());
        assert_eq!(LibrarySource::choose(Some(harness)), Ok(expected.clone()));
        assert_eq!(LibrarySource::choose(harness.parent()), Ok(expected.clone()));
        assert_eq!(LibrarySource::choose(None), Ok(expected));
        assert!(LibrarySource::choose(Some(Path::new("/"))).unwrap_err().to_string().contains("--proofload-path /"));
    }
}
