//! Long loads.

use fixtures::hello;
use proofload::prelude::*;

use super::{Known, known_leak};

// As long as a verdict on leaks takes, and a little.
#[perf(kind = "soak", users = 2, duration = 19s, success_rate >= 99%)]
async fn keeps(user: &mut User, known_leak: &Known, hello: &Server) -> proofload::Result {
    user.get(known_leak.watched(), "/").await?;
    user.get(hello, "/").await?;
    user.think(Duration::from_millis(20)).await;
    Ok(())
}
