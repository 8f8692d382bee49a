#![allow(unused_variables)]

use proofload::prelude::*;

struct Site;

#[fixture(scope = session)]
async fn sequential() -> Site {
    Site
}

#[fixture(scope = session)]
async fn threaded() -> Site {
    Site
}

#[fixture(scope = session)]
async fn number() -> u8 {
    1
}

#[fixture(scope = user)]
async fn own() -> Site {
    Site
}

fn helper() {}

/// One letter is wrong.
#[perf(kind = "load", versus(site = [sequential, threded]))]
async fn misspelt(site: &Site) -> proofload::Result {
    Ok(())
}

/// Fixtures of other types and scopes, and no fixture.
#[perf(kind = "load", versus(site = [sequential, number, own, helper]))]
async fn other_types(site: &Site) -> proofload::Result {
    Ok(())
}

/// The test hides a fixture of its name.
mod hidden {
    use super::{Site, sequential};
    use proofload::prelude::*;

    #[perf(kind = "load", versus(site = [sequential, newest]))]
    async fn newest(site: &Site) -> proofload::Result {
        Ok(())
    }
}

fn main() {}
