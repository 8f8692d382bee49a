//! The fixtures of the probe.

use std::sync::atomic::{AtomicU64, Ordering};

use proofload::prelude::*;

pub(crate) use super::servers::steady;
use super::servers::trace;

/// A session fixture with tear-down.
#[fixture(scope = session)]
pub(crate) async fn catalogue(steady: &Server, give: Give<String>) -> proofload::Result {
    trace("catalogue set up");
    let url = give.to_tests(steady.url().to_owned()).await;
    trace(&format!("catalogue torn down {}", !url.is_empty()));
    Ok(())
}

/// A test fixture that depends on a session fixture.
#[fixture(scope = test)]
#[expect(clippy::ptr_arg, reason = "the parameter's type is the fixture's")]
pub(crate) async fn basket(catalogue: &String, give: Give<usize>) -> proofload::Result {
    trace("basket set up");
    give.to_tests(catalogue.len()).await;
    trace("basket torn down");
    Ok(())
}

/// A fixture that cannot be set up.
#[fixture(scope = session)]
pub(crate) async fn broken() -> proofload::Result<u32> {
    trace("broken tried");
    Ok("not a number".parse::<u32>()?)
}

/// A fixture whose tear-down fails.
#[fixture(scope = test)]
pub(crate) async fn sticky(give: Give<usize>) -> proofload::Result {
    give.to_tests(7).await;
    Err(proofload::Error::message("the table is still\nlocked"))
}

static LOG_INS: AtomicU64 = AtomicU64::new(0);

/// Logs each virtual user in.
#[fixture(scope = user)]
pub(crate) async fn token(user: &mut User, steady: &Server) -> proofload::Result<String> {
    user.get(steady, "/log-in").await?;
    Ok(format!("token {}", LOG_INS.fetch_add(1, Ordering::Relaxed)))
}
