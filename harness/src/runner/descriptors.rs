//! File descriptors: each user holds a connection to each server, and each connection a descriptor on both ends.

use std::borrow::Cow;

use super::test::Test;
use crate::measure::GeneratorHealth;
use crate::workload::{Connections, LoadModel, RunPlan, Workload};

/// Descriptors the harness itself needs beside the users' connections: runtimes, files, standard streams.
const OWN_DESCRIPTORS: u64 = 64;

/// A shorter wait for a free slot is not one at the cap.
const SHORTEST_WAIT_S: f64 = 0.001;

/// `test` as a process that may open `limit` files can run it against so many servers: the built-in in-flight cap is lowered
/// as far as necessary.
///
/// # Errors
/// The text says what its author has to change.
pub(super) fn within_limit(test: &Test, limit: Option<u64>, servers: usize) -> Result<Cow<'_, Test>, String> {
    let Some(limit) = limit else { return Ok(Cow::Borrowed(test)) };
    let need = DescriptorNeed::of(&largest_load(test), servers);
    if need.descriptors() <= limit {
        return Ok(Cow::Borrowed(test));
    }
    match (test.most_users_from, need.most_users(limit)) {
        (None, most @ 1..) => Ok(Cow::Owned(capped(test, most))),
        (setting, most) => Err(need.refusal(setting.unwrap_or("max_in_flight"), limit, most)),
    }
}

/// How many users a process that may open `limit` files can have against so many servers; `None` if nothing limits them.
pub(super) fn most_users(workload: &Workload, limit: Option<u64>, servers: usize) -> Option<usize> {
    let need = DescriptorNeed::of(workload, servers);
    let limit = limit.filter(|_| need.shared.is_none())?;
    usize::try_from(need.most_users(limit)).ok()
}

fn capped(test: &Test, most: u64) -> Test {
    let mut test = test.clone();
    if let LoadModel::Open(arrivals) = &mut test.workload.model {
        arrivals.max_in_flight = arrivals.max_in_flight.min(usize::try_from(most).unwrap_or(usize::MAX));
    }
    test
}

/// What the author should know if arrivals waited for a cap that was lowered to what `limit` allows: the server may not be
/// the cause.
pub(super) fn cap_warning(test: &Test, run: &Workload, health: &GeneratorHealth, limit: Option<u64>) -> Option<String> {
    let limit = limit.filter(|_| run.users() < test.workload.users() && matches!(run.model, LoadModel::Open(_)))?;
    let longest_wait_s = health.pool_wait.as_ref().and_then(|times| times.max_s).unwrap_or(0.0);
    let is_reached =
        health.shed.unwrap_or(0) + health.left_waiting.unwrap_or(0) > 0 || longest_wait_s > SHORTEST_WAIT_S;
    is_reached.then(|| {
        format!(
            "arrivals waited because only {} iterations could be in flight: this process may open {limit} files; raise the \
             limit (`ulimit -n`), or write `max_in_flight = {}` if so few are meant",
            run.users(),
            run.users()
        )
    })
}

/// The load of the run that needs the most users.
fn largest_load(test: &Test) -> Workload {
    let levels = match &test.runs {
        RunPlan::Sweep(levels) | RunPlan::RepeatedSweep { levels, .. } => levels.as_slice(),
        _ => &[],
    };
    let most = levels.iter().copied().max_by(f64::total_cmp);
    most.map_or_else(|| test.workload.clone(), |level| test.workload.clone().at_level(level))
}

/// What a load needs of this process.
struct DescriptorNeed {
    users: u64,
    is_open: bool,
    /// A user has so many connections.
    connections_each: u64,
    /// Instead, if they are shared: so many in all.
    shared: Option<u64>,
}

impl DescriptorNeed {
    fn of(workload: &Workload, servers: usize) -> DescriptorNeed {
        let servers = servers.max(1) as u64;
        let (connections_each, shared) = match workload.connections {
            Connections::PerUser => (servers, None),
            // A request closes its connection before the user's next one.
            Connections::PerRequest => (1, None),
            Connections::Shared(most) => (servers, Some((most as u64).saturating_mul(servers))),
        };
        let is_open = matches!(workload.model, LoadModel::Open(_));
        DescriptorNeed { users: workload.users() as u64, is_open, connections_each, shared }
    }

    fn descriptors(&self) -> u64 {
        let of_users = self.users.saturating_mul(self.connections_each);
        self.shared.map_or(of_users, |shared| shared.min(of_users)).saturating_add(OWN_DESCRIPTORS)
    }

    /// How many users `limit` allows.
    fn most_users(&self, limit: u64) -> u64 {
        limit.saturating_sub(OWN_DESCRIPTORS) / self.connections_each
    }

    fn refusal(&self, setting: &str, limit: u64, most: u64) -> String {
        let needed = self.descriptors();
        let who = if self.is_open { "iterations at once" } else { "users" };
        let each = match self.connections_each {
            1 => String::new(),
            servers => format!(" with a connection to each of {servers} servers"),
        };
        let lower = match (setting, most) {
            (_, 0) => String::new(),
            ("users" | "max_in_flight", most) => format!(", or lower `{setting}` to {most} or less"),
            (setting, most) => format!(", or let no level of `{setting}` be above {most} users"),
        };
        format!(
            "{} {who}{each} need {needed} file descriptors and this process may open {limit}: raise the limit with \
             `ulimit -n {needed}`{lower}",
            self.users
        )
    }
}
