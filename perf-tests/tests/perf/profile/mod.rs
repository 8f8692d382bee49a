//! The profile service: requests that compute, under a load that grows.
//!
//! `load` runs by default; `stress` and `spike` have to be asked for.

mod load;
mod spike;
mod stress;

use fixtures::profile::{PRIMES, Profile};
use proofload::prelude::*;

/// Asks for a profile, looks at it, and goes on.
async fn ask_for_a_profile(user: &mut User, profile: &Server) -> proofload::Result {
    let answer: Profile = user.get(profile, "/profile").await?.json()?;
    user.check("the number of primes", answer.primes == PRIMES)?;
    user.check("times that add up", answer.tree.adds_up())?;
    user.think(Duration::from_millis(50)..Duration::from_millis(150)).await;
    Ok(())
}
