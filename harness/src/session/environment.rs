//! What is measured, where and built how: read once, when a run is told.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::outcome::Environment;

/// True if the harness, and with it the test binary, was built with an `OPT_LEVEL` of 2 or more.
pub(super) fn is_optimised() -> bool {
    matches!(env!("HARNESS_BUILD_OPT_LEVEL"), "2" | "3")
}

/// Reads the environment; what the system does not tell is missing.
pub(super) fn read(workspace: &Path) -> Environment {
    Environment {
        os: std::env::consts::OS.to_owned(),
        kernel: fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned()),
        cpu_model: fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| cpu_model(&text)),
        cores: std::thread::available_parallelism().ok().map(usize::from),
        memory_bytes: fs::read_to_string("/proc/meminfo").ok().and_then(|text| memory_bytes(&text)),
        optimised: is_optimised(),
        rustc: option_env!("HARNESS_BUILD_RUSTC").map(str::to_owned),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        git_commit: git(workspace, &["rev-parse", "--short=12", "HEAD"]),
        git_dirty: git(workspace, &["status", "--porcelain"]).map(|changes| !changes.is_empty()),
    }
}

/// The first `model name` of `/proc/cpuinfo`.
fn cpu_model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// `MemTotal` of `/proc/meminfo`, which counts in KiB.
fn memory_bytes(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// What git answers; `None` without git, outside a work tree or before the first commit.
fn git(workspace: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(workspace).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_machine_are_read_from_what_the_kernel_writes() {
        assert_eq!(cpu_model("processor\t: 0\nmodel name\t: Quick 9000\n").as_deref(), Some("Quick 9000"));
        assert_eq!(memory_bytes("MemTotal:       2048 kB\nMemFree: 1 kB\n"), Some(2 << 20));
        assert_eq!(memory_bytes("nothing"), None);
    }
}
