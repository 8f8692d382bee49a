//! `Cargo.toml`, as far as it says which workspace a package belongs to.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The parts of a `Cargo.toml` that are needed here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Manifest {
    pub(super) package: Option<PackageTable>,
    pub(super) workspace: Option<WorkspaceTable>,
    #[serde(default)]
    pub(super) profile: toml::Table,
    /// Everything else: dependencies, the library.
    #[serde(flatten)]
    pub(super) rest: toml::Table,
}

/// `[package]`
#[derive(Debug, Deserialize)]
pub(super) struct PackageTable {
    pub(super) name: Option<String>,
    /// Where the root of its workspace is, if the package says so.
    pub(super) workspace: Option<PathBuf>,
}

/// `[workspace]`
#[derive(Debug, Deserialize)]
pub(super) struct WorkspaceTable {
    #[serde(default)]
    pub(super) members: Vec<PathBuf>,
    #[serde(default)]
    pub(super) exclude: Vec<PathBuf>,
    #[serde(default)]
    pub(super) dependencies: toml::Table,
}

impl Manifest {
    /// The manifest of the package or workspace in `folder`; `None` if it is missing or cannot be read. cargo has
    /// already read those that matter.
    pub(super) fn in_folder(folder: &Path) -> Option<Manifest> {
        toml::from_str(&std::fs::read_to_string(folder.join("Cargo.toml")).ok()?).ok()
    }
}
