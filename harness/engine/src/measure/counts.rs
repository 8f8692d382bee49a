//! Where requests ended.

use serde::{Deserialize, Serialize};

/// Where every intended request ended. `intended` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Requests the plan or the users wanted.
    pub intended: u64,
    /// Expected status, in time, every check held.
    pub ok: u64,
    /// Failed by any cause but time.
    pub failed: u64,
    /// Not answered within the timeout.
    pub timed_out: u64,
    /// Still open when the run ended.
    pub in_flight_at_end: u64,
    /// Planned, but never sent.
    pub never_sent: u64,
}

impl Counts {
    /// `intended = ok + failed + timed out + in flight at the end + never sent`.
    pub fn is_conserved(&self) -> bool {
        self.intended == self.ok + self.failed + self.timed_out + self.in_flight_at_end + self.never_sent
    }

    /// `ok ÷ intended`; `None` when nothing was intended.
    pub fn success_rate(&self) -> Option<f64> {
        (self.intended > 0).then(|| self.ok as f64 / self.intended as f64)
    }

    /// Requests that came to an end, be it a bad one.
    pub fn ended(&self) -> u64 {
        self.ok + self.failed + self.timed_out
    }

    /// Everything that is not ok.
    pub fn not_ok(&self) -> u64 {
        self.intended - self.ok
    }

    /// Adds each of the other counts.
    #[doc(hidden)]
    pub fn add(&mut self, other: &Counts) {
        self.intended += other.intended;
        self.ok += other.ok;
        self.failed += other.failed;
        self.timed_out += other.timed_out;
        self.in_flight_at_end += other.in_flight_at_end;
        self.never_sent += other.never_sent;
    }
}
