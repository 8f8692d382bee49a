//! A server that is quicker or slower in another version.

use proofload::prelude::*;
use proofload_testing::http_server::{Reply, serve};
use tokio::net::TcpListener;

use super::servers::trace;

/// The environment variable with the time that it takes for an answer, in milliseconds.
pub(crate) const DELAY: &str = "DELAY_MS";

/// Answers after a time.
#[server]
pub(crate) async fn paced(listener: TcpListener) -> std::io::Result<()> {
    trace(&format!("paced {}", std::process::id()));
    let delay = std::env::var(DELAY).ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let delay = Duration::from_millis(delay);
    serve(listener, move |_| Reply::send_after(delay, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).await
}

#[perf(kind = "load", users = 2, duration = 24s, ignore = true)]
async fn steadily(user: &mut User, paced: &Server) -> proofload::Result {
    user.get(paced, "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 40, ignore = true)]
async fn briefly(user: &mut User, paced: &Server) -> proofload::Result {
    user.get(paced, "/").await?;
    Ok(())
}
