//! The `opt-level` that Cargo.toml gives to the author's crates which no attribute stands in: those that a test is built from by path.

use std::path::{Path, PathBuf};

use toml::Table;

use super::manifest::Manifest;
use super::workspace::workspace_root;

/// The harness. How it was built changes no figure, but for what offers the load, which says so itself.
const HARNESS_PACKAGES: [&str; 3] = [env!("CARGO_PKG_NAME"), crate::built::PACKAGE, "proofload-vocabulary"];

/// A package of the author's, and the level that the profiles of the workspace give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclaredLevel {
    pub(crate) package: String,
    pub(crate) opt_level: String,
}

/// The packages that the one in `package_dir` depends on by path, themselves or through each other, without macros, which run in
/// the compiler only.
pub(crate) fn path_dependencies(package_dir: &Path, profile: &str) -> Vec<DeclaredLevel> {
    let root = workspace_root(package_dir);
    let mut folders = Vec::new();
    add_dependencies(package_dir, &root, &["dependencies", "dev-dependencies"], &mut folders);
    let levels = folders.iter().filter_map(|folder| {
        let package = Manifest::in_folder(folder)?.package?.name?;
        let is_member = workspace_root(folder) == root;
        Some(DeclaredLevel { opt_level: declared_level(&root, profile, &package, is_member), package })
    });
    levels.collect()
}

fn add_dependencies(package_dir: &Path, root: &Path, tables: &[&str], found: &mut Vec<PathBuf>) {
    let Some(manifest) = Manifest::in_folder(package_dir) else { return };
    let of_workspace = Manifest::in_folder(root).and_then(|root| root.workspace).map(|of| of.dependencies);
    for (name, dependency) in tables.iter().filter_map(|table| manifest.rest.get(*table)?.as_table()).flatten() {
        let inherits = dependency.get("workspace").is_some();
        let (base, dependency) = match of_workspace.as_ref().filter(|_| inherits).and_then(|of| of.get(name)) {
            Some(shared) => (root, shared),
            None => (package_dir, dependency),
        };
        let Some(path) = dependency.get("path").and_then(toml::Value::as_str) else { continue };
        let Ok(folder) = base.join(path).canonicalize() else { continue };
        if is_of_author(&folder) && !found.contains(&folder) {
            found.push(folder.clone());
            add_dependencies(&folder, root, &["dependencies"], found);
        }
    }
}

/// Neither macros, nor the harness with what it is made of.
fn is_of_author(folder: &Path) -> bool {
    let Some(manifest) = Manifest::in_folder(folder) else { return false };
    let is_macro = manifest.rest.get("lib").and_then(|library| library.get("proc-macro")?.as_bool());
    let name = manifest.package.and_then(|package| package.name);
    is_macro != Some(true) && !name.is_some_and(|name| HARNESS_PACKAGES.contains(&name.as_str()))
}

/// By cargo's rules: what is set for the package, for every package that is no member of the workspace, for all packages, and
/// what `dev` and `release` have of their own; a profile has what it inherits.
pub(crate) fn declared_level(root: &Path, profile: &str, package: &str, is_member: bool) -> String {
    let profiles = Manifest::in_folder(root).map(|manifest| manifest.profile).unwrap_or_default();
    let chain = chain(&profiles, profile);
    let tables = || chain.iter().filter_map(|name| profiles.get(name)?.as_table());
    let override_for = |package: &str| tables().find_map(|table| table.get("package")?.get(package)?.get("opt-level"));
    let level = override_for(package)
        .or_else(|| override_for("*").filter(|_| !is_member))
        .or_else(|| tables().find_map(|table| table.get("opt-level")));
    let built_in = if chain.iter().any(|name| name == "release") { "3" } else { "0" };
    let number = |level: &toml::Value| level.as_integer().map(|level| level.to_string());
    let text = |level: &toml::Value| level.as_str().map(str::to_owned).or_else(|| number(level));
    level.and_then(text).unwrap_or_else(|| built_in.to_owned())
}

/// A profile and those that it inherits.
fn chain(profiles: &Table, profile: &str) -> Vec<String> {
    let mut chain = vec![profile.to_owned()];
    // No manifest has that many; one that inherits itself is refused by cargo.
    while chain.len() < 10 {
        let parent = match chain.last().map(String::as_str) {
            Some("test") => Some("dev"),
            Some("bench") => Some("release"),
            Some(name) => profiles.get(name).and_then(|table| table.get("inherits")?.as_str()),
            None => None,
        };
        let Some(parent) = parent else { break };
        chain.push(parent.to_owned());
    }
    chain
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn levels(root_manifest: &str, profile: &str) -> Vec<(String, String)> {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let package = |folder: &str, text: &str| {
            fs::create_dir_all(root.join(folder)).unwrap();
            fs::write(root.join(folder).join("Cargo.toml"), format!("[package]\nname = \"{folder}\"\n{text}")).unwrap();
        };
        fs::write(root.join("Cargo.toml"), root_manifest).unwrap();
        package("perf", "[dependencies]\nserde = '1'\n[dev-dependencies]\nshop.workspace = true\n");
        package(
            "shop",
            "[dependencies]\nstock = { path = '../stock' }\nwords = { path = '../words' }\n\
             proofload-vocabulary = { path = '../proofload-vocabulary' }\n",
        );
        package("proofload-vocabulary", "");
        package(
            "stock",
            "[dependencies]\nshop = { path = '../shop' }\n[dev-dependencies]\nperf = { path = '../perf' }\n",
        );
        package("words", "[lib]\nproc-macro = true\n");
        let levels = path_dependencies(&root.join("perf"), profile);
        levels.into_iter().map(|level| (level.package, level.opt_level)).collect()
    }

    #[test]
    fn crates_that_a_test_is_built_from_by_path_have_the_level_of_their_profile() {
        let both = |shop: &str, stock: &str| {
            vec![("shop".to_owned(), shop.to_owned()), ("stock".to_owned(), stock.to_owned())]
        };
        let workspace = "[workspace]\nmembers = ['*']\n[workspace.dependencies]\nshop = { path = 'shop' }\n";
        let of = |profiles: &str, profile: &str| levels(&format!("{workspace}{profiles}"), profile);
        assert_eq!(of("", "test"), both("0", "0"));
        assert_eq!(of("", "release"), both("3", "3"));
        assert_eq!(of("[profile.dev]\nopt-level = 1", "test"), both("1", "1"));
        assert_eq!(of("[profile.test.package.perf]\nopt-level = 3", "test"), both("0", "0"));
        assert_eq!(
            of("[profile.test]\nopt-level = 3\n[profile.dev.package.stock]\nopt-level = 's'", "test"),
            both("3", "s")
        );
        assert_eq!(of("[profile.test.package.\"*\"]\nopt-level = 3", "test"), both("0", "0"), "both are members");
        assert_eq!(of("[profile.ci]\ninherits = 'release'\n[profile.release]\nopt-level = 'z'", "ci"), both("z", "z"));
        assert_eq!(of("[profile.ci]\ninherits = 'dev'", "ci"), both("0", "0"));
    }
}
