//! What was measured of one of several servers that take turns, put together as its own time.

use std::time::Duration;

use super::recorder::Recorder;
use super::seconds::nanoseconds;
use crate::arm_turns::ArmTurns;

impl Recorder {
    /// The server took turns with others: what was measured is put together as if it had been alone all the time.
    #[must_use]
    pub fn taking_turns(mut self, turns: Option<ArmTurns>) -> Recorder {
        self.turns = turns;
        self
    }

    /// The moment in the server's own time, if several took turns.
    pub(super) fn placed(&self, since_origin_ns: u64) -> u64 {
        self.turns.as_ref().map_or(since_origin_ns, |turns| turns.place_ns(since_origin_ns))
    }

    /// How much of `length`, from the beginning of the measurement or of what was measured, was the server's own time.
    pub(super) fn own(&self, length: Duration) -> Duration {
        let Some(turns) = &self.turns else { return length };
        if let Some(planned) = self.planned_span.length() {
            return Duration::from_nanos(turns.own_ns(nanoseconds(length.min(planned))));
        }
        let Some((first, last)) = self.stages.span().ends() else { return length };
        let own_ns = |moment: Duration| turns.own_ns(self.since_origin(nanoseconds(moment)));
        Duration::from_nanos(own_ns(last) - own_ns(first))
    }
}
