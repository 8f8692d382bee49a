//! Gives the command the optimisation level that it was built with, which the record of a run names.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let opt_level = std::env::var("OPT_LEVEL").unwrap_or_default();
    println!("cargo::rustc-env=COMMAND_BUILD_OPT_LEVEL={opt_level}");
}
