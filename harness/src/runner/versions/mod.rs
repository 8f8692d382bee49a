//! A test of this version of the code beside an earlier one: two arms, `before` and `now`, each with fixtures of its own.
//!
//! The users, their requests and the thresholds are those of this version; `before` has the servers of the other one.

mod arms;
mod base_fixtures;
mod beside;
mod comparable;
mod confirmed;
mod judge;
mod names;

pub(super) use base_fixtures::BaseFixtures;
pub(super) use beside::BesideBase;
pub(super) use confirmed::{confirmed, wants_confirmation};
