//! When the iterations of a user start: as soon as the one before has ended, at a fixed interval, or when an arrival is due.

use std::time::Duration;

use super::budget::Permit;
use super::cadence::Cadence;
use super::control::Control;
use super::dispatcher::Dispatcher;
use super::executor::yield_now;
use super::stages::{self, Participation};
use super::thinking::ThinkingUser;
use super::user_context::UserContext;
use super::user_pool::{Arrival, AssignedArrival};
use crate::measure::Phase;

/// A plan that starts the iterations of one user. Without one, the next starts when the one before has ended: [`next_closed_turn`].
pub(super) enum Pacing<'u, 'w> {
    /// A closed workload whose users start an iteration at a fixed interval.
    Paced(PacedUser),
    /// A closed workload whose users pause between two iterations.
    Thinking(ThinkingUser),
    /// An open workload: the user starts the arrivals that the dispatcher assigns to it.
    Open(&'u Dispatcher<'w>),
}

/// The due times of a paced user.
pub(super) struct PacedUser {
    interval: Duration,
    /// `None` before the first iteration.
    cadence: Option<Cadence>,
    /// When the user became active, if that was after the load began; taken by its next iteration.
    became_active: Option<Duration>,
}

/// An iteration that is to start now.
pub(super) struct Turn {
    pub(super) permit: Permit,
    /// `None` if the workload plans no start times.
    pub(super) planned: Option<PlannedStart>,
}

/// When the plan wanted an iteration to start.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlannedStart {
    pub(super) intended: Duration,
    /// How long no user was free for it.
    pub(super) pool_wait: Duration,
}

impl<'u, 'w> Pacing<'u, 'w> {
    /// The plan for the user with this number, which is ready and has joined at `joined` if the load had begun before; `None` in a closed workload
    /// without pace and pauses.
    pub(super) fn new(
        control: &Control<'_>,
        dispatcher: Option<&'u Dispatcher<'w>>,
        number: usize,
        joined: Option<Duration>,
    ) -> Option<Pacing<'u, 'w>> {
        if let Some(dispatcher) = dispatcher {
            return Some(Pacing::Open(dispatcher));
        }
        if let Some(thinking) = ThinkingUser::of(control.workload, number) {
            return Some(Pacing::Thinking(thinking));
        }
        let interval = control.pacing_interval()?;
        Some(Pacing::Paced(PacedUser { interval, cadence: None, became_active: joined }))
    }

    /// Waits until this user's next iteration is due; `None` if it is to leave.
    pub(super) async fn next_turn(&mut self, user: &UserContext<'_, '_>) -> Option<Turn> {
        let_others_run(user).await;
        match self {
            Pacing::Paced(paced) => paced.next_turn(user).await,
            Pacing::Thinking(thinking) => {
                thinking.pause(user).await?;
                closed_turn(user).await
            }
            Pacing::Open(dispatcher) => next_arrival(user, dispatcher).await,
        }
    }

    /// Counts what was due for a paced user within the measurement, and was not started before its end, as never sent.
    pub(super) fn count_missed(&mut self, user: &UserContext<'_, '_>) {
        if let Pacing::Paced(PacedUser { cadence: Some(cadence), .. }) = self {
            count_missed(cadence, user);
        }
    }
}

/// A function that never waits must not keep other users from running. One that does wait must not wait here as well, between
/// two iterations, where no figure would show it.
async fn let_others_run(user: &UserContext<'_, '_>) {
    if !user.take_has_waited() {
        yield_now().await;
        user.note_wait();
    }
}

/// In a closed workload without a pace, waits until this user may start its next iteration; `None` if it is to leave.
pub(super) async fn next_closed_turn(user: &UserContext<'_, '_>) -> Option<Turn> {
    let_others_run(user).await;
    closed_turn(user).await
}

async fn closed_turn(user: &UserContext<'_, '_>) -> Option<Turn> {
    if wait_until_active(user).await == Activation::Never {
        return None;
    }
    Some(Turn { permit: permit(user)?, planned: None })
}

async fn next_arrival(user: &UserContext<'_, '_>, dispatcher: &Dispatcher<'_>) -> Option<Turn> {
    let _thinks = user.log.think();
    let AssignedArrival { arrival, pool_wait } = dispatcher.pool.next(user.index).await?;
    user.note_wait();
    let Arrival { intended, phase, class } = arrival;
    user.log.begin_class(class);
    let planned = Some(PlannedStart { intended, pool_wait });
    Some(Turn { permit: Permit::unlimited(Some(phase)), planned })
}

impl PacedUser {
    async fn next_turn(&mut self, user: &UserContext<'_, '_>) -> Option<Turn> {
        match wait_until_active(user).await {
            Activation::WasActive => {}
            Activation::BecameActive(since) => self.became_active = Some(since),
            Activation::Never => return None,
        }
        let planned = self.wait_until_due(user).await?;
        let permit = permit(user)?;
        if let Some(cadence) = &mut self.cadence {
            cadence.advance();
        }
        Some(Turn { permit: permit.or_phase(user.control.phase_at(planned.intended)), planned: Some(planned) })
    }

    /// Waits until the next iteration is due; `None` if the run is over before.
    async fn wait_until_due(&mut self, user: &UserContext<'_, '_>) -> Option<PlannedStart> {
        let free = user.control.clock.now();
        let is_first = self.cadence.is_none();
        let became_active = self.became_active.take();
        let cadence = self.cadence.get_or_insert_with(|| first_cadence(user, self.interval, free));
        if let Some(became_active) = became_active {
            cadence.skip_to(became_active);
        }
        let intended = cadence.due();
        if intended > free {
            let is_due = user.idle(user.worker.pacer.until(intended)).await;
            // A planned pause is think time in the interactive response-time law.
            user.note_occupied(free, intended.min(user.control.clock.now()));
            is_due?;
        }
        // A user that has just become active has sent nothing that could have delayed it: if it is late, the generator is.
        let was_busy = !is_first && became_active.is_none();
        let pool_wait = if was_busy { free.saturating_sub(intended) } else { Duration::ZERO };
        Some(PlannedStart { intended, pool_wait })
    }
}

fn first_cadence(user: &UserContext<'_, '_>, interval: Duration, now: Duration) -> Cadence {
    let load_began = user.control.timeline.load_began().unwrap_or(now);
    Cadence::new(load_began, interval, user.number, user.control.workload.users())
}

fn permit(user: &UserContext<'_, '_>) -> Option<Permit> {
    let permit = user.control.permit(user.now());
    if let Some(origin) = user.control.timeline.measured_from() {
        user.worker.log.measure_from(origin);
    }
    permit
}

/// How a user came to take part in a workload whose number of users changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activation {
    /// It did not have to wait.
    WasActive,
    /// It waited, and takes part since this time.
    BecameActive(Duration),
    /// The run is over, no later stage has room for it, or it is to retire.
    Never,
}

/// Waits while the stages have no room for this user.
async fn wait_until_active(user: &UserContext<'_, '_>) -> Activation {
    if user.control.has_constant_users {
        return Activation::WasActive;
    }
    if user.worker.driven.is_some() {
        return if user.is_to_retire() { Activation::Never } else { Activation::WasActive };
    }
    match user.control.participation(user.number, user.now()) {
        Participation::Active => Activation::WasActive,
        // Boxed, because it is rare, and would take its place between what each request touches.
        _ => Box::pin(wait_for_room(user)).await,
    }
}

async fn wait_for_room(user: &UserContext<'_, '_>) -> Activation {
    let mut activation = Activation::WasActive;
    loop {
        // Created before the state is looked at, so that no change is missed in between.
        let changed = user.control.timeline.changed();
        let since = match user.control.participation(user.number, user.now()) {
            Participation::Active => return activation,
            Participation::Over => None,
            // The due time and not the time at which it wakes up: that is later, and would skip an iteration that is due
            // just then.
            Participation::ActiveFrom(due) => wait_for_turn(user, due).await.map(|()| due),
            Participation::DuringMeasurement => user.idle(changed).await.map(|()| user.control.clock.now()),
        };
        let Some(since) = since else { return Activation::Never };
        activation = Activation::BecameActive(since);
    }
}

/// Waits until `due`. The time in which other servers have their turn is no gap in what occupies this user.
async fn wait_for_turn(user: &UserContext<'_, '_>, due: Duration) -> Option<()> {
    let since = user.now();
    let waited = user.idle(user.worker.pacer.until(due)).await;
    if user.control.takes_turns() {
        user.note_occupied(since, due.min(user.control.clock.now()));
    }
    waited
}

fn count_missed(cadence: &mut Cadence, user: &UserContext<'_, '_>) {
    let timeline = &user.control.timeline;
    let Some((from, until)) = timeline.measured_from().zip(timeline.measured_until()) else { return };
    let until = until.min(user.control.clock.now());
    while cadence.due() < until {
        let intended = cadence.due();
        cadence.advance();
        if intended >= from && stages::is_active(user.control.user_stages(), user.number, intended - from) {
            let class = user.log.class();
            user.worker.log.note(class, |recorder| recorder.planned(1));
            Arrival { intended, phase: Phase::Measured, class }.count_left_waiting(&user.worker.log);
        }
    }
}
