#![allow(unused_variables)]

use proofload::prelude::*;

#[fixture]
async fn agent() -> u8 {
    1
}

/// One letter is wrong.
#[perf(kind = "load")]
async fn misspelt(agnet: &u8) -> proofload::Result {
    Ok(())
}

/// There is a function of this name, but no fixture.
#[perf(kind = "load")]
async fn login(login: &u8) -> proofload::Result {
    Ok(())
}

/// A fixture asks in the same way.
#[fixture]
async fn basket(catalog: &u8) -> u8 {
    *catalog
}

fn main() {}
