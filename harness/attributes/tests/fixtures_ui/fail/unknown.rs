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

/// In the test's own place there is no fixture of its name.
#[perf(kind = "load")]
async fn login(login: &u8) -> proofload::Result {
    Ok(())
}

fn helper(_number: u8) {}

fn number() -> u8 {
    1
}

/// There are functions of these names, but no fixtures.
#[perf(kind = "load")]
async fn functions(helper: &u8, number: &mut u8) -> proofload::Result {
    Ok(())
}

/// A fixture asks in the same way.
#[fixture]
async fn basket(catalog: &u8) -> u8 {
    *catalog
}

fn main() {}
