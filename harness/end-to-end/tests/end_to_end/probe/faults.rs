//! Servers and fixtures that break.

use proofload::prelude::*;

use super::fixtures::{broken, steady, sticky};
use super::servers::{mortal, panicky, stillborn, unready};

#[perf(kind = "load", users = 4, requests = 1000)]
async fn dies(user: &mut User, mortal: &Server) -> proofload::Result {
    let path = if user.number() == 3 { "/exit" } else { "/health" };
    user.get(mortal, path).await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn revives(user: &mut User, mortal: &Server) -> proofload::Result {
    user.get(mortal, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn stillborn_server(user: &mut User, stillborn: &Server) -> proofload::Result {
    user.get(stillborn, "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn panicky_server(user: &mut User, panicky: &Server) -> proofload::Result {
    user.get(panicky, "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn unready_server(user: &mut User, unready: &Server) -> proofload::Result {
    user.get(unready, "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn broken_fixture(user: &mut User, steady: &Server, broken: &u32) -> proofload::Result {
    user.get(steady, "/").query(&[("n", broken.to_string())]).await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn broken_fixture_again(user: &mut User, steady: &Server, broken: &u32) -> proofload::Result {
    user.get(steady, "/").query(&[("n", broken.to_string())]).await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 4, timeout = 100ms)]
async fn silence(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/silence").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 1_000_000, timeout = 100ms)]
async fn endless_silence(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/silence").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 20)]
async fn cut_bodies(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/cut").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 20)]
async fn rubbish(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/rubbish").await?;
    Ok(())
}

/// The path has no slash.
#[perf(kind = "load", users = 2, duration = 3s)]
async fn mistake(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "health").await?;
    Ok(())
}

/// The same, and the author does not look at the error.
#[perf(kind = "load", rate = 50/s, duration = 3s)]
async fn ignored_mistake(user: &mut User, steady: &Server) -> proofload::Result {
    drop(user.get(steady, "health").await);
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 50)]
async fn sticky_tear_down(user: &mut User, steady: &Server, sticky: &usize) -> proofload::Result {
    user.get(steady, "/health").query(&[("n", sticky.to_string())]).await?;
    Ok(())
}
