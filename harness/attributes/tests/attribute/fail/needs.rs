//! Tests that need what is not there.

use proofload::prelude::*;

async fn body() -> proofload::Result {
    Ok(())
}

#[perf(kind = "load", needs = [answers_agre])]
async fn misspelt(user: &mut User) -> proofload::Result {
    body().await
}

#[perf(kind = "load", needs = [checks::hidden])]
async fn out_of_sight(user: &mut User) -> proofload::Result {
    body().await
}

#[perf(kind = "load")]
async fn answers_agree(user: &mut User) -> proofload::Result {
    body().await
}

mod checks {
    use proofload::prelude::*;

    #[perf(kind = "load")]
    async fn hidden(user: &mut User) -> proofload::Result {
        super::body().await
    }
}

fn main() {}
