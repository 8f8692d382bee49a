//! The states of a run, and what moves it from one to the next.
//!
//! Pure but for the wake-up of those who wait for a change: every time is handed in. All worker threads share one
//! [`Timeline`]; reading its state locks nothing.

#[cfg(test)]
mod tests;

use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::measure::Ended;

/// The state of a run. A run passes through them in this order; `EndedEarly` may follow any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunState {
    /// Users are being set up, and nothing is sent yet.
    WaitingForUsers,
    /// Users that are ready send requests, outside every figure. Lasts at least until every first user is ready.
    RampUp,
    /// Every user sends requests, outside every figure.
    WarmUp {
        /// `None` if a number of requests or steady times end it.
        ends: Option<Duration>,
    },
    /// Requests that start now are measured.
    Measuring {
        /// `None` if a number of requests or a precise mean ends it.
        ends: Option<Duration>,
    },
    /// No iteration may start any more; open requests have until their timeout.
    Draining,
    /// The run was ended before its plan was carried out.
    EndedEarly,
}

/// How long the phases of a run last, as far as time decides it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhaseLengths {
    pub(super) ramp_up: Duration,
    /// `None` if a number of requests or steady times end the warm-up.
    pub(super) warm_up: Option<Duration>,
    /// `None` if a number of requests or a precise mean ends the measurement.
    pub(super) measurement: Option<Duration>,
}

/// When a run moved from one state to the next. Each moment is set once, and the first call counts.
#[derive(Debug)]
pub(super) struct Timeline {
    lengths: PhaseLengths,
    load_began: OnceLock<Duration>,
    users_ready: OnceLock<Duration>,
    measured_from: OnceLock<Duration>,
    ended_early: OnceLock<Ended>,
    changed: Notify,
}

impl Timeline {
    pub(super) fn new(lengths: PhaseLengths) -> Timeline {
        Timeline {
            lengths,
            load_began: OnceLock::new(),
            users_ready: OnceLock::new(),
            measured_from: OnceLock::new(),
            ended_early: OnceLock::new(),
            changed: Notify::new(),
        }
    }

    /// The state of the run at `now`.
    pub(super) fn state_at(&self, now: Duration) -> RunState {
        if self.has_ended_early() {
            return RunState::EndedEarly;
        }
        if self.measured_from().is_some() {
            let ends = self.measured_until();
            return if ends.is_some_and(|ends| now >= ends) {
                RunState::Draining
            } else {
                RunState::Measuring { ends }
            };
        }
        match self.ramp_up_ends() {
            Some(ramp_up_ends) if now >= ramp_up_ends => RunState::WarmUp { ends: self.planned_start() },
            _ if self.load_began().is_some() => RunState::RampUp,
            _ => RunState::WaitingForUsers,
        }
    }

    /// The load begins: users that are ready may send requests.
    pub(super) fn begin_load(&self, at: Duration) {
        self.load_began.get_or_init(|| at);
        self.changed.notify_waiters();
    }

    /// The last of the first users is ready, so the load has begun, too.
    pub(super) fn all_users_ready(&self, at: Duration) {
        self.users_ready.get_or_init(|| at);
        self.begin_load(at);
    }

    /// The measurement begins. False if it had begun already.
    pub(super) fn begin_measurement(&self, at: Duration) -> bool {
        let is_first = self.measured_from.set(at).is_ok();
        if is_first {
            self.changed.notify_waiters();
        }
        is_first
    }

    /// Ends the run before its plan does; the first reason is kept, because it is the cause of the others.
    pub(super) fn end_early(&self, why: Ended) {
        if self.ended_early.set(why).is_ok() {
            self.changed.notify_waiters();
        }
    }

    pub(super) fn has_ended_early(&self) -> bool {
        self.ended_early.get().is_some()
    }

    /// False if something ended the run before its plan was carried out.
    pub(super) fn has_gone_as_planned(&self) -> bool {
        self.ended_early.get().is_none_or(|why| *why == Ended::AsPlanned)
    }

    /// Completes with the next change of state that is not due to time alone. Create it before you look at the state, so
    /// that no change is missed in between.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Waits until the load has begun or the run has ended early.
    pub(super) async fn load_has_begun(&self) {
        loop {
            let changed = self.changed();
            if self.load_began().is_some() || self.has_ended_early() {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn load_began(&self) -> Option<Duration> {
        self.load_began.get().copied()
    }

    pub(super) fn measured_from(&self) -> Option<Duration> {
        self.measured_from.get().copied()
    }

    /// How long the measurement is to last, if time decides it.
    pub(super) fn measured_length(&self) -> Option<Duration> {
        self.lengths.measurement
    }

    /// When the measurement ends, if time decides it.
    pub(super) fn measured_until(&self) -> Option<Duration> {
        Some(self.measured_from()? + self.lengths.measurement?)
    }

    /// When the measurement is to begin, as soon as that is known and if time decides it.
    pub(super) fn planned_start(&self) -> Option<Duration> {
        Some(self.ramp_up_ends()? + self.lengths.warm_up?)
    }

    /// Not before every first user is ready: with fewer users another load would be measured.
    fn ramp_up_ends(&self) -> Option<Duration> {
        let (load_began, users_ready) = (self.load_began()?, *self.users_ready.get()?);
        Some((load_began + self.lengths.ramp_up).max(users_ready))
    }

    /// Why the run ended.
    pub(super) fn into_ended(self) -> Ended {
        self.ended_early.into_inner().unwrap_or_default()
    }
}
