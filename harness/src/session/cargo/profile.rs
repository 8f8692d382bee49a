//! Which profile the crates of a test binary were built with, and which table of Cargo.toml has a say for each.

use std::path::Path;

use super::binary::target_folder;
use super::manifest::Manifest;

/// The profile of a binary in `target/debug/deps`: its folder has the name, and `debug` is that of `cargo test`.
pub(crate) fn profile_name(binary: &Path) -> String {
    let folder = folders_within_target(binary).map(|(_, profile)| profile);
    folder.filter(|name| name != "debug").unwrap_or_else(|| "test".to_owned())
}

/// The target that a binary in `target/x86_64-unknown-linux-musl/debug/deps` was built for, if cargo was given one.
pub(crate) fn target_triple(binary: &Path) -> Option<String> {
    folders_within_target(binary)?.0
}

/// A build for another target has a folder more.
fn folders_within_target(binary: &Path) -> Option<(Option<String>, String)> {
    let within = binary.strip_prefix(target_folder(binary)?).ok()?;
    let mut within = within.iter().map(|part| part.to_string_lossy().into_owned());
    let (first, second) = (within.next()?, within.next()?);
    Some(if second == "deps" { (None, first) } else { (Some(first), second) })
}

/// The table that sets the level of `package`: an override for it in the manifest of the workspace in `root`, or `profile.test`
/// itself.
pub(crate) fn profile_table(root: &Path, profile: &str, package: &str) -> String {
    let profiles = Manifest::in_folder(root).map(|manifest| manifest.profile).unwrap_or_default();
    // `test` has what `dev` has.
    let names = [profile, if profile == "test" { "dev" } else { profile }];
    let overridden = names.iter().find(|name| {
        let packages = profiles.get(**name).and_then(|profile| profile.get("package"));
        packages.and_then(|packages| packages.get(package)?.get("opt-level")).is_some()
    });
    match overridden {
        Some(name) => format!("profile.{name}.package.{package}"),
        None => format!("profile.{profile}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_that_of_the_folder_and_cargo_test_builds_into_debug() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(".rustc_info.json"), "{}").unwrap();
        let profile = |binary: &str| profile_name(&root.path().join(binary));
        assert_eq!(profile("debug/deps/perf-0123456789abcdef"), "test");
        assert_eq!(profile("release/deps/perf-0123456789abcdef"), "release");
        assert_eq!(profile("x86_64-unknown-linux-musl/ci/deps/perf-0123456789abcdef"), "ci");
        assert_eq!(profile_name(Path::new("/opt/perf")), "test");
        let triple = |binary: &str| target_triple(&root.path().join(binary));
        assert_eq!(triple("debug/deps/perf-0123456789abcdef"), None);
        assert_eq!(
            triple("x86_64-unknown-linux-musl/ci/deps/perf-0123456789abcdef").as_deref(),
            Some("x86_64-unknown-linux-musl")
        );
    }

    #[test]
    fn a_package_with_an_override_of_its_own_is_set_there() {
        let root = tempfile::tempdir().unwrap();
        let manifest = "[workspace]\n[profile.test]\nopt-level = 3\n[profile.dev.package.shop]\nopt-level = 0\n\
                        [profile.test.package.quiet]\ndebug = false\n";
        std::fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
        assert_eq!(profile_table(root.path(), "test", "shop"), "profile.dev.package.shop");
        assert_eq!(profile_table(root.path(), "test", "perf-tests"), "profile.test");
        assert_eq!(profile_table(root.path(), "test", "quiet"), "profile.test");
        assert_eq!(profile_table(root.path(), "release", "shop"), "profile.release");
        assert_eq!(profile_table(Path::new("/nowhere"), "test", "shop"), "profile.test");
    }
}
