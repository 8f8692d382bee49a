//! Tests that record values of their own.

use proofload::prelude::*;

use super::fixtures::steady;

/// The server answers with a number.
#[perf(
    kind = "load", users = 4, requests = 200, warmup = 20,
    median(value "answer") > -2.5, max(value "answer") <= 7.5, total(value "even") >= 1
)]
async fn answers(user: &mut User, steady: &Server) -> proofload::Result {
    let answer: f64 = user.get(steady, "/number").await?.text()?.parse()?;
    user.record("answer", answer);
    user.count("even", u64::from(answer % 2.0 == 0.0));
    Ok(())
}

#[perf(kind = "load", users = 1, requests = 10, total(value "misses") <= 3)]
async fn counts_nothing(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    count_none(user);
    Ok(())
}

fn count_none(user: &User) {
    user.count("misse", 1);
}

#[perf(kind = "load", users = 1, requests = 1_000)]
async fn not_a_number(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    user.record("share", f64::NAN);
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 1_000)]
async fn both_ways(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    match user.number() {
        0 => user.record("size", 3),
        _ => user.count("size", 3),
    }
    Ok(())
}
