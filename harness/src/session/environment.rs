//! The machine, the code and the build that were measured: read once, for the report of a run.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::engine::cpu_quota_cores;
use crate::outcome::{BuiltCrate, Environment, is_optimised};

/// Reads the environment; what the system does not provide is missing.
pub(super) fn read(workspace: &Path, crates: Vec<BuiltCrate>) -> Environment {
    Environment {
        os: std::env::consts::OS.to_owned(),
        kernel: fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned()),
        cpu_model: machine::cpu_model(),
        cores: std::thread::available_parallelism().ok().map(usize::from),
        memory_bytes: machine::memory_bytes(),
        cpu_quota: Some(cpu_quota_cores().map_or_else(|| "none".to_owned(), |cores| format!("{cores} cores"))),
        features: Some(features()),
        optimised: is_optimised(&crates),
        crates,
        rustc: crate::built::RUSTC.map(str::to_owned),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        git_commit: git(workspace, &["rev-parse", "--short=12", "HEAD"]),
        git_dirty: git(workspace, &["status", "--porcelain"]).map(|changes| !changes.is_empty()),
    }
}

/// What the generator is built with that changes how requests are sent.
fn features() -> String {
    let known = [("http2", cfg!(feature = "http2")), ("tls", cfg!(feature = "tls"))];
    let built: Vec<&str> = known.into_iter().filter(|(_, is_built)| *is_built).map(|(name, _)| name).collect();
    if built.is_empty() { "none".to_owned() } else { built.join(", ") }
}

#[cfg(target_os = "linux")]
mod machine {
    pub(super) fn cpu_model() -> Option<String> {
        model_in(&std::fs::read_to_string("/proc/cpuinfo").ok()?)
    }

    /// A sandbox may provide a file without a processor.
    pub(super) fn model_in(cpuinfo: &str) -> Option<String> {
        let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }

    pub(super) fn memory_bytes() -> Option<u64> {
        memory_in(&std::fs::read_to_string("/proc/meminfo").ok()?)
    }

    pub(super) fn memory_in(meminfo: &str) -> Option<u64> {
        let kib = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
        Some(kib?.parse::<u64>().ok()? * 1024)
    }
}

#[cfg(not(target_os = "linux"))]
mod machine {
    pub(super) fn cpu_model() -> Option<String> {
        None
    }

    pub(super) fn memory_bytes() -> Option<u64> {
        None
    }
}

/// What git answers; `None` without git, outside a work tree or before the first commit.
fn git(workspace: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(workspace).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_machine_are_read_from_what_the_kernel_writes() {
        let two = "processor\t: 0\nmodel name\t: Quick 9000\n\nprocessor\t: 1\nmodel name\t: Quick 9000\n";
        assert_eq!(machine::model_in(two).as_deref(), Some("Quick 9000"));
        assert_eq!(machine::model_in(""), None);
        assert_eq!(machine::model_in("processor\t: 0\nBogoMIPS\t: 50\n"), None);
        assert_eq!(machine::memory_in("MemTotal:       24576000 kB\nMemFree:  1 kB\n"), Some(24_576_000 * 1024));
        assert_eq!(machine::memory_in("MemFree:  1 kB\n"), None);
        assert!(machine::memory_bytes().is_some_and(|bytes| bytes > 16 << 20 && bytes % 1024 == 0));
    }
}
