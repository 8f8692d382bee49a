//! Which workspace a package belongs to, by cargo's own rules.

use std::path::{Path, PathBuf};

use super::manifest::{Manifest, WorkspaceTable};

/// The root of the workspace of the package in `manifest_dir`; the package itself if it has none.
///
/// A package is its own root if its manifest has a `[workspace]`, or names the root with `package.workspace`. Otherwise the
/// root is the nearest folder above with a `[workspace]` that does not exclude the package.
pub(crate) fn workspace_root(manifest_dir: &Path) -> PathBuf {
    let package = std::path::absolute(manifest_dir).unwrap_or_else(|_| manifest_dir.to_owned());
    let root_at = |folder: &Path| {
        let manifest = Manifest::in_folder(folder)?;
        let names = manifest.package.and_then(|package| package.workspace);
        match manifest.workspace {
            Some(workspace) => (!workspace.excludes(folder, &package)).then(|| folder.to_owned()),
            None => names.map(|root| plain(&folder.join(root))),
        }
    };
    package.ancestors().find_map(root_at).unwrap_or(package)
}

/// The name of the package in `manifest_dir`.
pub(crate) fn package_name(manifest_dir: &Path) -> Option<String> {
    Manifest::in_folder(manifest_dir)?.package?.name
}

/// Without `..`, as far as the folder exists.
fn plain(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

impl WorkspaceTable {
    /// True if the workspace in `root` leaves the package out. A member that is named outright is never left out.
    fn excludes(&self, root: &Path, package: &Path) -> bool {
        let names = |paths: &[PathBuf]| paths.iter().any(|path| package.starts_with(root.join(path)));
        root != package && names(&self.exclude) && !names(&self.members)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// Folders with a manifest each.
    fn tree(manifests: &[(&str, &str)]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        for (folder, text) in manifests {
            let folder = root.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("Cargo.toml"), text).unwrap();
        }
        root
    }

    const PACKAGE: &str = "[package]\nname = \"b\"\n";

    /// The root of `package`, relative to the tree.
    fn root_of(tree: &TempDir, package: &str) -> PathBuf {
        let at = tree.path().canonicalize().unwrap();
        workspace_root(&at.join(package)).strip_prefix(&at).unwrap().to_owned()
    }

    #[test]
    fn the_workspace_is_the_nearest_folder_that_declares_one_in_any_spelling() {
        for text in [
            "[workspace]\n",
            "[ workspace ]\nmembers = ['a/b']\n",
            "workspace = { members = ['a/*'] }\n",
            "[workspace.package]\nversion = '1.0.0'\n",
            "workspace.resolver = '3'\n",
        ] {
            let tree = tree(&[("", text), ("a/b", PACKAGE)]);
            assert_eq!(root_of(&tree, "a/b"), Path::new(""), "{text}");
        }
        let inner = tree(&[("", "[workspace]"), ("a", "[workspace]"), ("a/b", PACKAGE)]);
        assert_eq!(root_of(&inner, "a/b"), Path::new("a"));
        assert_eq!(root_of(&tree(&[("a/b", PACKAGE)]), "a/b"), Path::new("a/b"));
    }

    #[test]
    fn text_that_only_looks_like_a_workspace_declares_none() {
        let text = "[package]\nname = 'a'\ndescription = '''\n[workspace]\n'''\n# [workspace]\n";
        assert_eq!(root_of(&tree(&[("", text), ("a/b", PACKAGE)]), "a/b"), Path::new("a/b"));
    }

    #[test]
    fn an_excluded_package_is_no_member_unless_it_is_named_outright() {
        let excludes = "[workspace]\nmembers = ['a']\nexclude = ['fuzz', 'old/']\n";
        let tree =
            tree(&[("", excludes), ("fuzz", PACKAGE), ("old/deep", PACKAGE), ("a", PACKAGE), ("fuzzy", PACKAGE)]);
        assert_eq!(root_of(&tree, "fuzz"), Path::new("fuzz"));
        assert_eq!(root_of(&tree, "old/deep"), Path::new("old/deep"));
        assert_eq!(root_of(&tree, "a"), Path::new(""));
        assert_eq!(root_of(&tree, "fuzzy"), Path::new(""), "only its name begins alike");
        let named = self::tree(&[("", "[workspace]\nmembers = ['x/b']\nexclude = ['x']\n"), ("x/b", PACKAGE)]);
        assert_eq!(root_of(&named, "x/b"), Path::new(""));
    }

    #[test]
    fn a_package_may_name_the_root_of_its_workspace() {
        let points = "[package]\nname = 'b'\nworkspace = '../root'\n";
        let tree = tree(&[("root", "[workspace]\nmembers = ['../b']\n"), ("b", points), ("b/inner", PACKAGE)]);
        assert_eq!(root_of(&tree, "b"), Path::new("root"));
        assert_eq!(root_of(&tree, "b/inner"), Path::new("root"), "a package below it belongs there too");
    }

    #[test]
    fn a_package_has_the_name_of_its_manifest() {
        let tree = tree(&[("", "[workspace]"), ("b", PACKAGE)]);
        assert_eq!(package_name(&tree.path().join("b")).as_deref(), Some("b"));
        assert_eq!(package_name(tree.path()), None);
    }
}
