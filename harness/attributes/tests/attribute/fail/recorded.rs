use proofload::prelude::*;

/// What a threshold on a value cannot be.
#[perf(
    kind = "load",
    median(value confidence) > 0.6,
    median(value "confidence") > 60%,
    p95(value "size") <= 3KiB,
    mean(value "size") <= 110% of baseline,
    mean(value "size") == 3,
    success_rate(value "size") > 3,
    total("hits") > 3,
)]
async fn wrong(user: &mut User) -> proofload::Result {
    user.record("confidence", 0.9);
    user.record("size", 3);
    Ok(())
}

/// All names that it can record are written out, so others are misspelt.
#[perf(kind = "load", median(value "confidnce") > 0.6, total(value "misses") == 0)]
async fn misspelt(user: &mut User) -> proofload::Result {
    user.record("confidence", 0.9);
    user.count("hits", 1);
    Ok(())
}

#[perf(kind = "load", median(value "confidence") > 0.6)]
async fn records_nothing(user: &mut User) -> proofload::Result {
    user.get("http://127.0.0.1:8080", "/").await?;
    Ok(())
}

fn main() {}
