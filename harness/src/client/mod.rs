//! One virtual user and what it does: requests, checks, choices and pauses.
//!
//! Knows HTTP; knows no workload.

mod clock;
mod failure;
mod stop;
mod target;
mod user;

pub use clock::Clock;
pub use failure::{Error, Result};
pub use stop::Stop;
pub use target::Target;
pub use user::{Seat, User};
