//! What a run that takes turns with others asks of its [`Control`]. Nothing of it concerns a run of one server.

use std::time::Duration;

use super::control::Control;

impl Control<'_> {
    /// True if this load is offered in turns with others.
    pub(super) fn takes_turns(&self) -> bool {
        self.turns.is_some()
    }

    /// When, after the load began, an arrival of the warm-up is due that the plan has at `planned`.
    pub(super) fn warm_up_arrival(&self, planned: Duration) -> Duration {
        self.turns.as_ref().map_or(planned, |turns| turns.warmed_up_at(planned))
    }

    /// When, after the measurement began, an arrival is due that the plan has at `planned`.
    pub(super) fn measured_arrival(&self, planned: Duration) -> Duration {
        self.turns.as_ref().map_or(planned, |turns| turns.measured_at(planned))
    }
}
