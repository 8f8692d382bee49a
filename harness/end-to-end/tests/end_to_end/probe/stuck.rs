//! Tests and fixtures whose code does not await, or never comes back.

use proofload::prelude::*;

use super::servers::{steady, trace};

#[perf(kind = "load", users = 2, duration = 300ms, timeout = 200ms)]
async fn loops(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    loop {
        std::hint::spin_loop();
    }
}

/// Its set-up blocks for longer than any test waits.
#[fixture(scope = test, set_up_timeout = 500ms)]
async fn blocked() -> u8 {
    std::thread::sleep(Duration::from_secs(3_600));
    1
}

#[perf(kind = "load", users = 1, requests = 1)]
async fn set_up_blocks(user: &mut User, steady: &Server, blocked: &u8) -> proofload::Result {
    user.check("a byte", *blocked == 1)?;
    user.get(steady, "/health").await?;
    Ok(())
}

#[fixture(scope = test)]
async fn blocked_for_long() -> u8 {
    trace("blocks now");
    std::thread::sleep(Duration::from_secs(3_600));
    1
}

#[perf(kind = "load", users = 1, requests = 1)]
async fn set_up_blocks_for_long(user: &mut User, steady: &Server, blocked_for_long: &u8) -> proofload::Result {
    user.check("a byte", *blocked_for_long == 1)?;
    user.get(steady, "/health").await?;
    Ok(())
}

/// One of its two users waits for nothing after its first request.
#[perf(kind = "load", users = 2, duration = 300ms, timeout = 200ms)]
async fn waits_for_nothing(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    if user.number() == 1 {
        std::future::pending::<()>().await;
    }
    Ok(())
}

#[perf(kind = "load", users = 1, requests = 10)]
async fn blocks_beside(user: &mut User, steady: &Server) -> proofload::Result {
    drop(tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(3_600))));
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 1, requests = 10)]
async fn zz_after(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}
