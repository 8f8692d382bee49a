//! A network between the user and the fastest server.

use fixtures::fault::Faults;
use fixtures::{fault, hello};
use proofload::prelude::*;

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

#[perf(kind = "load", users = 4, duration = 1s)]
async fn far(user: &mut User, distant: &Server) -> proofload::Result {
    user.get(distant, "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 4, duration = 1s)]
async fn thin(user: &mut User, narrow: &Server) -> proofload::Result {
    user.post(narrow, "/").text("x".repeat(10_000)).await?;
    Ok(())
}

#[perf(kind = "load", users = 60, requests = 60, timeout = 200ms, success_rate >= 1%)]
async fn bad(user: &mut User, unreliable: &Server) -> proofload::Result {
    user.get(unreliable, "/").await?;
    Ok(())
}
