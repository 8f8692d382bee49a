//! The Rust files of the workspace: every target that cargo knows, and the text of each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde_json::Value;

/// Where the text of a file comes from: the disk, or a test that planted it.
pub(crate) enum Sources {
    Disk { workspace: PathBuf },
    Planted(BTreeMap<String, String>),
}

/// One target of one package: a library, a test, a bench.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The package and the target: `perf-tests generator`.
    pub(crate) name: String,
    /// The file that the compiler is given, relative to the workspace.
    pub(crate) root: String,
    /// The name by which a library's code may call itself.
    pub(crate) own_name: Option<String>,
    pub(crate) is_library: bool,
}

impl Sources {
    /// The sources of this workspace.
    pub(crate) fn of_workspace() -> Sources {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize();
        Sources::Disk { workspace: workspace.expect("the workspace exists") }
    }

    pub(crate) fn planted(files: &[(&str, &str)]) -> Sources {
        Sources::Planted(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    pub(crate) fn read(&self, file: &str) -> Option<String> {
        match self {
            Sources::Disk { workspace } => fs::read_to_string(workspace.join(file)).ok(),
            Sources::Planted(files) => files.get(file).cloned(),
        }
    }

    /// Every Rust file below a folder.
    pub(crate) fn files_below(&self, folder: &str) -> Vec<String> {
        match self {
            Sources::Disk { workspace } => rust_files(workspace, folder).expect("the folder can be read"),
            Sources::Planted(files) => files.keys().filter(|file| file.starts_with(folder)).cloned().collect(),
        }
    }
}

fn rust_files(workspace: &Path, folder: &str) -> io::Result<Vec<String>> {
    let (mut files, mut folders) = (Vec::new(), vec![workspace.join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(relative(workspace, &path));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// All targets of all packages of this workspace.
pub(crate) fn targets() -> Vec<Target> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo's metadata is JSON");
    let workspace = Path::new(metadata["workspace_root"].as_str().expect("a workspace has a folder"));
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages.iter().flat_map(|package| targets_of(package, workspace)).collect()
}

fn targets_of(package: &Value, workspace: &Path) -> Vec<Target> {
    let targets = package["targets"].as_array().expect("a list of targets");
    targets.iter().map(|target| target_of(package, target, workspace)).collect()
}

fn target_of(package: &Value, target: &Value, workspace: &Path) -> Target {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kinds = target["kind"].as_array().into_iter().flatten();
    let is_library = kinds.into_iter().any(|kind| kind == "lib" || kind == "proc-macro");
    let name = text(&target["name"]);
    Target {
        root: relative(workspace, Path::new(&text(&target["src_path"]))),
        own_name: is_library.then(|| name.replace('-', "_")),
        name: format!("{} {name}", text(&package["name"])),
        is_library,
    }
}

fn relative(workspace: &Path, path: &Path) -> String {
    path.strip_prefix(workspace).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
