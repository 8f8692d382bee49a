//! `--against`: the servers of another version of the code, built beside this one, for the arm `before` of every test.

mod build;
mod checked_out;
mod git;
mod handed_over;
mod prepare;

pub(super) use handed_over::{hand_over, handed_over};
pub(super) use prepare::{PreparedBase, check_given, prepare};
