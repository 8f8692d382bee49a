//! What the worker threads of a run share: its plan, its state, and which user may start an iteration.
//!
//! Nothing here is locked on the path of a request; the times of a benchmark's iterations are behind a lock.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::arm_participation::participation_in_turns;
use super::arrival_plan::ArrivalPlan;
use super::benchmark::Benchmark;
use super::budget::{BudgetKind, Budgets, Permit};
use super::late_start::LateStart;
use super::phase_lengths::{phase_lengths, time_alone_decides};
use super::ready_users::ReadyUsers;
use super::share::WorkerGroup;
use super::stages::{self, Participation};
use super::stuck::{Pulses, QuietWorker, RunEndIsDue, is_stuck};
use super::timeline::{RunState, Timeline};
use super::usage::UsageMeter;
use super::used_up::UsedUpData;
use super::watchdog::Watchdog;
use crate::arm_turns::ArmTurns;
use crate::clock::Clock;
use crate::measure::{Ended, Live, Phase, Precision, RequestQuota, StageBounds};
use crate::stop::Stop;
use crate::workload::{LoadModel, Overflow, RunLength, Stage, Warmup, Workload};

/// What the worker threads of a run share.
pub(super) struct Control<'a> {
    pub(super) workload: &'a Workload,
    pub(super) stop: &'a Stop,
    pub(super) live: Arc<Live>,
    pub(super) clock: Clock,
    pub(super) workers: WorkerGroup,
    /// Open workloads: when each arrival is due.
    pub(super) plan: Option<ArrivalPlan>,
    pub(super) stages: Arc<[StageBounds]>,
    pub(super) timeline: Timeline,
    pub(super) budgets: Budgets,
    pub(super) watchdog: Watchdog,
    /// Of the threads of this process.
    pub(super) pulses: Pulses,
    pub(super) usage: UsageMeter,
    /// The number of users never changes, so none asks before an iteration whether it takes part.
    pub(super) has_constant_users: bool,
    pub(super) ready_users: ReadyUsers,
    /// Neither a number of requests nor what was measured ends a phase.
    time_alone_decides: bool,
    /// When this load is offered, if several servers take turns.
    pub(super) turns: Option<ArmTurns>,
    pub(super) used_up: UsedUpData,
    pub(super) late_start: LateStart,
    benchmark: Option<Mutex<Benchmark>>,
}

impl<'a> Control<'a> {
    /// The control of these workers' part of `workload`.
    pub(super) fn new(
        workload: &'a Workload,
        workers: WorkerGroup,
        stop: &'a Stop,
        live: Arc<Live>,
        clock: Clock,
    ) -> Control<'a> {
        let plan = match live.control {
            None => ArrivalPlan::of(workload, workers.workers()),
            Some(_) => ArrivalPlan::driven(workload, workers.workers()),
        };
        let first_users = plan.as_ref().map_or(workload.users(), |plan| plan.first_users);
        let stages = if live.control.is_none() { stages::bounds(workload) } else { Vec::new() };
        let is_benchmark = workload.warmup == Warmup::UntilSteady || workload.length == RunLength::UntilPrecise;
        let mut control = Control {
            workload,
            stop,
            clock,
            timeline: Timeline::new(phase_lengths(workload, plan.as_ref(), live.turns.as_ref())),
            turns: live.turns.clone(),
            budgets: budgets(workload, workers, plan.is_some()),
            watchdog: Watchdog::new(workload.timeout),
            pulses: Pulses::of(workers.threads),
            usage: UsageMeter::new(),
            stages: stages.into(),
            has_constant_users: false,
            time_alone_decides: time_alone_decides(workload),
            ready_users: ReadyUsers::of(workers.part_of(first_users as u64) as usize),
            used_up: UsedUpData::default(),
            late_start: LateStart::default(),
            benchmark: is_benchmark.then(Mutex::default),
            workers,
            plan,
            live,
        };
        control.has_constant_users = control.obeys_closed_law() && control.turns.is_none();
        if !workload.ramp_up().is_zero() {
            control.begin_ramp_up();
        }
        control
    }

    /// A user is ready. Without a ramp-up the load begins when the last of the first users is; with one, the ramp-up
    /// does not end before.
    pub(super) fn user_is_ready(&self) {
        self.live.users.fetch_add(1, Ordering::Relaxed);
        if self.ready_users.add() {
            self.all_users_ready();
        }
    }

    /// True if the number of users never changes, so that the interactive response-time law holds.
    pub(super) fn obeys_closed_law(&self) -> bool {
        self.plan.is_none() && self.user_stages().is_empty() && self.driving().is_none()
    }

    /// What measured requests are taken from, if a number of them ends the measurement of a closed workload.
    pub(super) fn quota(&self) -> Option<Arc<RequestQuota>> {
        let is_counted = self.plan.is_none() && matches!(self.workload.length, RunLength::Requests(_));
        is_counted.then(|| self.budgets.measurement())
    }

    /// How many users this part of the workload has at most.
    pub(super) fn users(&self) -> usize {
        self.workers.part_of(self.workload.users() as u64) as usize
    }

    /// What happens at the cap of an open workload.
    pub(super) fn overflow(&self) -> Overflow {
        match &self.workload.model {
            LoadModel::Open(arrivals) => arrivals.overflow,
            LoadModel::Closed(_) => Overflow::Queue,
        }
    }

    /// The stages of a closed workload; empty if its number of users never changes, or if a person changes it.
    pub(super) fn user_stages(&self) -> &[Stage] {
        match &self.workload.model {
            LoadModel::Closed(users) if self.driving().is_none() => &users.stages,
            LoadModel::Closed(_) | LoadModel::Open(_) => &[],
        }
    }

    /// How far apart a paced user's iterations are due.
    pub(super) fn pacing_interval(&self) -> Option<Duration> {
        match &self.workload.model {
            LoadModel::Closed(users) => users.every,
            LoadModel::Open(_) => None,
        }
    }

    /// Whether the stages, or the turns of several servers, want the user with this number to send requests at `now`.
    pub(super) fn participation(&self, number: usize, now: Duration) -> Participation {
        if let Some(turns) = &self.turns {
            return participation_in_turns(turns, self.timeline.load_began(), now);
        }
        let origin = self.timeline.measured_from().or(self.timeline.planned_start());
        stages::participation(self.user_stages(), number, origin, now)
    }

    /// A permit to start an iteration at `now`; `None` if the user is to leave.
    pub(super) fn permit(&self, now: Duration) -> Option<Permit> {
        if self.time_alone_decides && self.timeline.measures_at(now) && self.stop.reason().is_none() {
            return Some(Permit::unlimited(None));
        }
        self.permit_in_state(now)
    }

    fn permit_in_state(&self, now: Duration) -> Option<Permit> {
        if let Some(reason) = self.stop.reason() {
            self.end_early(Ended::Stopped(reason.to_owned()));
        }
        match self.timeline.state_at(now) {
            RunState::WaitingForUsers | RunState::RampUp => Some(Permit::unlimited(self.phase_or_none(Phase::Outside))),
            RunState::WarmUp { ends } => self.permit_of_warm_up(now, ends).or_else(|| {
                self.begin_measurement(ends.unwrap_or(now));
                self.permit_of_measurement(now, self.timeline.planned_end())
            }),
            RunState::Measuring { ends } => self.permit_of_measurement(now, ends),
            RunState::Draining | RunState::EndedEarly => None,
        }
    }

    fn permit_of_warm_up(&self, now: Duration, ends: Option<Duration>) -> Option<Permit> {
        let phase = self.phase_or_none(Phase::Outside);
        let goes_on = match self.workload.warmup {
            Warmup::Requests(_) => return self.budgets.take(BudgetKind::WarmUp, phase),
            Warmup::Duration(_) => ends.is_some_and(|ends| now < ends),
            Warmup::UntilSteady => !self.benchmark().is_some_and(|benchmark| benchmark.is_warm(now)),
        };
        goes_on.then(|| Permit::unlimited(phase))
    }

    fn permit_of_measurement(&self, now: Duration, ends: Option<Duration>) -> Option<Permit> {
        let phase = self.phase_or_none(Phase::Measured);
        let goes_on = match self.workload.length {
            RunLength::Requests(_) => return self.budgets.take(BudgetKind::Measurement, phase),
            RunLength::Duration(_) => ends.is_some_and(|ends| now < ends),
            RunLength::UntilPrecise => !self.benchmark().is_some_and(|benchmark| benchmark.is_done(now)),
        };
        goes_on.then(|| Permit::unlimited(phase))
    }

    /// Where time alone decides, each request's own start gives its phase; where requests are counted, the iteration's
    /// start does, so that no more are measured than were asked for.
    fn phase_or_none(&self, phase: Phase) -> Option<Phase> {
        (!self.time_alone_decides).then_some(phase)
    }

    /// The phase of an iteration that was due at `intended`.
    pub(super) fn phase_at(&self, intended: Duration) -> Phase {
        let is_measured = self.timeline.measured_from().is_some_and(|from| intended >= from);
        if is_measured { Phase::Measured } else { Phase::Outside }
    }

    /// A benchmark's iteration has ended.
    pub(super) fn observe(&self, phase: Phase, begin: Duration, end: Duration) {
        let Some(mut benchmark) = self.benchmark() else { return };
        match phase {
            Phase::Outside => benchmark.warm(begin, end),
            Phase::Measured => benchmark.measure(begin, end),
        }
    }

    fn benchmark(&self) -> Option<MutexGuard<'_, Benchmark>> {
        self.benchmark.as_ref().map(|benchmark| benchmark.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The measurement begins; the first call counts.
    pub(super) fn begin_measurement(&self, at: Duration) {
        self.usage.start();
        if self.timeline.begin_measurement(at) {
            self.live.measuring.store(true, Ordering::Relaxed);
        }
    }

    /// Ends the run before its plan does; the first reason is kept.
    pub(super) fn end_early(&self, why: Ended) {
        self.timeline.end_early(why);
    }

    /// Called by a thread that the test's code cannot hold: tells those who wait for the run if it cannot end.
    pub(super) fn report_if_stuck(&self) {
        let now = self.clock.now();
        let Some(worker) = self.pulses.quietest(now) else { return };
        let longest_timeout = self.watchdog.longest_timeout(Duration::ZERO);
        if is_stuck(worker.quiet, now, self.end_is_due(longest_timeout), longest_timeout) {
            self.stop.report_stuck(|| self.describe_stuck(worker));
        }
    }

    fn end_is_due(&self, longest_timeout: Duration) -> RunEndIsDue {
        if self.timeline.has_ended_early() || self.stop.reason().is_some() {
            return RunEndIsDue::Now;
        }
        let begins = self.timeline.measured_from().or(self.timeline.planned_start());
        let planned = begins.zip(self.timeline.measured_length()).map(|(begins, length)| begins + length);
        let end = planned.into_iter().chain(self.timeline.stopped_at()).min().map(|end| end + longest_timeout);
        end.map_or(RunEndIsDue::Unknown, RunEndIsDue::At)
    }

    fn describe_stuck(&self, QuietWorker { index, quiet }: QuietWorker) -> String {
        let whose = match self.timeline.load_began() {
            None => "the set-up of a user",
            Some(_) => "the test's function",
        };
        let (users, threads) = (self.workload.users(), self.workers.threads);
        let share = self.workers.shares().nth(index);
        let of_thread = share.into_iter().flat_map(|share| (share.index..users).step_by(share.workers));
        let mut numbers: Vec<String> = of_thread.take(4).map(|number| number.to_string()).collect();
        if numbers.len() == 4 {
            numbers[3] = "…".to_owned();
        }
        format!(
            "{whose} has kept its thread for {:.1} s without awaiting anything, and the test cannot end: look for a loop or a \
             blocking call (worker thread {} of {threads}, users {}; until then {} requests were sent, {} of them ok); `.await` \
             in loops, and use `tokio::task::spawn_blocking` for what blocks",
            quiet.as_secs_f64(),
            index + 1,
            numbers.join(", "),
            self.live.sent(),
            self.live.ok()
        )
    }

    /// Why the run ended, and how precise its benchmark is.
    pub(super) fn conclude(self) -> (Ended, Option<Precision>) {
        let benchmark = self.benchmark.map(|benchmark| benchmark.into_inner().unwrap_or_else(PoisonError::into_inner));
        let precision = benchmark.and_then(Benchmark::precision);
        // Only a warm-up that waits for steady times can end without them.
        let counts_as_steady = self.workload.warmup != Warmup::UntilSteady;
        let precision = precision.map(|known| Precision { steady: known.steady || counts_as_steady, ..known });
        (self.timeline.into_ended(), precision)
    }
}

/// An open workload draws on no budget: its plan holds its arrivals.
fn budgets(workload: &Workload, workers: WorkerGroup, is_open: bool) -> Budgets {
    let warm_up = match workload.warmup {
        Warmup::Requests(requests) if !is_open => requests,
        _ => 0,
    };
    let measurement = match workload.length {
        RunLength::Requests(requests) if !is_open => requests,
        _ => 0,
    };
    Budgets::new(workers.part_of(warm_up), workers.part_of(measurement))
}
