//! What a process waits for that may come up later than itself: [`connect_when_up`].

use std::time::Duration;

use tokio::time::Instant;

use super::broker_address::BrokerAddress;
use super::link::{BrokerLink, LinkError};

/// A process of a run has so long to come: a scheduler may have a queue.
pub(super) const COMING_LIMIT: Duration = Duration::from_secs(120);
/// From one attempt to the next.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// As [`BrokerLink::connect`], for a broker that may accept connections only later, but within `limit`. One that refuses this process
/// would refuse it later, too.
pub(super) async fn connect_when_up(
    address: &BrokerAddress,
    name: &str,
    process: u64,
    limit: Duration,
) -> Result<BrokerLink, LinkError> {
    let began = Instant::now();
    let mut has_said = false;
    loop {
        let error = match BrokerLink::connect(address, name, process).await {
            Err(error @ (LinkError::Unreachable { .. } | LinkError::OutOfReach { .. })) => error,
            connected_or_refused => return connected_or_refused,
        };
        if began.elapsed() >= limit {
            return Err(error);
        }
        if !std::mem::replace(&mut has_said, true) {
            eprintln!("waiting for the broker for {} s at most: {error}", limit.as_secs());
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}
