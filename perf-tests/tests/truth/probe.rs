//! The perf binary of the proofs: loads of known shape on servers of known effect.
//!
//! Where a test has no limit of its own, `min < 100ms` lets the pacer be 5 ms late at the 99th percentile before the run is
//! invalid (5 % of the tightest limit), in place of the millisecond that a machine with other work on it cannot keep. The
//! tolerance of every proof holds the lag that the run confesses.

pub(crate) mod capacity;
pub(crate) mod closed;
pub(crate) mod network;
pub(crate) mod open;
pub(crate) mod series;
pub(crate) mod soak;
pub(crate) mod spike;
pub(crate) mod stages;

use std::fs::OpenOptions;
use std::io::Write;

use fixtures::serving::{configure, record};
use fixtures::{arrivals, delay, faulty, freezes, hello, leaky, one_at_a_time, stall};
use proofload::prelude::*;

use crate::run::{BEGUN, CONFIGURE, RECORD};

/// Configures a server as the proof says, tells the proof that a measurement begins, lends the server to the test, and
/// leaves what it did where the proof finds it.
async fn lend(server: &Server, give: Give<Server>) -> proofload::Result {
    configure(server, &std::env::var(CONFIGURE)?).await?;
    let mut begun = OpenOptions::new().create(true).append(true).open(std::env::var(BEGUN)?)?;
    writeln!(begun, "a measurement of `{}`", server.name())?;
    let server = give.to_tests(server.clone()).await;
    std::fs::write(std::env::var(RECORD)?, record(&server).await?.to_string())?;
    Ok(())
}

#[fixture]
async fn known_arrivals(arrivals: &Server, give: Give<Server>) -> proofload::Result {
    lend(arrivals, give).await
}

#[fixture]
async fn known_delay(delay: &Server, give: Give<Server>) -> proofload::Result {
    lend(delay, give).await
}

#[fixture]
async fn known_faults(faulty: &Server, give: Give<Server>) -> proofload::Result {
    lend(faulty, give).await
}

#[fixture]
async fn known_freeze(freezes: &Server, give: Give<Server>) -> proofload::Result {
    lend(freezes, give).await
}

#[fixture]
async fn known_hello(hello: &Server, give: Give<Server>) -> proofload::Result {
    lend(hello, give).await
}

#[fixture]
async fn known_leak(leaky: &Server, give: Give<Server>) -> proofload::Result {
    lend(leaky, give).await
}

#[fixture]
async fn known_queue(one_at_a_time: &Server, give: Give<Server>) -> proofload::Result {
    lend(one_at_a_time, give).await
}

#[fixture]
async fn known_stall(stall: &Server, give: Give<Server>) -> proofload::Result {
    lend(stall, give).await
}
