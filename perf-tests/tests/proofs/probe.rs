//! The perf binary of the proofs: loads of known shape on servers of known effect.
//!
//! Where a test has no limit of its own, `min < 100ms` lets the pacer be 5 ms late at the 99th percentile before the run is
//! invalid (5 % of the tightest limit), in place of the millisecond that a machine with other work on it cannot keep. The
//! tolerance of every proof holds the lag that the run reports.

pub(crate) mod capacity;
pub(crate) mod classifier;
pub(crate) mod closed;
pub(crate) mod network;
pub(crate) mod open;
pub(crate) mod series;
pub(crate) mod soak;
pub(crate) mod spike;
pub(crate) mod stages;

use std::fs::OpenOptions;
use std::io::Write;

use fixtures::serving::{HoldUpMonitor, configure, record};
use fixtures::{arrivals, delay, faulty, freezes, hello, leaky, one_at_a_time, stall};
use proofload::prelude::*;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;

use crate::exchange::{BEGUN, CONFIGURE, GENERATOR, HELD_UP, RECORD, SERVER};

/// A server of known effect, and a witness of what keeps the generator from offering it a load.
pub(crate) struct Known {
    server: Server,
    monitor: HoldUpMonitor,
}

impl Known {
    /// The server, for a user whose thread is watched from now on.
    fn watched(&self) -> &Server {
        self.monitor.watch_this_thread();
        &self.server
    }
}

/// A worker gets the server's URL, and is watched itself.
impl Serialize for Known {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.server.url().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Known, D::Error> {
        let server = Server::attach(&String::deserialize(deserializer)?).map_err(D::Error::custom)?;
        let held_up = std::env::var(HELD_UP).map_err(D::Error::custom)?;
        Ok(Known { server, monitor: HoldUpMonitor::writing_to(held_up) })
    }
}

/// How long each worker was held up, each time.
fn workers_held_up_s() -> Vec<f64> {
    let text = std::env::var(HELD_UP).ok().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).collect()
}

/// Configures a server as the proof says, notes for the proof that a measurement begins, lends the server to the test, and
/// leaves what it did, and how both sides were held up, where the proof finds it.
async fn lend(server: &Server, give: Give<Known>) -> proofload::Result {
    configure(server, &std::env::var(CONFIGURE)?).await?;
    let mut begun = OpenOptions::new().create(true).append(true).open(std::env::var(BEGUN)?)?;
    writeln!(begun, "a measurement of `{}`", server.name())?;
    let known = give.to_tests(Known { server: server.clone(), monitor: HoldUpMonitor::default() }).await;
    let held_up_s = [known.monitor.held_up_s(), workers_held_up_s()].concat();
    let record = json!({ SERVER: record(&known.server).await?, GENERATOR: held_up_s });
    std::fs::write(std::env::var(RECORD)?, record.to_string())?;
    Ok(())
}

#[fixture]
async fn known_arrivals(arrivals: &Server, give: Give<Known>) -> proofload::Result {
    lend(arrivals, give).await
}

#[fixture]
async fn known_delay(delay: &Server, give: Give<Known>) -> proofload::Result {
    lend(delay, give).await
}

#[fixture]
async fn known_faults(faulty: &Server, give: Give<Known>) -> proofload::Result {
    lend(faulty, give).await
}

#[fixture]
async fn known_freeze(freezes: &Server, give: Give<Known>) -> proofload::Result {
    lend(freezes, give).await
}

#[fixture]
async fn known_hello(hello: &Server, give: Give<Known>) -> proofload::Result {
    lend(hello, give).await
}

#[fixture]
async fn known_leak(leaky: &Server, give: Give<Known>) -> proofload::Result {
    lend(leaky, give).await
}

#[fixture]
async fn known_queue(one_at_a_time: &Server, give: Give<Known>) -> proofload::Result {
    lend(one_at_a_time, give).await
}

#[fixture]
async fn known_stall(stall: &Server, give: Give<Known>) -> proofload::Result {
    lend(stall, give).await
}
