use proofload::prelude::*;

#[fixture]
async fn hen(nest: &u8) -> u8 {
    *nest
}

#[fixture]
async fn egg(hen: &u8) -> u8 {
    *hen
}

#[fixture]
async fn nest(egg: &u8) -> u8 {
    *egg
}

/// Leads into the circle, and is no part of it.
#[fixture]
async fn fox(hen: &u8) -> u8 {
    *hen
}

#[fixture]
async fn bootstrap(bootstrap: &u8) -> u8 {
    *bootstrap
}

fn main() {}
