//! Whether the crates of a run were built with optimisations.

use serde::{Deserialize, Serialize};

/// A crate whose code takes part in a measurement, and what it was built with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BuiltCrate {
    /// Its package.
    pub name: String,
    /// `0`, `1`, `2`, `3`, `s` or `z`; `None` if it is not known.
    pub opt_level: Option<String>,
    /// The table of Cargo.toml that sets the level: `profile.test`; empty for a program that was installed.
    pub set_in: String,
}

impl BuiltCrate {
    /// What is not known is not taken for optimised.
    fn is_optimised(&self) -> bool {
        self.opt_level.as_deref().is_some_and(|level| level != "0")
    }

    fn is_for_speed(&self) -> bool {
        matches!(self.opt_level.as_deref(), Some("2" | "3"))
    }
}

/// What to do where no Cargo.toml sets the level.
const INSTALLED: &str = "`cargo install` builds the command with optimisations";

/// True if no crate was built without optimisations.
pub fn is_optimised(crates: &[BuiltCrate]) -> bool {
    crates.iter().all(BuiltCrate::is_optimised)
}

/// What a reader of the figures should know of the build.
pub fn build_warning(crates: &[BuiltCrate]) -> Option<String> {
    if !is_optimised(crates) && tables(crates).next().is_none() {
        return Some(format!(
            "UNOPTIMISED BUILD: {}, so these figures do not show what the server can do; {INSTALLED}",
            unoptimised(crates)
        ));
    }
    if !is_optimised(crates) {
        let advice: Vec<String> = tables(crates).map(|table| format!("`[{table}]` and `opt-level = 3`")).collect();
        // In capitals, because an unoptimised build measures the compiler's debug mode.
        return Some(format!(
            "UNOPTIMISED BUILD: {}, so these figures do not show what the server can do, and no baseline is written; write \
             into the workspace's Cargo.toml: {}",
            unoptimised(crates),
            advice.join(", ")
        ));
    }
    let slower: Vec<String> = crates.iter().filter(|of| !of.is_for_speed()).map(described).collect();
    (!slower.is_empty())
        .then(|| format!("not built for speed: {}; these are the figures of such a build", slower.join(", ")))
}

/// For the end of a run: which crates are unoptimised, and the lines for Cargo.toml. `None` if all are optimised.
pub fn unoptimised_note(optimised: bool, crates: &[BuiltCrate]) -> Option<String> {
    if optimised {
        return None;
    }
    // A record from before the crates were known says only that the build was not optimised.
    if is_optimised(crates) {
        return Some("UNOPTIMISED BUILD: no baseline was changed\n".to_owned());
    }
    if tables(crates).next().is_none() {
        return Some(format!("UNOPTIMISED BUILD: {}; {INSTALLED}\n", unoptimised(crates)));
    }
    let lines: String = tables(crates).map(|table| format!("  [{table}]\n  opt-level = 3\n")).collect();
    let named = unoptimised(crates);
    Some(format!("UNOPTIMISED BUILD: {named}; no baseline was changed. In the workspace's Cargo.toml:\n{lines}"))
}

/// `optimised`, `opt-level s` or `unoptimised`: of the crate that is optimised least.
pub fn build_name(optimised: bool, crates: &[BuiltCrate]) -> String {
    if !optimised {
        return "unoptimised".to_owned();
    }
    let slower = crates.iter().find(|of| !of.is_for_speed()).and_then(|of| of.opt_level.as_deref());
    slower.map_or_else(|| "optimised".to_owned(), |level| format!("opt-level {level}"))
}

/// The tables of Cargo.toml that leave a crate unoptimised, once each.
fn tables(crates: &[BuiltCrate]) -> impl Iterator<Item = &str> {
    let unoptimised = crates.iter().filter(|of| !of.is_optimised());
    let mut tables: Vec<&str> = unoptimised.map(|of| of.set_in.as_str()).filter(|table| !table.is_empty()).collect();
    tables.sort_unstable();
    tables.dedup();
    tables.into_iter()
}

/// The crates that are not optimised.
fn unoptimised(crates: &[BuiltCrate]) -> String {
    let named: Vec<String> = crates.iter().filter(|of| !of.is_optimised()).map(described).collect();
    named.join(", ")
}

fn described(of: &BuiltCrate) -> String {
    match of.opt_level.as_deref() {
        Some(level @ ("s" | "z")) => format!("`{}` was built with `opt-level = \"{level}\"`", of.name),
        Some(level) => format!("`{}` was built with `opt-level = {level}`", of.name),
        None => format!("it is not known how `{}` was built", of.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(name: &str, opt_level: Option<&str>) -> BuiltCrate {
        BuiltCrate { name: name.to_owned(), opt_level: opt_level.map(str::to_owned), set_in: "profile.test".to_owned() }
    }

    #[test]
    fn a_program_that_was_installed_has_no_manifest_to_change() {
        let crates =
            [BuiltCrate { name: "command".to_owned(), opt_level: Some("0".to_owned()), set_in: String::new() }];
        let warning = build_warning(&crates).unwrap();
        assert!(warning.ends_with("; `cargo install` builds the command with optimisations"), "{warning}");
        assert!(!unoptimised_note(false, &crates).unwrap().contains("Cargo.toml"));
    }

    #[test]
    fn one_unoptimised_crate_makes_the_build_unoptimised_and_is_named_with_the_lines_to_write() {
        let crates = [built("proofload", Some("3")), built("shop", Some("0"))];
        assert!(!is_optimised(&crates));
        let warning = build_warning(&crates).unwrap();
        assert!(warning.starts_with("UNOPTIMISED BUILD: `shop` was built with `opt-level = 0`, so"), "{warning}");
        assert!(warning.ends_with("Cargo.toml: `[profile.test]` and `opt-level = 3`"), "{warning}");
        let note = unoptimised_note(is_optimised(&crates), &crates).unwrap();
        assert!(note.ends_with("Cargo.toml:\n  [profile.test]\n  opt-level = 3\n"), "{note}");
        assert_eq!(build_name(is_optimised(&crates), &crates), "unoptimised");
    }

    #[test]
    fn a_level_that_is_not_known_is_not_taken_for_optimised() {
        let crates = [built("shop", None)];
        assert!(!is_optimised(&crates));
        assert!(build_warning(&crates).unwrap().contains("it is not known how `shop` was built"));
    }

    #[test]
    fn a_build_for_size_is_not_called_unoptimised_but_is_named() {
        for (level, shown) in [("1", "1"), ("s", "\"s\""), ("z", "\"z\"")] {
            let crates = [built("shop", Some(level)), built("proofload", Some("3"))];
            assert!(is_optimised(&crates));
            let warning = build_warning(&crates).unwrap();
            let start = format!("not built for speed: `shop` was built with `opt-level = {shown}`; these");
            assert!(warning.starts_with(&start), "{warning}");
            assert_eq!(unoptimised_note(is_optimised(&crates), &crates), None);
            assert_eq!(build_name(is_optimised(&crates), &crates), format!("opt-level {level}"));
        }
        let fast = [built("shop", Some("2")), built("proofload", Some("3"))];
        assert_eq!((build_warning(&fast), build_name(true, &fast)), (None, "optimised".to_owned()));
    }
}
