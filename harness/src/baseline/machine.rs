//! The machine and the build that a test was measured on: [`Machine`].

use serde::{Deserialize, Serialize};

use super::fingerprint::fingerprint;
use crate::outcome::{Environment, build_name};

/// The machine and the build: what must be the same for two runs to be comparable.
///
/// The clock rate and the name of the host are no part of it: the one changes all the time, the other with each container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// `AMD EPYC 7B13`
    pub cpu_model: Option<String>,
    /// Logical processors.
    pub cores: Option<usize>,
    /// `linux`
    pub os: String,
    /// `optimised`, or `opt-level s` for a build for size: no unoptimised build is ever a baseline.
    pub build: String,
    /// To the nearest GiB, because virtual machines are given and lose some.
    #[serde(default)]
    pub memory_gib: Option<u64>,
    /// What control groups allow: `none` without a limit, `1.5 cores`. `None` if it is not known.
    #[serde(default)]
    pub cpu_quota: Option<String>,
    /// The series of the kernel: `6.18`. Its updates within a series repair faults.
    #[serde(default)]
    pub kernel: Option<String>,
    /// What the build can do beyond plain HTTP/1.1: `none`, `http2, tls`.
    #[serde(default)]
    pub features: Option<String>,
}

impl Machine {
    /// The machine of a run.
    pub fn of(environment: &Environment) -> Machine {
        Machine {
            cpu_model: environment.cpu_model.clone(),
            cores: environment.cores,
            os: environment.os.clone(),
            build: build_name(environment.optimised, &environment.crates),
            memory_gib: environment.memory_bytes.map(|bytes| (bytes + (1 << 29)) >> 30),
            cpu_quota: environment.cpu_quota.clone(),
            kernel: environment.kernel.as_deref().map(series),
            features: environment.features.clone(),
        }
    }

    /// Sixteen hexadecimal digits: the same for the same machine, and the name of its folder of history.
    pub fn id(&self) -> String {
        fingerprint(self.fields().into_iter().map(|(_, value)| value.unwrap_or_default()))
    }

    fn fields(&self) -> [(&'static str, Option<String>); 8] {
        [
            ("processor", self.cpu_model.clone()),
            ("cores", self.cores.map(|cores| cores.to_string())),
            ("memory", self.memory_gib.map(|gib| format!("{gib} GiB"))),
            ("CPU quota", self.cpu_quota.clone()),
            ("system", Some(self.os.clone())),
            ("kernel", self.kernel.clone()),
            ("build", Some(self.build.clone())),
            ("features", self.features.clone()),
        ]
    }
}

/// The fields in which two machines differ: `kernel 6.1 → 6.18`. None if they are comparable; what is not known of one of them
/// does not count.
pub fn differences(before: &Machine, now: &Machine) -> Vec<String> {
    let pairs = before.fields().into_iter().zip(now.fields());
    let differing = pairs.filter_map(|((name, before), (_, now))| {
        let (before, now) = (before?, now?);
        (before != now).then(|| format!("{name} {before} → {now}"))
    });
    differing.collect()
}

/// `6.18` of `6.18.44-generic`.
fn series(release: &str) -> String {
    let mut numbers = release.split(['.', '-']);
    match (numbers.next(), numbers.next()) {
        (Some(first), Some(second)) => format!("{first}.{second}"),
        _ => release.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn machine() -> Machine {
        Machine::of(&samples::environment())
    }

    fn changed(change: impl Fn(&mut Environment)) -> Machine {
        let mut environment = samples::environment();
        change(&mut environment);
        Machine::of(&environment)
    }

    #[test]
    fn what_differs_is_named_with_both_values() {
        let other = changed(|other| {
            other.kernel = Some("6.1.0-44-generic".to_owned());
            other.cores = Some(64);
            other.cpu_quota = Some("1.5 cores".to_owned());
        });
        assert_eq!(
            differences(&other, &machine()),
            ["cores 64 → 2", "CPU quota 1.5 cores → none", "kernel 6.1 → 6.18"]
        );
        assert_ne!(other.id(), machine().id());
    }

    #[test]
    fn some_memory_more_or_a_kernel_of_the_same_series_is_the_same_machine() {
        let same = changed(|same| {
            same.memory_bytes = Some((8 << 30) - (300 << 20));
            same.kernel = Some("6.18.45".to_owned());
            same.git_commit = None;
        });
        assert_eq!(differences(&same, &machine()), Vec::<String>::new());
        assert_eq!(same.id(), machine().id());
        assert_eq!(machine().id().len(), 16);
    }

    #[test]
    fn what_an_older_file_does_not_know_is_no_difference() {
        let older = Machine { memory_gib: None, cpu_quota: None, kernel: None, features: None, ..machine() };
        assert!(differences(&older, &machine()).is_empty());
    }
}
