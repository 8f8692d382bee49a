//! The perf binary of the proofs: loads of known shape on servers of known effect.

use fixtures::fault::Faults;
use fixtures::serving::{configure, record};
use fixtures::{delay, fault, faulty, freezes, hello, leaky, stall};
use proofload::prelude::*;

use crate::run::{CONFIGURE, RECORD};

mod capacity;

/// Configures a server as the proof says, lends it to the tests, and leaves what it did where the proof finds it.
async fn lend(server: &Server, give: Give<Server>) -> proofload::Result {
    configure(server, &std::env::var(CONFIGURE)?).await?;
    let server = give.to_tests(server.clone()).await;
    std::fs::write(std::env::var(RECORD)?, record(&server).await?.to_string())?;
    Ok(())
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
async fn known_stall(stall: &Server, give: Give<Server>) -> proofload::Result {
    lend(stall, give).await
}

#[fixture]
async fn known_leak(leaky: &Server, give: Give<Server>) -> proofload::Result {
    lend(leaky, give).await
}

/// 20 ms away.
#[fixture]
async fn distant(fault: &Server, hello: &Server) -> proofload::Result<Server> {
    Faults { delay: Duration::from_millis(20), ..Faults::default() }.between(fault, hello).await
}

/// Behind a line of 100 kB/s.
#[fixture]
async fn narrow(fault: &Server, hello: &Server) -> proofload::Result<Server> {
    Faults { bandwidth_bytes_per_s: Some(100_000), ..Faults::default() }.between(fault, hello).await
}

/// A third of its connections is reset, and a third swallows everything.
#[fixture]
async fn unreliable(fault: &Server, hello: &Server) -> proofload::Result<Server> {
    Faults { reset: 1.0 / 3.0, black_hole: 1.0 / 3.0, ..Faults::default() }.between(fault, hello).await
}

pub(crate) mod network {
    use super::*;

    #[perf(kind = "load", users = 4, duration = 1500ms)]
    async fn far(user: &mut User, distant: &Server) -> proofload::Result {
        user.get(distant, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 4, duration = 1500ms)]
    async fn thin(user: &mut User, narrow: &Server) -> proofload::Result {
        user.post(narrow, "/").text("x".repeat(10_000)).await?;
        Ok(())
    }

    #[perf(kind = "load", users = 60, requests = 60, timeout = 200ms, success_rate >= 1%)]
    async fn bad(user: &mut User, unreliable: &Server) -> proofload::Result {
        user.get(unreliable, "/").await?;
        Ok(())
    }
}

pub(crate) mod open {
    use super::*;

    #[perf(kind = "load", rate = 200/s, duration = 5s, warmup = 0, max_in_flight = 200)]
    async fn stalled(user: &mut User, known_stall: &Server) -> proofload::Result {
        user.get(known_stall, "/").await?;
        Ok(())
    }
}

pub(crate) mod soak {
    use super::*;

    // As long as a verdict on leaks takes, and a little.
    #[perf(kind = "soak", users = 2, duration = 19s, success_rate >= 99%)]
    async fn keeps(user: &mut User, known_leak: &Server, hello: &Server) -> proofload::Result {
        user.get(known_leak, "/").await?;
        user.get(hello, "/").await?;
        user.think(Duration::from_millis(20)).await;
        Ok(())
    }
}

pub(crate) mod closed {
    use super::*;

    #[perf(kind = "load", users = 4, duration = 2s)]
    async fn constant(user: &mut User, known_delay: &Server) -> proofload::Result {
        user.get(known_delay, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 8, requests = 3000)]
    async fn drawn(user: &mut User, known_delay: &Server) -> proofload::Result {
        user.get(known_delay, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 100, duration = 4s, warmup = 1s)]
    async fn thinking(user: &mut User, known_delay: &Server) -> proofload::Result {
        user.get(known_delay, "/").await?;
        user.think(Duration::from_millis(100)..Duration::from_millis(300)).await;
        Ok(())
    }

    #[perf(kind = "load", users = 4, requests = 2000, timeout = 100ms)]
    async fn broken(user: &mut User, known_faults: &Server) -> proofload::Result {
        // Not a GET: one whose kept connection is closed before any answer is sent once more, so that its fault is unseen.
        user.post(known_faults, "/").text("ignored").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 5, duration = 1500ms, timeout = 250ms, p95 < 100ms)]
    async fn frozen(user: &mut User, known_freeze: &Server) -> proofload::Result {
        user.get(known_freeze, "/").await?;
        user.think(Duration::from_millis(10)).await;
        Ok(())
    }
}
