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

/// There is a type of this name, but no fixture.
struct Settings;

#[fixture]
async fn of_a_type(Settings: &u8) -> u8 {
    *Settings
}

fn main() {}
