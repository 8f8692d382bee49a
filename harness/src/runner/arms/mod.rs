//! A test of several servers: each is one *arm*, with its own load, figures and verdicts, and they are compared.
//!
//! The arms take turns, so that what disturbs one disturbs the others ([`ArmTurns`](crate::arm_turns::ArmTurns)). What is pure
//! (whose thresholds, how long a turn, which outcome) is apart from what runs.

mod arm;
mod compare;
mod judge;
mod load;
mod plan;
mod ready;
mod thresholds;

pub(super) use arm::Arm;
pub(super) use judge::{ArmsResult, JudgedArm, judge_arms};
pub(super) use load::{ArmsLoad, offer_to_arms};
pub(super) use ready::ReadyArms;
