//! What is compiled before the first test runs: a heavy crate should be a decision and not an accident.

use std::collections::BTreeSet;
use std::process::Command;

/// What the library may need without its default features, itself and its macros included. Adding one is a decision; the last
/// were `csv` and the two crates that it brings, which take about a second of CPU time.
const MOST_WITHOUT_REQWEST: usize = 79;

/// What may be in no build without the feature `reqwest`. A name that ends in `*` stands for all that begin like this.
const LEFT_OUT: [&str; 10] =
    ["reqwest", "hyper*", "url", "idna*", "icu_*", "schemars*", "procfs*", "chrono", "indicatif", "comfy-table"];

/// The crates that the library needs on Linux without its default features.
pub(crate) fn of_the_library() -> BTreeSet<String> {
    let arguments =
        "tree --offline --package proofload --no-default-features --edges normal --prefix none --format {p}";
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments.split(' '))
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // `serde v1.0.0 (*)`: two versions of one crate are two.
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    text.lines().filter(|line| !line.is_empty()).map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// A line for each crate that must not be among `crates`, and one if there are too many.
pub(crate) fn too_heavy(crates: &BTreeSet<String>) -> Vec<String> {
    let is = |name: &str, pattern: &str| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    };
    let name_of = |krate: &str| krate.split(' ').next().unwrap_or_default().to_owned();
    let is_left_out = |krate: &&String| LEFT_OUT.iter().any(|pattern| is(&name_of(krate), pattern));
    let mut found: Vec<String> = crates
        .iter()
        .filter(is_left_out)
        .map(|krate| format!("{krate} is built without the feature `reqwest`"))
        .collect();
    if crates.len() > MOST_WITHOUT_REQWEST {
        found.push(format!(
            "{} crates instead of at most {MOST_WITHOUT_REQWEST} are built without the feature `reqwest`: measure what the \
             new one costs with `scripts/first-build`, and raise the number if it is worth that",
            crates.len()
        ));
    }
    found
}

#[test]
fn a_heavy_crate_and_one_too_many_are_found() {
    let few = ["serde v1.0.229", "icu_provider v2.4.0", "hyper-util v0.1.0", "urlencoding v2.0.0"].map(str::to_owned);
    let found = too_heavy(&few.into());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("hyper-util v0.1.0 is built"), "{found:?}");
    let many = (0..=MOST_WITHOUT_REQWEST).map(|number| format!("crate-{number} v1.0.0")).collect();
    assert!(too_heavy(&many)[0].starts_with("80 crates instead of at most 79"), "{:?}", too_heavy(&many));
}
