//! Whose turn it is, if several servers of one test take turns. Pure.

use std::time::Duration;

use super::stages::Participation;
use crate::arm_turns::{ArmTurns, NextTurn};

/// Whether the users of this arm send requests at `now`; `began`: when the load did, if it has.
pub(super) fn participation_in_turns(turns: &ArmTurns, began: Option<Duration>, now: Duration) -> Participation {
    let Some(began) = began else { return Participation::DuringMeasurement };
    let Some(since) = now.checked_sub(began) else { return Participation::ActiveFrom(began) };
    match turns.next(since) {
        NextTurn::Now => Participation::Active,
        NextTurn::At(begins) => Participation::ActiveFrom(began + begins),
    }
}
