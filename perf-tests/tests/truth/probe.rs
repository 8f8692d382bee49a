//! The perf binary of the proofs: loads of known shape on servers of known effect.

use fixtures::serving::{configure, record};
use fixtures::{delay, faulty, freezes};
use proofload::prelude::*;

use crate::run::{CONFIGURE, RECORD};

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
        user.get(known_faults, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 5, duration = 1500ms, timeout = 250ms, p95 < 100ms)]
    async fn frozen(user: &mut User, known_freeze: &Server) -> proofload::Result {
        user.get(known_freeze, "/").await?;
        user.think(Duration::from_millis(10)).await;
        Ok(())
    }
}
