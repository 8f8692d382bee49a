//! What all worker threads agree on: when the measurement begins, who may still start an iteration, and when it is over.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::arrival_plan::ArrivalPlan;
use super::benchmark::Benchmark;
use super::health::process_cpu;
use super::host_cpu::HostCpu;
use super::stages;
use super::workers_for;
use crate::clock::Clock;
use crate::measure::{Ended, Live, Phase, Precision, StageBounds};
use crate::stop::Stop;
use crate::workload::{LoadModel, Overflow, RunLength, Stage, Warmup, Workload};

/// Times the timeout that may pass without an answer of any kind.
const PATIENCE: u32 = 3;

/// What all worker threads agree on. Counters and switches only; nothing here is locked on the path of a request.
pub(super) struct Control<'a> {
    pub(super) workload: &'a Workload,
    pub(super) stop: &'a Stop,
    pub(super) live: Arc<Live>,
    pub(super) clock: Clock,
    /// Open workloads: when each arrival is due.
    pub(super) plan: Option<ArrivalPlan>,
    pub(super) stages: Arc<[StageBounds]>,
    /// Rung whenever anything below has changed that a worker must act on.
    pub(super) changed: Notify,
    entered: AtomicUsize,
    begun: OnceLock<Duration>,
    measured_from: OnceLock<Duration>,
    cpu_before: OnceLock<(Instant, Option<Duration>)>,
    host_before: OnceLock<Option<HostCpu>>,
    warmup_left: AtomicU64,
    requests_left: AtomicU64,
    halted: OnceLock<Ended>,
    last_answer_ns: AtomicU64,
    longest_timeout_ns: AtomicU64,
    all_entered: OnceLock<Duration>,
    benchmark: Option<Mutex<Benchmark>>,
}

/// Leave to start one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The phase of all its requests; `None` lets each request's own start decide.
    pub(super) phase: Option<Phase>,
    paid_from: Purse,
}

/// Whether a user of a staged workload takes part now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Now,
    /// From then on, since the run began.
    From(Duration),
    /// When the measurement has begun, which nobody knows yet.
    Later,
    Never,
}

/// The budget that an iteration draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purse {
    Free,
    Warmup,
    Requests,
}

impl Ticket {
    /// Leave for an arrival of an open workload, which draws on no budget.
    pub(super) fn of_plan(phase: Phase) -> Ticket {
        Ticket { phase: Some(phase), paid_from: Purse::Free }
    }
}

impl<'a> Control<'a> {
    pub(super) fn new(workload: &'a Workload, stop: &'a Stop, live: Arc<Live>, clock: Clock) -> Control<'a> {
        let is_benchmark = workload.warmup == Warmup::UntilSteady || workload.length == RunLength::UntilPrecise;
        let plan = ArrivalPlan::of(workload, workers_for(workload));
        // An open workload's plan says by itself what it owes.
        let closed = plan.is_none();
        let control = Control {
            workload,
            stop,
            live,
            clock,
            plan,
            stages: stages::bounds(workload).into(),
            changed: Notify::new(),
            entered: AtomicUsize::new(0),
            begun: OnceLock::new(),
            measured_from: OnceLock::new(),
            cpu_before: OnceLock::new(),
            host_before: OnceLock::new(),
            warmup_left: AtomicU64::new(match workload.warmup {
                Warmup::Requests(requests) if closed => requests,
                _ => 0,
            }),
            requests_left: AtomicU64::new(match workload.length {
                RunLength::Requests(requests) if closed => requests,
                _ => 0,
            }),
            halted: OnceLock::new(),
            last_answer_ns: AtomicU64::new(0),
            longest_timeout_ns: AtomicU64::new(workload.timeout.as_nanos() as u64),
            all_entered: OnceLock::new(),
            benchmark: is_benchmark.then(Mutex::default),
        };
        if !workload.ramp_up().is_zero() {
            control.begin(clock.now());
        }
        control
    }

    /// A user is ready. Without a ramp-up the load begins when the last of the first ones is; with one, the ramp-up cannot
    /// end before.
    pub(super) fn user_entered(&self) {
        self.live.users.fetch_add(1, Ordering::Relaxed);
        if self.entered.fetch_add(1, Ordering::AcqRel) + 1 == self.first_users() {
            let now = self.clock.now();
            self.all_entered.get_or_init(|| now);
            self.begin(now);
            self.changed.notify_waiters();
        }
    }

    /// How many users are set up before the load begins: all of a closed workload.
    fn first_users(&self) -> usize {
        self.plan.as_ref().map_or(self.workload.users(), |plan| plan.first_users)
    }

    /// What happens at the cap of an open workload.
    pub(super) fn overflow(&self) -> Overflow {
        match &self.workload.model {
            LoadModel::Open(arrivals) => arrivals.overflow,
            LoadModel::Closed(_) => Overflow::Queue,
        }
    }

    /// The stages of a closed workload; empty if its number of users never changes.
    pub(super) fn user_stages(&self) -> &[Stage] {
        match &self.workload.model {
            LoadModel::Closed(users) => &users.stages,
            LoadModel::Open(_) => &[],
        }
    }

    /// How far apart a paced user's iterations are due.
    pub(super) fn every(&self) -> Option<Duration> {
        match &self.workload.model {
            LoadModel::Closed(users) => users.every,
            LoadModel::Open(_) => None,
        }
    }

    /// Whether user `number` takes part now.
    pub(super) fn part_of(&self, number: usize, now: Duration) -> Part {
        let stages = self.user_stages();
        if stages.is_empty() {
            return Part::Now;
        }
        let origin = self.measured_from().or(self.planned_start());
        let offset = origin.map(|origin| now.saturating_sub(origin)).unwrap_or_default();
        let is_measuring = origin.is_some_and(|origin| now >= origin);
        match (origin, stages::active_from(stages, number, offset)) {
            _ if !is_measuring && stages::is_active_before(stages, number) => Part::Now,
            (Some(_), Some(from)) if is_measuring && from == offset => Part::Now,
            (Some(origin), Some(from)) => Part::From(origin + from),
            (None, _) => Part::Later,
            (Some(_), None) => Part::Never,
        }
    }

    /// Waits for the load to begin, or for the run to be over.
    pub(super) async fn begun(&self) {
        loop {
            let changed = self.changed.notified();
            if self.begun.get().is_some() || self.is_halted() {
                return;
            }
            changed.await;
        }
    }

    /// When the load began.
    pub(super) fn begun_at(&self) -> Option<Duration> {
        self.begun.get().copied()
    }

    fn begin(&self, now: Duration) {
        self.begun.get_or_init(|| now);
        self.answered(now);
        self.changed.notify_waiters();
    }

    /// Leave to start an iteration now; `None` when the user shall leave.
    pub(super) fn claim(&self, now: Duration) -> Option<Ticket> {
        if let Some(reason) = self.stop.reason() {
            self.halt(Ended::Stopped(reason.to_owned()));
        }
        if self.is_halted() {
            return None;
        }
        if self.measured_from.get().is_none() {
            if let Some(ticket) = self.claim_before_measuring(now) {
                return Some(ticket);
            }
            self.measure_from(self.planned_start().unwrap_or(now));
        }
        let goes_on = match self.workload.length {
            RunLength::Requests(_) => take_one(&self.requests_left),
            RunLength::Duration(_) => self.measured_until().is_some_and(|end| now < end),
            RunLength::UntilPrecise => !self.benchmark().is_some_and(|benchmark| benchmark.is_done(now)),
        };
        let paid_from =
            if matches!(self.workload.length, RunLength::Requests(_)) { Purse::Requests } else { Purse::Free };
        goes_on.then(|| self.ticket(Phase::Measured, paid_from))
    }

    fn claim_before_measuring(&self, now: Duration) -> Option<Ticket> {
        let Some(ramp_up_ends) = self.ramp_up_ends().filter(|ends| now >= *ends) else {
            return Some(self.ticket(Phase::Outside, Purse::Free));
        };
        let (goes_on, paid_from) = match self.workload.warmup {
            Warmup::Requests(_) => (take_one(&self.warmup_left), Purse::Warmup),
            Warmup::Duration(warmup) => (now < ramp_up_ends + warmup, Purse::Free),
            Warmup::UntilSteady => (!self.benchmark().is_some_and(|benchmark| benchmark.is_warm(now)), Purse::Free),
        };
        goes_on.then(|| self.ticket(Phase::Outside, paid_from))
    }

    /// Where time alone decides, each request's own start does; where requests are counted, the iteration's start
    /// does, so that no more are measured than were asked for.
    fn ticket(&self, phase: Phase, paid_from: Purse) -> Ticket {
        let by_time = matches!(self.workload.length, RunLength::Duration(_)) && self.has_timed_warmup();
        Ticket { phase: (!by_time).then_some(phase), paid_from }
    }

    fn has_timed_warmup(&self) -> bool {
        matches!(self.workload.warmup, Warmup::Requests(0) | Warmup::Duration(_))
    }

    /// The same for an iteration that was due at `intended`: it belongs to the phase of that time.
    pub(super) fn due_at(&self, ticket: Ticket, intended: Duration) -> Ticket {
        let measured = self.measured_from().is_some_and(|from| intended >= from);
        let phase = if measured { Phase::Measured } else { Phase::Outside };
        Ticket { phase: ticket.phase.or(Some(phase)), ..ticket }
    }

    /// An iteration is over that sent so many requests: what it sent beyond the first is taken from the budget, too.
    pub(super) fn spend(&self, ticket: Ticket, sent: u64) {
        let Some(purse) = self.purse(ticket) else { return };
        let more = sent.saturating_sub(1);
        let _always_some =
            purse.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| Some(left.saturating_sub(more)));
    }

    /// An iteration was given up before it sent anything: its request goes back, to be counted as never sent.
    pub(super) fn refund(&self, ticket: Ticket) {
        if let Some(purse) = self.purse(ticket) {
            purse.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn purse(&self, ticket: Ticket) -> Option<&AtomicU64> {
        match ticket.paid_from {
            Purse::Free => None,
            Purse::Warmup => Some(&self.warmup_left),
            Purse::Requests => Some(&self.requests_left),
        }
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

    /// When the plan alone says the measurement begins.
    pub(super) fn planned_start(&self) -> Option<Duration> {
        let ramp_up_ends = self.ramp_up_ends()?;
        if let Some(plan) = &self.plan {
            return Some(ramp_up_ends + plan.warmup.length());
        }
        match self.workload.warmup {
            Warmup::Requests(0) => Some(ramp_up_ends),
            Warmup::Duration(warmup) => Some(ramp_up_ends + warmup),
            Warmup::Requests(_) | Warmup::UntilSteady => None,
        }
    }

    /// When every user has had its turn and is in: a measurement with fewer users than were asked for measures another load.
    fn ramp_up_ends(&self) -> Option<Duration> {
        let (begun, all_entered) = (*self.begun.get()?, *self.all_entered.get()?);
        Some((begun + self.workload.ramp_up()).max(all_entered))
    }

    /// The measurement begins; the first call counts.
    pub(super) fn measure_from(&self, origin: Duration) {
        self.cpu_before.get_or_init(|| (Instant::now(), process_cpu()));
        self.host_before.get_or_init(HostCpu::read);
        if self.measured_from.set(origin).is_ok() {
            self.live.measuring.store(true, Ordering::Relaxed);
            self.changed.notify_waiters();
        }
    }

    pub(super) fn measured_from(&self) -> Option<Duration> {
        self.measured_from.get().copied()
    }

    /// When no iteration may start any more, if time decides.
    pub(super) fn measured_until(&self) -> Option<Duration> {
        if let Some(plan) = &self.plan {
            return self.measured_from().map(|from| from + plan.measured.length());
        }
        match self.workload.length {
            RunLength::Duration(duration) => self.measured_from().map(|from| from + duration),
            RunLength::Requests(_) | RunLength::UntilPrecise => None,
        }
    }

    /// CPU of the process since the measurement began.
    pub(super) fn cpu_s(&self) -> Option<f64> {
        let before = self.cpu_before.get()?.1?;
        Some(process_cpu()?.saturating_sub(before).as_secs_f64())
    }

    /// The time in which that CPU was used.
    pub(super) fn cpu_window_s(&self) -> Option<f64> {
        self.cpu_before.get().map(|(since, _)| since.elapsed().as_secs_f64())
    }

    /// How busy the machine has been since the measurement began, as a share of all its cores, and how many it has.
    pub(super) fn host_cpu(&self) -> Option<(f64, usize)> {
        let before = self.host_before.get().copied().flatten()?;
        let now = HostCpu::read()?;
        Some((now.share_since(before)?, now.cores))
    }

    /// Ends the run before its plan does; the first reason stays, because it is the cause of the others.
    pub(super) fn halt(&self, why: Ended) {
        if self.halted.set(why).is_ok() {
            self.changed.notify_waiters();
        }
    }

    pub(super) fn is_halted(&self) -> bool {
        self.halted.get().is_some()
    }

    /// Somebody got an answer `at`.
    pub(super) fn answered(&self, at: Duration) {
        self.last_answer_ns.fetch_max(at.as_nanos() as u64, Ordering::Relaxed);
    }

    /// A request was given so much time; returns the most that any was given.
    pub(super) fn longest_timeout(&self, seen: Duration) -> Duration {
        let seen_ns = seen.as_nanos() as u64;
        Duration::from_nanos(self.longest_timeout_ns.fetch_max(seen_ns, Ordering::Relaxed).max(seen_ns))
    }

    /// When somebody was last answered, as far as the workers have told.
    pub(super) fn last_answer(&self) -> Duration {
        Duration::from_nanos(self.last_answer_ns.load(Ordering::Relaxed))
    }

    /// Gives up when nobody has got an answer for too long.
    pub(super) fn give_up_without_answer(&self, now: Duration, longest_timeout: Duration) {
        let patience = longest_timeout * PATIENCE;
        let last_answer = self.last_answer();
        if self.begun.get().is_some() && now.saturating_sub(last_answer) >= patience {
            self.halt(Ended::NoAnswer(patience));
        }
    }

    /// Why the run ended, what it still owed, and how precise its benchmark is.
    pub(super) fn conclude(self) -> (Ended, u64, Option<Precision>) {
        let never_sent = self.requests_left.into_inner();
        let benchmark = self.benchmark.map(|benchmark| benchmark.into_inner().unwrap_or_else(PoisonError::into_inner));
        let ended = self.halted.into_inner().unwrap_or_default();
        // Only who waited for steady times can have waited in vain.
        let steady = self.workload.warmup != Warmup::UntilSteady;
        let precision = benchmark.and_then(Benchmark::precision);
        (ended, never_sent, precision.map(|known| Precision { steady: known.steady || steady, ..known }))
    }
}

fn take_one(purse: &AtomicU64) -> bool {
    purse.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1)).is_ok()
}
