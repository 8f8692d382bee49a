//! Settings that are right one by one and wrong together, as an error.

use thiserror::Error;

use super::question::Question;
use super::table::SettingKey;
use crate::kind::Kind;

/// Settings that contradict each other or the kind of the test.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WorkloadError {
    /// A value of another setting's type; only a mistake of this program's can be the cause.
    #[error("`{setting}` expects {}, not {value}", setting.takes().describe())]
    Mismatch {
        /// The setting.
        setting: SettingKey,
        /// The value.
        value: String,
    },
    /// `kind = "benchmark", users = 10`
    #[error("a benchmark runs one user alone, so `users = {0}` contradicts it: drop `users`, or use `kind = \"load\"`")]
    BenchmarkUsers(u64),
    /// `kind = "benchmark", rate = 5/s`
    #[error("{}", why_not(*.kind, *.setting))]
    NotForKind {
        /// The test's.
        kind: Kind,
        /// What it cannot have.
        setting: SettingKey,
    },
    /// `users = 10, rate = 5/s`
    #[error("`{first}` and `{second}` both say {what}: keep one of them")]
    SameQuestion {
        /// The one that comes first in the table.
        first: SettingKey,
        /// The other.
        second: SettingKey,
        /// What both say.
        what: &'static str,
    },
    /// `stages(…), duration = 5s`
    #[error("`{by}` {reason}, so `{setting}` contradicts it: drop `{setting}`")]
    Excluded {
        /// `stages`
        by: SettingKey,
        /// `lasts as long as its parts`
        reason: &'static str,
        /// `duration`
        setting: SettingKey,
    },
    /// `users = 100, requests = 10`
    #[error("`requests = {requests}` is fewer than `users = {users}`: some users would never send one")]
    FewerRequestsThanUsers {
        /// As written.
        requests: u64,
        /// As written, or the most of a sweep.
        users: u64,
    },
    /// `versus(…), repeat = 3`
    #[error("servers are compared under one steady load, so `{setting}` contradicts it: drop `{setting}`")]
    NotBesideTurns {
        /// As written, where only some of its values contradict: `rate = … of capacity`.
        setting: &'static str,
        /// Which it is.
        key: SettingKey,
    },
    /// `kind = "capacity", versus(…)`
    #[error("servers are compared under one steady load, and a {0} test has none: use `kind = \"load\"`")]
    KindWithoutTurns(Kind),
    /// `versus(…), users = 100, requests = 150`
    #[error(
        "`requests = {requests}` are shared by {servers} servers, which is fewer than `users = {users}` for each: some users would never send one"
    )]
    FewerRequestsThanUsersOfEach {
        /// As written.
        requests: u64,
        /// How many servers share them.
        servers: usize,
        /// As written.
        users: u64,
    },
    /// `rate = 5/s, pace = 2s`
    #[error(
        "`{setting}` is about users, and `{open}` starts iterations on a schedule, whether or not a user is idle: drop one of them"
    )]
    NoUsers {
        /// `ramp_up`, `spawn_rate` or `pace`.
        setting: SettingKey,
        /// Where the arrivals come from.
        open: SettingKey,
    },
    /// `max_in_flight = 5` beside users.
    #[error("`{0}` is about arrivals, and this test has no arrival rate: add `rate = …`, or drop `{0}`")]
    NoArrivals(SettingKey),
    /// `kind = "spike"` without a surge.
    #[error(
        "a spike test needs its surge: add `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`, or `stages(…)` of your own"
    )]
    NoSurge,
    /// `kind = "load", capacity(…)`
    #[error(
        "`capacity(…)` says how to search, but this test searches nothing: use `kind = \"capacity\"` or `rate = … of capacity`"
    )]
    NoSearch,
    /// `connections = shared(8), cookies = true`
    #[error(
        "`{0}` needs separate connections for each user, so `connections = shared(…)` contradicts it: drop one of them"
    )]
    SharedWith(SettingKey),
    /// `ca = "ca.pem", verify_tls = false`
    #[error("`verify_tls = false` trusts every certificate, so `ca` has no effect: drop one of them")]
    TrustsAnyCertificate,
}

fn why_not(kind: Kind, setting: SettingKey) -> String {
    match kind {
        Kind::Benchmark => format!(
            "a benchmark runs one user alone, one iteration after the other, so `{setting}` contradicts it: drop `{setting}`, or use `kind = \"load\"`"
        ),
        Kind::Capacity => format!(
            "a capacity test searches its own rate, a probe at a time, so `{setting}` contradicts it: drop `{setting}`"
        ),
        Kind::Load | Kind::Stress | Kind::Spike | Kind::Soak => {
            format!("a {kind} test cannot have `{setting}`: drop `{setting}`")
        }
    }
}

impl WorkloadError {
    /// Two settings that answer one question, in the order of the table.
    pub fn same_question(one: SettingKey, other: SettingKey) -> WorkloadError {
        let (first, second) = (one.min(other), one.max(other));
        let what = first.spec().question.map_or("the same", Question::describe);
        WorkloadError::SameQuestion { first, second, what }
    }

    /// The settings that take part; empty if it is about the kind and what is missing.
    pub fn parts(&self) -> Vec<SettingKey> {
        use WorkloadError as E;
        match *self {
            E::BenchmarkUsers(_) => vec![SettingKey::Users],
            E::FewerRequestsThanUsers { .. } => vec![SettingKey::Users, SettingKey::Sweep, SettingKey::Requests],
            E::SameQuestion { first, second, .. } => vec![first, second],
            E::Excluded { by, setting, .. } => vec![setting, by],
            E::NoUsers { setting, open } => vec![setting, open],
            E::Mismatch { setting, .. } | E::NotForKind { setting, .. } | E::NoArrivals(setting) => vec![setting],
            E::FewerRequestsThanUsersOfEach { .. } => vec![SettingKey::Users, SettingKey::Requests],
            E::NotBesideTurns { key, .. } => vec![key],
            E::NoSurge | E::KindWithoutTurns(_) => Vec::new(),
            E::SharedWith(key) => vec![key, SettingKey::Connections],
            E::TrustsAnyCertificate => vec![SettingKey::VerifyTls, SettingKey::Ca],
            E::NoSearch => vec![SettingKey::Capacity],
        }
    }

    /// True if something is missing rather than too much: another layer may still give it.
    pub fn is_about_something_missing(&self) -> bool {
        matches!(self, WorkloadError::NoSurge | WorkloadError::NoArrivals(_) | WorkloadError::NoSearch)
    }
}

impl Question {
    /// Completes "both say …".
    const fn describe(self) -> &'static str {
        match self {
            Question::HowMuch => "how much load there is",
            Question::HowLong => "when the test ends",
            Question::HowUsersStart => "how fast users start",
            Question::WhenNextBegins => "when a user begins its next iteration",
        }
    }
}
