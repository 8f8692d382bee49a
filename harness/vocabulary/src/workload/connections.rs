//! How users share connections.

use std::fmt;

/// `connections = per_user`: how users share connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub enum Connections {
    /// Each user keeps one connection to each server, as a browser tab does.
    #[default]
    PerUser,
    /// Each request opens a connection of its own and closes it after the answer.
    PerRequest,
    /// All users share this number of connections to each server, as the pool of a service does; a request waits for one.
    Shared(usize),
}

impl Connections {
    /// Reads `per_user`, `per_request` or `shared(8)`.
    pub fn parse(text: &str) -> Option<Connections> {
        match text.trim() {
            "per_user" => Some(Connections::PerUser),
            "per_request" => Some(Connections::PerRequest),
            other => {
                let number = other.strip_prefix("shared")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
                let most = number.trim().replace('_', "").parse().ok()?;
                (most > 0).then_some(Connections::Shared(most))
            }
        }
    }

    /// The connections of one worker thread out of `workers`: together the threads have all of them.
    ///
    /// ```
    /// use proofload_vocabulary::workload::Connections;
    /// let shares = [0, 1, 2].map(|worker| Connections::Shared(8).for_worker(worker, 3));
    /// assert_eq!(shares, [3, 3, 2].map(Connections::Shared));
    /// ```
    #[must_use]
    pub fn for_worker(self, worker: usize, workers: usize) -> Connections {
        match self {
            Connections::Shared(most) => {
                let workers = workers.max(1);
                Connections::Shared(most / workers + usize::from(worker < most % workers))
            }
            other => other,
        }
    }
}

/// As in the attribute.
impl fmt::Display for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Connections::PerUser => f.write_str("per_user"),
            Connections::PerRequest => f.write_str("per_request"),
            Connections::Shared(most) => write!(f, "shared({most})"),
        }
    }
}
