//! The Rust project that the current folder lies in, as cargo sees it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::UsageFailure;

/// The package that gets the tests, and the workspace that it belongs to.
#[derive(Debug)]
pub(super) struct RustProject {
    pub(super) package: String,
    pub(super) manifest: PathBuf,
    pub(super) edition: String,
    pub(super) workspace_root: PathBuf,
    /// The name of its library in code, if it has one.
    pub(super) library: Option<String>,
    /// It depends on an axum that has `axum::serve`.
    pub(super) has_axum: bool,
    /// True if the workspace has other packages too.
    pub(super) has_neighbours: bool,
}

impl RustProject {
    /// The project of `manifest`, or the nearest one upwards from the current folder; `package` chooses a member.
    pub(super) fn find(manifest: Option<&Path>, package: Option<&str>) -> Result<RustProject, UsageFailure> {
        let manifest = match manifest {
            Some(path) => absolute(path)?,
            None => nearest(&absolute(Path::new("."))?)?,
        };
        let metadata = metadata(&manifest)?;
        let members = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let chosen = choose(members, &manifest, package)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if text(&chosen["edition"]) == "2015" {
            return Err(UsageFailure::new(format!(
                "package `{}` is of edition 2015, in which tests cannot be `async`: write edition = \"2021\" in {}",
                text(&chosen["name"]),
                text(&chosen["manifest_path"])
            )));
        }
        Ok(RustProject {
            package: text(&chosen["name"]),
            edition: text(&chosen["edition"]),
            manifest: PathBuf::from(text(&chosen["manifest_path"])),
            workspace_root: PathBuf::from(text(&metadata["workspace_root"])),
            library: library(chosen),
            has_axum: has_axum(chosen),
            has_neighbours: members.len() > 1,
        })
    }

    /// The folder of the package.
    pub(super) fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(&self.workspace_root)
    }

    /// The folder that a repository is checked out into: that of the workspace if there is no repository.
    pub(super) fn repository_root(&self) -> &Path {
        let is_root = |folder: &&Path| folder.join(".git").exists();
        self.workspace_root.ancestors().find(is_root).unwrap_or(&self.workspace_root)
    }
}

/// With links resolved, as cargo writes paths.
fn absolute(path: &Path) -> Result<PathBuf, UsageFailure> {
    std::fs::canonicalize(path).map_err(|error| UsageFailure::new(format!("{}: {error}", path.display())))
}

fn nearest(from: &Path) -> Result<PathBuf, UsageFailure> {
    let manifests = from.ancestors().map(|folder| folder.join("Cargo.toml"));
    manifests.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        UsageFailure::new(format!(
            "{} lies in no Rust project: change to the folder of one, make one with `cargo init`, or name its Cargo.toml \
             with --manifest-path",
            from.display()
        ))
    })
}

/// Cargo resolves no dependency for this, and needs no network.
fn metadata(manifest: &Path) -> Result<Value, UsageFailure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .map_err(|error| {
            UsageFailure::new(format!("cargo cannot be started: {error}; install Rust from https://rustup.rs"))
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(UsageFailure::new(format!("cargo cannot read {}: {}", manifest.display(), said.trim())));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| UsageFailure::new(format!("`cargo metadata` wrote something unexpected: {error}")))
}

fn choose<'m>(members: &'m [Value], manifest: &Path, package: Option<&str>) -> Result<&'m Value, UsageFailure> {
    let names: Vec<&str> = members.iter().filter_map(|member| member["name"].as_str()).collect();
    if let Some(wanted) = package {
        return members
            .iter()
            .find(|member| member["name"] == wanted)
            .ok_or_else(|| UsageFailure::new(format!("--package {wanted}: the workspace has {}", names.join(", "))));
    }
    let own = members.iter().find(|member| member["manifest_path"].as_str().map(Path::new) == Some(manifest));
    match (own, members) {
        (Some(member), _) | (None, [member]) => Ok(member),
        _ => Err(UsageFailure::new(format!(
            "{} is a workspace of several packages: choose the one that gets the tests with --package NAME ({})",
            manifest.display(),
            names.join(", ")
        ))),
    }
}

fn library(package: &Value) -> Option<String> {
    let targets = package["targets"].as_array()?;
    let is_library = |kind: &Value| matches!(kind.as_str(), Some("lib" | "rlib"));
    let found =
        targets.iter().find(|target| target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(is_library)))?;
    Some(found["name"].as_str()?.replace('-', "_"))
}

/// `axum::serve` came with version 0.7.
fn has_axum(package: &Value) -> bool {
    let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    dependencies.iter().any(|dependency| {
        let requirement = dependency["req"].as_str().unwrap_or_default();
        dependency["name"] == "axum"
            && dependency["rename"].is_null()
            && dependency["target"].is_null()
            && dependency["kind"] != "build"
            && dependency["optional"] == false
            && dependency["uses_default_features"] == true
            && ["^0.7", "^0.8"].iter().any(|known| requirement.starts_with(known))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_virtual_workspace_needs_a_choice_unless_it_has_one_package() {
        let member = |name: &str| json!({"name": name, "manifest_path": format!("/w/{name}/Cargo.toml")});
        let (one, two) = ([member("a")], [member("a"), member("b")]);
        let root = Path::new("/w/Cargo.toml");
        assert_eq!(choose(&one, root, None).unwrap()["name"], "a");
        assert_eq!(choose(&two, Path::new("/w/b/Cargo.toml"), None).unwrap()["name"], "b");
        assert_eq!(choose(&two, root, Some("b")).unwrap()["name"], "b");
        let refusal = choose(&two, root, None).unwrap_err().to_string();
        assert!(refusal.contains("--package NAME (a, b)"), "{refusal}");
        assert_eq!(choose(&two, root, Some("c")).unwrap_err().to_string(), "--package c: the workspace has a, b");
    }

    #[test]
    fn axum_is_used_if_it_can_serve_a_listener() {
        let with = |requirement: &str, defaults: bool| {
            has_axum(&json!({"dependencies": [{"name": "axum", "req": requirement, "rename": null, "target": null,
                "kind": null, "optional": false, "uses_default_features": defaults}]}))
        };
        assert!(with("^0.8", true) && with("^0.7.5", true));
        assert!(!with("^0.6", true) && !with("^0.8", false));
    }
}
