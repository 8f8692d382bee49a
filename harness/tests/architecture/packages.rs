//! What crates.io gets: each published package describes itself, and has its licences, what its sources include, and no tests.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A package that may be published.
pub(crate) struct Package {
    /// As `cargo metadata` describes it.
    pub(crate) described: Value,
    /// The files of the package, relative to its folder.
    pub(crate) files: BTreeSet<String>,
}

/// Those of the workspace.
pub(crate) fn published() -> Vec<Package> {
    let metadata: Value =
        serde_json::from_str(&cargo("metadata --offline --no-deps --format-version 1")).expect("JSON");
    let all = metadata["packages"].as_array().expect("packages").iter();
    // `publish = false` is an empty list of registries.
    let published = all.filter(|package| package["publish"].as_array().is_none_or(|registries| !registries.is_empty()));
    published.map(|package| Package { described: package.clone(), files: files(text(&package["name"])) }).collect()
}

fn files(package: &str) -> BTreeSet<String> {
    cargo(&format!("package --offline --allow-dirty --list --package {package}")).lines().map(str::to_owned).collect()
}

fn cargo(arguments: &str) -> String {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments.split(' '))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A line for each thing that is missing in the package, or should not be in it.
pub(crate) fn mistakes(package: &Package) -> Vec<String> {
    let found = [undescribed(&package.described), missing(&package.files), not_for_others(&package.files)].concat();
    found.into_iter().map(|mistake| format!("{}: {mistake}", text(&package.described["name"]))).collect()
}

fn undescribed(package: &Value) -> Vec<String> {
    let fields = ["description", "license", "repository", "readme", "documentation", "rust_version"];
    let mut found: Vec<String> = fields
        .iter()
        .filter(|field| text(&package[**field]).is_empty())
        .map(|field| format!("`{field}` is missing in Cargo.toml"))
        .collect();
    for (list, most) in [("keywords", 5), ("categories", 5)] {
        let count = package[list].as_array().map_or(0, Vec::len);
        if count == 0 || count > most {
            found.push(format!("{count} {list} in Cargo.toml, and crates.io takes 1 to {most}"));
        }
    }
    if package["metadata"]["docs"]["rs"]["all-features"] != true {
        found.push("docs.rs leaves features out: set `all-features` in [package.metadata.docs.rs]".to_owned());
    }
    found
}

fn missing(files: &BTreeSet<String>) -> Vec<String> {
    let vendored = files.iter().filter_map(|file| Some(format!("{}/vendor/LICENSE", file.split_once("/vendor/")?.0)));
    let common = ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.lock"].map(str::to_owned);
    let wanted: BTreeSet<String> = common.into_iter().chain(vendored).collect();
    wanted.difference(files).map(|file| format!("{file} is not in the package")).collect()
}

fn not_for_others(files: &BTreeSet<String>) -> Vec<String> {
    let is_of_tests = |file: &&String| {
        let mut folders = file.split('/');
        folders.any(|part| matches!(part, "tests" | "tests.rs" | "samples" | "snapshots" | "benches" | "corpus"))
            || file.ends_with(".snap")
            || file.ends_with(".json") && !file.starts_with("schema/") && *file != ".cargo_vcs_info.json"
    };
    files.iter().filter(is_of_tests).map(|file| format!("{file} is for tests, and in the package")).collect()
}

/// A line for each file that the sources of a package include and that is not among its files.
pub(crate) fn not_packed(package: &Package) -> Vec<String> {
    let manifest = Path::new(text(&package.described["manifest_path"]));
    let folder = manifest.parent().expect("Cargo.toml is in a folder");
    let sources = package.files.iter().filter(|file| file.ends_with(".rs"));
    let mut found = Vec::new();
    for source in sources {
        // Not of the folder, as build scripts and generated sources have no file there.
        let Ok(code) = std::fs::read_to_string(folder.join(source)) else { continue };
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for included in included(code) {
            let file = without_dots(&Path::new(source).with_file_name("").join(included));
            if !package.files.contains(&file) {
                found.push(format!("{source} includes {file}, which is not in the package"));
            }
        }
    }
    found
}

/// The paths in `include_str!("…")` and `include_bytes!("…")`.
fn included(code: &str) -> impl Iterator<Item = &str> {
    let rests = ["include_str!(\"", "include_bytes!(\""].into_iter().flat_map(|call| code.split(call).skip(1));
    rests.filter_map(|rest| Some(rest.split_once('"')?.0))
}

fn without_dots(path: &Path) -> String {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain.to_string_lossy().into_owned()
}
