//! What the environment asks for.

use std::io;
use std::time::Duration;

use super::arm_server::ServerKind;

/// The interval of a change needs so many pairs of turns.
const FEWEST_PAIRS: usize = 6;

/// What is compared, how often and for how long.
#[derive(Debug)]
pub(crate) struct BenchOptions {
    /// Comparisons of the longer length in each row.
    windows: usize,
    /// The longer length of a comparison, in pairs of turns.
    longer: usize,
    pub(crate) servers: Vec<ServerKind>,
    /// Slowdowns in percent.
    pub(crate) changes: Vec<f64>,
}

impl BenchOptions {
    pub(crate) fn read() -> io::Result<BenchOptions> {
        let windows = number("WINDOWS", 3)?;
        let seconds = number("SECONDS", 60)?;
        if windows == 0 || seconds % 4 != 0 || seconds / 4 < FEWEST_PAIRS {
            let least = 4 * FEWEST_PAIRS;
            return Err(invalid(format!("WINDOWS must be above 0, and SECONDS a multiple of 4 from {least} on")));
        }
        let servers = listed("SERVERS", &["delay", "spin"], ServerKind::named)?;
        let changes = listed("CHANGES", &["0", "5", "10", "20"], |text| {
            text.parse().ok().filter(|percent: &f64| percent.is_finite() && *percent >= 0.0)
        })?;
        Ok(BenchOptions { windows, longer: seconds / 2, servers, changes })
    }

    /// Turns that each server has in all.
    pub(crate) fn turns(&self) -> usize {
        self.windows * self.longer
    }

    /// How many pairs of turns a comparison has: the shorter length, and the longer one.
    pub(crate) fn lengths(&self) -> [usize; 2] {
        [self.longer / 2, self.longer]
    }

    /// About how long everything takes.
    pub(crate) fn whole(&self) -> Duration {
        let runs: usize = self.servers.iter().map(|kind| kind.runs_for(self.changes.len())).sum();
        Duration::from_secs((runs * (2 * self.turns() + 3)) as u64)
    }
}

fn number(name: &str, usual: usize) -> io::Result<usize> {
    let Ok(text) = std::env::var(name) else { return Ok(usual) };
    text.parse().map_err(|_| invalid(format!("{name} expects a whole number, not `{text}`")))
}

fn listed<T>(name: &str, usual: &[&str], read: impl Fn(&str) -> Option<T>) -> io::Result<Vec<T>> {
    let text = std::env::var(name).unwrap_or_else(|_| usual.join(","));
    let one = |part: &str| {
        read(part).ok_or_else(|| invalid(format!("{name} expects some of `{}`, not `{part}`", usual.join(","))))
    };
    text.split(',').map(str::trim).map(one).collect()
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
