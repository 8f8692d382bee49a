//! Who a process is: its machine, its executable, and the tests that it has.

use std::fmt::Write as _;
use std::fs;
use std::io;

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::clock::monotonic_time_ns;

/// What one process sees of the machine that it runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HostMachine {
    /// The name of the host, as the system has it.
    pub(super) host: String,
    /// Processes with the same text reach each other over 127.0.0.1: the boot and the network namespace.
    pub(super) network: String,
    /// Cores that this process may use.
    pub(super) cores: usize,
}

impl HostMachine {
    /// The one that this process runs on.
    pub(super) fn here() -> HostMachine {
        let read = |path: &str| fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default();
        let named = || std::env::var("HOSTNAME").unwrap_or_else(|_| "a machine without a name".to_owned());
        let host = Some(read("/proc/sys/kernel/hostname")).filter(|name| !name.is_empty()).unwrap_or_else(named);
        let namespace = fs::read_link("/proc/self/ns/net").unwrap_or_default();
        HostMachine {
            network: format!("{} {} {}", read("/proc/sys/kernel/random/boot_id"), namespace.display(), host),
            host,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// The number of this process: two machines may have processes with the same id, and hardly in the same nanosecond.
pub(super) fn process_number() -> u64 {
    (u64::from(std::process::id()) << 32) ^ monotonic_time_ns().unsigned_abs()
}

/// What must be the same in all processes of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sameness {
    pub(super) protocol: u32,
    /// A hash of the executable's bytes.
    pub(super) executable: String,
    /// A hash of its tests and their loads.
    pub(super) plan: String,
}

impl Sameness {
    /// Of this process, whose tests are described by these texts.
    ///
    /// # Errors
    /// The executable cannot be read.
    pub(super) fn here(protocol: u32, tests: &[String]) -> io::Result<Sameness> {
        let executable = fs::read(std::env::current_exe()?)?;
        Ok(Sameness {
            protocol,
            executable: hash([executable.as_slice()]),
            plan: hash(tests.iter().map(String::as_bytes)),
        })
    }

    /// What is not the same; `None` if all is.
    pub(super) fn difference(&self, worker: &Sameness) -> Option<String> {
        let differ = |what: &str, here: &str, there: &str, advice: &str| {
            Some(format!("its {what} is {there}, and the coordinator's is {here}: {advice}"))
        };
        if self.protocol != worker.protocol {
            let (here, there) = (self.protocol.to_string(), worker.protocol.to_string());
            return differ("protocol version", &here, &there, "start the same version of the test binary everywhere");
        }
        if self.executable != worker.executable {
            let advice = "copy this test binary to the worker's machine, or share the folder that it is in";
            return differ("executable", &self.executable, &worker.executable, advice);
        }
        if self.plan != worker.plan {
            let advice = "give both the same arguments, PROOFLOAD_ variables and proofload.toml, and the same content of every file that \
                          these name: bodies, rows, lists of URLs";
            return differ("plan of tests", &self.plan, &worker.plan, advice);
        }
        None
    }
}

/// The first half of SHA-256 in hexadecimal, of texts that follow each other.
fn hash<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut context = Context::new(&SHA256);
    for text in texts {
        context.update(&(text.len() as u64).to_le_bytes());
        context.update(text);
    }
    let mut hex = String::new();
    for byte in &context.finish().as_ref()[..16] {
        // Writing to a text never fails.
        let _written = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same() -> Sameness {
        Sameness { protocol: 1, executable: "aa".to_owned(), plan: "bb".to_owned() }
    }

    #[test]
    fn a_difference_names_both_and_says_what_to_do() {
        assert_eq!(same().difference(&same()), None);
        let other = Sameness { executable: "cc".to_owned(), ..same() };
        let why = same().difference(&other).unwrap();
        assert!(why.starts_with("its executable is cc, and the coordinator's is aa: copy this test binary"), "{why}");
        let newer = Sameness { protocol: 2, ..same() };
        assert!(
            same().difference(&newer).unwrap().starts_with("its protocol version is 2, and the coordinator's is 1")
        );
        let changed = Sameness { plan: "dd".to_owned(), ..same() };
        assert!(same().difference(&changed).unwrap().contains("proofload.toml"));
    }

    #[test]
    fn texts_that_follow_each_other_are_not_one_text() {
        assert_ne!(hash([b"ab".as_slice(), b"c"]), hash([b"a".as_slice(), b"bc"]));
    }

    #[test]
    fn two_looks_at_this_machine_see_the_same() {
        assert_eq!(HostMachine::here(), HostMachine::here());
        assert!(!HostMachine::here().host.is_empty());
    }
}
