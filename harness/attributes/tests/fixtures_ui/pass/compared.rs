//! Tests that compare fixtures of one type.

use std::sync::Mutex;

use proofload::prelude::*;

/// Which number each iteration was handed, and the user's own beside it.
pub(crate) static HANDED: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

mod versions {
    use proofload::prelude::*;

    #[fixture(scope = session)]
    pub async fn number() -> u64 {
        2
    }
}

use versions::number as new;

#[fixture(scope = session)]
async fn old() -> u64 {
    1
}

#[fixture(scope = test)]
async fn newest() -> std::io::Result<u64> {
    Ok(3)
}

/// Depends on one of them by its name, whichever takes its turn.
#[fixture(scope = user)]
async fn tenth(old: &u64) -> u64 {
    old * 10
}

/// The parameter has another name than any fixture.
#[perf(
    kind = "load", users = 1, requests = 3, order = one_after_the_other, versus(version = [old, new, newest]),
    p95("new") < 800ms, p95 <= 150% of "old", throughput("newest") >= 95% of "new",
)]
async fn compared(tenth: &mut u64, _version: &u64, old: &u64) -> proofload::Result {
    HANDED.lock().unwrap().push((*_version, *tenth));
    assert_eq!(*old, 1, "a parameter of an arm's name is that fixture in every turn");
    Ok(())
}

/// A parameter that is compared may have the name of one of the fixtures.
#[perf(kind = "benchmark", duration = 1s, versus(old = [new, old]), mean <= 150% of "old")]
async fn renamed(old: &u64) -> proofload::Result {
    HANDED.lock().unwrap().push((*old, 0));
    Ok(())
}
