//! Loads that change with time.

use proofload::prelude::*;

use super::{Known, known_arrivals};

#[perf(kind = "load", min < 100ms, stages(0/s -> 400/s over 2s, 400/s for 1s, 400/s -> 0/s over 1s))]
async fn ramps(user: &mut User, known_arrivals: &Known) -> proofload::Result {
    user.get(known_arrivals.watched(), "/").await?;
    Ok(())
}
