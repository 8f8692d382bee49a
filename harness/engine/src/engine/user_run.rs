//! Runs one virtual user: set-up, iterations, tear-down.

mod iterating;

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::error::Elapsed;
use tokio::time::{sleep_until, timeout};

use super::control::Control;
use super::driven::DrivenLoad;
use super::pacing::{Pacing, PlannedStart, Turn, next_closed_turn};
use super::scenario::WorkerScenario;
use super::user_code::{UserCodeEnd, poll_user_code};
use super::user_context::UserContext;
use super::user_steps::{UserFuture, UserSteps};
use super::worker::Worker;
use crate::measure::{Ended, IterationEnd, IterationNote, Phase};
use crate::seeded::SplitMix64;
use crate::user::UserSlot;

/// A user whose set-up or tear-down takes longer than this is given up, so that every run ends.
const LONGEST_SET_UP: Duration = Duration::from_secs(60);

/// Runs the user with this index on its worker. Whatever goes wrong ends the run or is noted; this always completes.
pub(super) async fn run_user(scenario: &dyn WorkerScenario, control: &Control<'_>, worker: &Worker<'_>, index: usize) {
    let number = worker.share.user_number(index);
    let log = worker.log.user(Some(Phase::Outside)).of_user(number).of_class(control.class_of_user(number));
    let context = UserContext::new(control, worker, index, log);
    let run = UserRun { scenario, steps: UserSteps::default(), context };
    worker.register(index, &run.context.log);
    // Boxed, like its tear-down: what happens once takes no place between what each request touches.
    let Some((mut user, joined)) = Box::pin(run.begin()).await else { return run.note_retired() };
    worker.places.note(index, user.as_ref().get_ref(), run.context.log.memory());
    match Pacing::new(control, worker.dispatcher.as_ref(), run.context.number, joined) {
        None => {
            while let Some(turn) = next_closed_turn(&run.context).await {
                run.iterate(&mut user, turn).await;
                if run.context.is_out_of_data() {
                    break;
                }
            }
        }
        Some(pacing) => Box::pin(run.follow(pacing, &mut user)).await,
    }
    run.note_retired();
    Box::pin(run.leave(user)).await;
    control.user_left();
}

struct UserRun<'a, 'w> {
    scenario: &'a dyn WorkerScenario,
    steps: UserSteps,
    context: UserContext<'a, 'w>,
}

/// An iteration that has begun.
struct BegunIteration {
    turn: Turn,
    phase: Phase,
    begin: Duration,
}

impl UserRun<'_, '_> {
    /// Sets the user up, and waits until the load begins; with the time at which it joined a load that had begun before. `None` if
    /// the run is over or ends because of this user, or if it is to retire.
    async fn begin(&self) -> Option<(UserFuture<'_>, Option<Duration>)> {
        let UserContext { control, worker, .. } = self.context;
        let mut entered = None;
        if let Some(user) = self.enter().await {
            let had_begun = control.timeline.load_began().is_some();
            control.user_is_ready();
            self.context.wait_for_load().await;
            entered = Some((user, had_begun.then(|| control.clock.now())));
        }
        // Not before the load has begun: until then the pool counts on this user to take a queued arrival.
        if let Some(dispatcher) = &worker.dispatcher {
            dispatcher.pool.set_up_ended();
        }
        entered
    }

    /// Waits for this user's turn in the ramp-up and sets it up. `None` if the run is over or ends because of this user, or if it is
    /// to retire.
    async fn enter(&self) -> Option<UserFuture<'_>> {
        let UserContext { control, worker, number, .. } = self.context;
        let over = || worker.is_finishing();
        match &worker.driven {
            Some(driven) if worker.dispatcher.is_none() => self.wait_until_wanted(driven).await?,
            _ => {
                let turn = control.workload.ramp_up().mul_f64(number as f64 / control.workload.users() as f64);
                let common = self.context.common_ramp_up().await;
                let due = common.unwrap_or_default() + turn;
                self.wait_for_turn(due, over).await?;
                if common.is_some() {
                    control.late_start.note(due, control.clock.now());
                }
            }
        }
        let mut user = self.scenario.user(self.slot(), &self.steps);
        let error = match self.end_of_step(&mut user, over).await {
            UserCodeEnd::Completed(Ok(Ok(()))) => {
                return Some(user);
            }
            UserCodeEnd::GivenUp => return None,
            UserCodeEnd::Completed(Ok(Err(text))) => text,
            UserCodeEnd::Completed(Err(_elapsed)) => {
                format!("user {number} was not ready after {} s", LONGEST_SET_UP.as_secs())
            }
            UserCodeEnd::Panicked(message) => format!("the set-up of user {number} panicked: {message}"),
        };
        control.end_early(Ended::Broken(error));
        None
    }

    /// Waits for this user's turn in a load that is driven, and may be changed meanwhile.
    async fn wait_until_wanted(&self, driven: &DrivenLoad) -> Option<()> {
        let UserContext { worker, number, .. } = self.context;
        loop {
            let turn = driven.due(number)?;
            let is_other = || driven.due(number) != Some(turn);
            match self.wait_for_turn(turn, || worker.is_finishing() || is_other()).await {
                None if is_other() && !worker.is_finishing() => {}
                waited => return waited,
            }
        }
    }

    /// Waits until `turn`, since the run began; `None` if it is given up before.
    async fn wait_for_turn(&self, turn: Duration, is_given_up: impl Fn() -> bool) -> Option<()> {
        if turn.is_zero() {
            return Some(());
        }
        let mut waiting = pin!(sleep_until(self.context.control.clock.at(turn)));
        let wait = |context: &mut Context<'_>| poll_user_code(waiting.as_mut(), context);
        (self.context.run_user_code(is_given_up, wait).await != UserCodeEnd::GivenUp).then_some(())
    }

    /// If this user leaves because there are too many, another may take its place.
    fn note_retired(&self) {
        if let Some(driven) = self.context.worker.driven.as_ref().filter(|_| self.context.is_to_retire()) {
            driven.retire(self.context.index);
        }
    }

    /// Runs the iterations that a plan starts.
    async fn follow(&self, mut pacing: Pacing<'_, '_>, user: &mut UserFuture<'_>) {
        while let Some(turn) = pacing.next_turn(&self.context).await {
            self.iterate(user, turn).await;
            // In an open workload, the arrivals that wait for a user are taken, and find no data either.
            if self.context.is_out_of_data() && matches!(pacing, Pacing::Paced(_)) {
                return;
            }
        }
        pacing.count_missed(&self.context);
    }

    fn begin_iteration(&self, turn: Turn) -> BegunIteration {
        let log = &self.context.log;
        let begin = self.context.now();
        let phase = log.begin_iteration(turn.permit.phase);
        if let Some(planned) = turn.planned {
            log.plan_iteration(planned.intended);
        }
        self.steps.begin_iteration();
        BegunIteration { turn, phase, begin }
    }

    /// Ready when the iteration has ended, or is to be given up.
    ///
    /// A user that only thinks when the measurement is over is dismissed; but an iteration that a plan has started still
    /// gets the chance to send something.
    fn poll_iteration(
        &self,
        user: &mut UserFuture<'_>,
        iteration: &BegunIteration,
        context: &mut Context<'_>,
    ) -> Poll<UserCodeEnd<IterationEnd>> {
        let UserContext { worker, log, .. } = &self.context;
        let may_leave = || log.is_only_thinking() && (iteration.turn.planned.is_none() || log.has_sent());
        let is_given_up = || worker.log.is_ending() || (worker.is_finishing() && may_leave());
        self.context.poll_user_code(is_given_up, |context| self.steps.poll_iteration(user, context), context)
    }

    /// Counts the iteration, which has been dropped on return, so that its open requests have closed themselves.
    fn end_iteration(
        &self,
        user: &mut UserFuture<'_>,
        BegunIteration { turn, phase, begin }: BegunIteration,
        how: UserCodeEnd<IterationEnd>,
    ) {
        let (Turn { permit, planned }, UserContext { control, log, .. }) = (turn, &self.context);
        let was_waiting = log.is_waiting();
        if !matches!(how, UserCodeEnd::Completed(_)) {
            self.end_user_code(user, &how, was_waiting);
        }
        let end = control.clock.now();
        self.context.note_iteration_end(end);
        let note = log.take_note();
        let is_without_data = matches!(note, Some(IterationNote::OutOfData(_)));
        let sent = match how {
            UserCodeEnd::Completed(_) if note.is_some() => {
                self.end_by_note((phase, begin, end), planned.map(|planned| planned.intended), note)
            }
            UserCodeEnd::Completed(how) => {
                control.observe(phase, begin, end);
                Some(log.end_iteration(phase, begin, end, how))
            }
            UserCodeEnd::GivenUp => {
                Some(log.abandon_iteration(phase, begin, end, was_waiting)).filter(|sent| *sent > 0)
            }
            UserCodeEnd::Panicked(message) => {
                let how = IterationEnd::FailedItself(format!("panicked: {message}"));
                let sent = log.end_iteration(phase, begin, end, how);
                control.end_early(Ended::Broken(format!("the test's function panicked: {message}")));
                Some(sent)
            }
        };
        match sent {
            Some(sent) => control.budgets.spend(permit, sent),
            None => control.budgets.refund(permit),
        }
        if let Some(planned) = planned.filter(|_| phase == Phase::Measured && !is_without_data) {
            self.record_start(planned, begin, sent.is_some());
        }
        self.context.note_occupied(begin, end);
    }

    /// A request was built wrongly, or there is no data for one: nothing was sent, so there is nothing to count, and it would be so
    /// each time.
    #[cold]
    fn end_by_note(
        &self,
        (phase, begin, end): (Phase, Duration, Duration),
        intended: Option<Duration>,
        note: Option<IterationNote>,
    ) -> Option<u64> {
        match note {
            Some(IterationNote::OutOfData(what)) => {
                self.context.note_out_of_data();
                self.context.control.user_is_out_of_data(
                    &what,
                    intended.map(|at| (at, self.context.log.class().index().map_or(0, |class| class + 1))),
                    end,
                );
            }
            Some(IterationNote::Mistake(mistake)) => {
                let why = format!("the test's own mistake ended it at once: {mistake}");
                self.context.control.end_early(Ended::Broken(why));
            }
            None => {}
        }
        Some(self.context.log.abandon_iteration(phase, begin, end, false)).filter(|sent| *sent > 0)
    }

    /// Records how late an iteration of the measurement started, compared with its plan.
    fn record_start(&self, planned: PlannedStart, begin: Duration, was_sent: bool) {
        let PlannedStart { intended, pool_wait } = planned;
        let (log, class) = (&self.context.worker.log, self.context.log.class());
        if self.context.control.pacing_interval().is_some() {
            // An open workload's plan is counted as a whole.
            log.note(class, |recorder| recorder.planned(1));
        }
        let pacer_lag = begin.saturating_sub(intended).saturating_sub(pool_wait);
        log.note(class, |recorder| recorder.record_lag(intended, pacer_lag, pool_wait));
        if !was_sent {
            // It was started, but the run was over before its first request.
            log.note(class, |recorder| recorder.never_sent_at(intended));
        }
    }

    /// The iteration was given up, and is dropped, or has panicked.
    #[cold]
    fn end_user_code(&self, user: &mut UserFuture<'_>, how: &UserCodeEnd<IterationEnd>, was_waiting: bool) {
        let UserContext { control, worker, number, ref log, .. } = self.context;
        if matches!(how, UserCodeEnd::Panicked(_)) {
            // The run is over, so what this user still has open is in flight at the end.
            worker.end();
            return;
        }
        let is_lost = !was_waiting && !log.is_only_thinking();
        if is_lost && control.timeline.has_gone_as_planned() {
            worker.lose_user(number);
        }
        self.steps.drop_iteration(user);
    }

    async fn leave(&self, mut user: UserFuture<'_>) {
        let UserContext { worker, number, log, control, .. } = &self.context;
        log.begin_class(control.class_of_user(*number));
        log.begin_leaving();
        self.steps.begin_leaving();
        let error = match self.end_of_step(&mut user, || false).await {
            UserCodeEnd::Completed(Ok(Ok(()))) | UserCodeEnd::GivenUp => return,
            UserCodeEnd::Completed(Ok(Err(text))) => text,
            UserCodeEnd::Completed(Err(_elapsed)) => {
                format!("user {number} had not left after {} s", LONGEST_SET_UP.as_secs())
            }
            UserCodeEnd::Panicked(message) => format!("the tear-down of user {number} panicked: {message}"),
        };
        worker.add_leave_error(&error);
    }

    /// Waits for the end of the set-up or the tear-down, which must not take too long.
    async fn end_of_step(
        &self,
        user: &mut UserFuture<'_>,
        is_given_up: impl Fn() -> bool,
    ) -> UserCodeEnd<Result<Result<(), String>, Elapsed>> {
        let step = poll_fn(|context| self.steps.poll_end(user, context));
        let mut in_time = pin!(timeout(LONGEST_SET_UP, step));
        let poll = |context: &mut Context<'_>| poll_user_code(in_time.as_mut(), context);
        self.context.run_user_code(is_given_up, poll).await
    }

    fn slot(&self) -> UserSlot<()> {
        let UserContext { control, worker, number, ref log, .. } = self.context;
        UserSlot {
            number,
            part: control.workers.part,
            seed: SplitMix64::nth(control.workload.seed, number as u64),
            log: log.clone(),
            set_up_log: worker.log.set_up().of_class(log.class()),
            clock: control.clock,
            stop: control.stop.clone(),
            resources: Rc::default(),
            timeout: control.workload.timeout,
        }
    }
}
