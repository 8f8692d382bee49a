//! Gives the harness the optimisation level and the compiler version that it was built with.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let opt_level = env::var("OPT_LEVEL").unwrap_or_default();
    println!("cargo::rustc-env=HARNESS_BUILD_OPT_LEVEL={opt_level}");
    if let Some(version) = rustc_version() {
        println!("cargo::rustc-env=HARNESS_BUILD_RUSTC={version}");
    }
}

fn rustc_version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("-V").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
