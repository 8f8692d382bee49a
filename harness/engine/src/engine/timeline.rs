//! The states of a run, and what moves it from one to the next.
//!
//! Pure but for the wake-up of those who wait for a change: every time is handed in. All worker threads share one
//! [`Timeline`]; reading its state locks nothing.

#[cfg(test)]
mod tests;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
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
    measured: OnceLock<MeasuredTime>,
    ended_early: OnceLock<Ended>,
    /// When the person stopped the run in an orderly way.
    stopped_at: OnceLock<Duration>,
    /// It has ended early or was stopped.
    is_cut_short: AtomicBool,
    changed: Notify,
}

/// When the measurement began, and when it is to end, if time decides it. One value, because each iteration asks for both.
#[derive(Debug, Clone, Copy)]
struct MeasuredTime {
    from: Duration,
    until: Option<Duration>,
}

/// When the phases of a run began; `None` for one that it did not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PhaseBeginnings {
    pub(super) ramp_up: Option<Duration>,
    pub(super) warm_up: Option<Duration>,
    pub(super) measurement: Option<Duration>,
}

impl Timeline {
    pub(super) fn new(lengths: PhaseLengths) -> Timeline {
        Timeline {
            lengths,
            load_began: OnceLock::new(),
            users_ready: OnceLock::new(),
            measured: OnceLock::new(),
            ended_early: OnceLock::new(),
            stopped_at: OnceLock::new(),
            is_cut_short: AtomicBool::new(false),
            changed: Notify::new(),
        }
    }

    /// The state of the run at `now`.
    pub(super) fn state_at(&self, now: Duration) -> RunState {
        if self.is_cut_short() { self.state_when_cut_short(now) } else { self.planned_state_at(now) }
    }

    #[cold]
    fn state_when_cut_short(&self, now: Duration) -> RunState {
        match self.stopped_at() {
            _ if self.has_ended_early() => RunState::EndedEarly,
            Some(stopped) if now >= stopped => RunState::Draining,
            _ => self.planned_state_at(now),
        }
    }

    fn planned_state_at(&self, now: Duration) -> RunState {
        if let Some(MeasuredTime { until: ends, .. }) = self.measured.get().copied() {
            return if ends.is_some_and(|ends| now >= ends) {
                RunState::Draining
            } else {
                RunState::Measuring { ends }
            };
        }
        match self.ramp_up_ends() {
            Some(ramp_up_ends) if now >= ramp_up_ends => RunState::WarmUp { ends: self.warm_up_ends() },
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
        let until = self.lengths.measurement.map(|length| at + length);
        let is_first = self.measured.set(MeasuredTime { from: at, until }).is_ok();
        if is_first {
            self.changed.notify_waiters();
        }
        is_first
    }

    /// Ends the run before its plan does; the first reason is kept, because it is the cause of the others.
    pub(super) fn end_early(&self, why: Ended) {
        if self.ended_early.set(why).is_ok() {
            self.cut_short();
        }
    }

    /// Ends the run at this time as if its length had been planned so; the first call counts.
    pub(super) fn stop(&self, at: Duration) {
        if self.stopped_at.set(at).is_ok() {
            self.cut_short();
        }
    }

    fn cut_short(&self) {
        self.is_cut_short.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    #[inline]
    fn is_cut_short(&self) -> bool {
        self.is_cut_short.load(Ordering::Acquire)
    }

    /// When the person stopped the run, if that was done.
    pub(super) fn stopped_at(&self) -> Option<Duration> {
        self.stopped_at.get().copied()
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

    /// Waits until the load has begun, the run has ended early or was stopped.
    pub(super) async fn load_has_begun(&self) {
        loop {
            let changed = self.changed();
            if self.load_began().is_some() || self.is_cut_short() {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn load_began(&self) -> Option<Duration> {
        self.load_began.get().copied()
    }

    pub(super) fn measured_from(&self) -> Option<Duration> {
        self.measured.get().map(|measured| measured.from)
    }

    /// How long the measurement is to last, if time decides it.
    pub(super) fn measured_length(&self) -> Option<Duration> {
        self.lengths.measurement
    }

    /// When the measurement is to end, if time decides it.
    pub(super) fn planned_end(&self) -> Option<Duration> {
        self.measured.get()?.until
    }

    /// When the measurement began and is to end, if it has begun and time decides that.
    #[inline]
    pub(super) fn measured_window(&self) -> Option<(Duration, Duration)> {
        let MeasuredTime { from, until } = *self.measured.get()?;
        Some((from, until?))
    }

    /// True while a measurement lasts whose end is planned, and nothing has cut the run short: what nearly each iteration asks.
    #[inline]
    pub(super) fn measures_at(&self, now: Duration) -> bool {
        self.measured_window().is_some_and(|(_, until)| now < until) && !self.is_cut_short()
    }

    /// When the measurement ends, if time decides it or the run was stopped.
    pub(super) fn measured_until(&self) -> Option<Duration> {
        self.planned_end().into_iter().chain(self.stopped_at()).min()
    }

    /// When the measurement is to begin, as soon as that is known and if time decides it. `None` if the run was stopped before.
    pub(super) fn planned_start(&self) -> Option<Duration> {
        let is_before_stop = |start: &Duration| self.stopped_at().is_none_or(|stopped| *start < stopped);
        self.warm_up_ends().filter(is_before_stop)
    }

    fn warm_up_ends(&self) -> Option<Duration> {
        Some(self.ramp_up_ends()? + self.lengths.warm_up?)
    }

    /// When the phases began, as far as they did.
    pub(super) fn beginnings(&self) -> PhaseBeginnings {
        let measurement = self.measured_from();
        let ramp_up = self.load_began().filter(|_| !self.lengths.ramp_up.is_zero());
        let warm_up = self.ramp_up_ends().filter(|ends| measurement.is_none_or(|began| *ends < began));
        PhaseBeginnings { ramp_up, warm_up, measurement }
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
