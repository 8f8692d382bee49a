//! What the place and the name of a test binary say: `target/x86_64-unknown-linux-gnu/debug/deps/perf-0123456789abcdef`.

use std::path::{Path, PathBuf};

/// The target folder that the binary lies in, however it was chosen; `None` if cargo's marks are missing,
/// as for a binary that was copied elsewhere.
pub(crate) fn target_folder(binary: &Path) -> Option<PathBuf> {
    let marked = binary.ancestors().skip(1).find(|folder| is_target_folder(folder));
    // A target folder that existed before cargo used it has no mark.
    let by_layout = || binary.parent().filter(|deps| deps.ends_with("deps"))?.parent()?.parent();
    marked.or_else(by_layout).map(Path::to_owned)
}

fn is_target_folder(folder: &Path) -> bool {
    let is_of_cargo = |tag: String| tag.starts_with("Signature: ") && tag.contains("cargo");
    folder.join(".rustc_info.json").is_file()
        || std::fs::read_to_string(folder.join("CACHEDIR.TAG")).is_ok_and(is_of_cargo)
}

/// The test target that the binary is of: its name without the hash that cargo adds.
pub(crate) fn target_name(binary: &Path) -> Option<String> {
    let name = binary.file_stem()?.to_string_lossy();
    let is_hash = |end: &str| end.len() == 16 && end.bytes().all(|byte| byte.is_ascii_hexdigit());
    let target = name.rsplit_once('-').filter(|(_, end)| is_hash(end)).map(|(target, _)| target.to_owned());
    Some(target.unwrap_or_else(|| name.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_folder_is_the_one_that_cargo_has_marked_above_the_binary() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("cache/built");
        for deps in ["debug/deps", "x86_64-unknown-linux-musl/release/deps", "llvm-cov-target/debug/deps"] {
            std::fs::create_dir_all(target.join(deps)).unwrap();
        }
        let binary = target.join("debug/deps/perf-0123456789abcdef");
        assert_eq!(target_folder(&binary), Some(target.clone()), "by the layout alone");
        let mark = |text: &str| std::fs::write(target.join("CACHEDIR.TAG"), text).unwrap();
        mark("Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by cargo.\n");
        let cross = target.join("x86_64-unknown-linux-musl/release/deps/perf-0123456789abcdef");
        assert_eq!(target_folder(&binary), Some(target.clone()));
        assert_eq!(target_folder(&cross), Some(target.clone()));
        mark("Signature: 8a477f597d28d172789f06886806bc55\n# created by another program\n");
        assert_ne!(target_folder(&cross), Some(target.clone()));
        std::fs::write(target.join(".rustc_info.json"), "{}").unwrap();
        assert_eq!(target_folder(&cross), Some(target));
        assert_eq!(target_folder(Path::new("/opt/perf")), None);
    }

    #[test]
    fn the_hash_of_a_binary_is_not_part_of_its_target() {
        let target = |path: &str| target_name(Path::new(path)).unwrap();
        assert_eq!(target("target/debug/deps/perf-0123456789abcdef"), "perf");
        assert_eq!(target("target/debug/deps/load-tests-0123456789abcdef"), "load-tests");
        assert_eq!(target("/opt/load-tests"), "load-tests");
    }
}
