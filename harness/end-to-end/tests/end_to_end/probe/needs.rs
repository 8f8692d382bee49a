//! Tests that need others, which stand below them in the source.

use proofload::prelude::*;

use super::fixtures::{basket, steady};
use super::servers::trace;

#[perf(kind = "load", users = 2, requests = 20, needs = [answers])]
async fn after_good(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 20, needs = [answers, checks::answers_wrongly])]
async fn after_bad(user: &mut User, steady: &Server, basket: &usize) -> proofload::Result {
    user.get(steady, &format!("/{basket}")).await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 20, needs = [after_bad])]
async fn after_both(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

/// Ignored by its kind, and no more when the server is right.
#[perf(kind = "stress", users = 2, requests = 20, needs = [checks::each_page])]
async fn pushed(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", name = "right answers", users = 1, requests = 10)]
async fn answers(user: &mut User, steady: &Server) -> proofload::Result {
    trace("answers");
    user.get(steady, "/health").await?;
    Ok(())
}

pub(super) mod checks {
    use super::*;

    #[perf(kind = "load", users = 1, requests = 10)]
    pub(crate) async fn answers_wrongly(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/busy").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 1, case(name = "first", requests = 10), case(name = "second", requests = 20))]
    pub(crate) async fn each_page(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }
}
