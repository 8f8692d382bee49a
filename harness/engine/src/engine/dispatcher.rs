//! Starts each arrival of one worker thread when it is due, however long the others take.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::iter::Peekable;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop::consume_budget;

use super::arrival_schedule::{ArrivalSchedule, WorkerArrivals};
use super::control::Control;
use super::driven::DrivenLoad;
use super::pacer::Pacer;
use super::share::WorkerShare;
use super::user_classes::ArrivalClasses;
use super::user_pool::{Arrival, Offered, UserPool};
use crate::measure::{Phase, WorkerLog};

/// One worker's part of an open workload's plan, and the users that carry it out.
pub(super) struct Dispatcher<'a> {
    pub(super) pool: UserPool,
    warmup: &'a ArrivalSchedule,
    share: WorkerShare,
    /// The arrivals of the measurement that have not been offered yet.
    measured: RefCell<Peekable<WorkerArrivals<'a>>>,
    warmup_classes: ArrivalClasses<'a>,
    measured_classes: ArrivalClasses<'a>,
}

impl<'a> Dispatcher<'a> {
    /// `None` for a closed workload.
    pub(super) fn new(control: &'a Control<'_>, share: WorkerShare) -> Option<Dispatcher<'a>> {
        let plan = control.plan.as_ref()?;
        let (first, most) = (share.users(plan.first_users), share.users(control.workload.users()));
        let pool = UserPool::new(first, most, control.overflow(), control.clock);
        let measured = RefCell::new(plan.measured.of_worker(share).peekable());
        let classes = || ArrivalClasses::of(&control.workload.mix, share);
        let (warmup_classes, measured_classes) = (classes(), classes());
        Some(Dispatcher { pool, warmup: &plan.warmup, share, measured, warmup_classes, measured_classes })
    }

    /// Offers the whole plan, arrival by arrival, unless the run is over before.
    pub(super) async fn run(&self, control: &Control<'_>, log: &WorkerLog, pacer: &Pacer) {
        control.timeline.load_has_begun().await;
        let times = control.timeline.load_began().zip(control.timeline.planned_start());
        let Some((load_began, measurement_begins)) = times else { return };
        for planned in self.warmup.of_worker(self.share) {
            let due = control.warm_up_arrival(planned);
            if !wait_until_due(control, log, pacer, load_began + due).await {
                return;
            }
            // An arrival that is shed here is outside every figure.
            let _shed_or_not = self.pool.offer(self.arrival(Phase::Outside, load_began + due));
        }
        if !wait_until_due(control, log, pacer, measurement_begins).await {
            return;
        }
        control.begin_measurement(measurement_begins);
        log.measure_from(measurement_begins);
        while let Some(due) = self.next_due().map(|planned| control.measured_arrival(planned)) {
            if !wait_until_due(control, log, pacer, measurement_begins + due).await {
                return;
            }
            // Data was used up, which ends the plan.
            if is_after_end(control, measurement_begins + due) {
                break;
            }
            self.offer_next(log, measurement_begins + due);
        }
        self.pool.close();
    }

    /// Offers the arrivals of a load that is driven, until the end of its length or until it is stopped.
    pub(super) async fn run_driven(&self, driven: &DrivenLoad, control: &Control<'_>, log: &WorkerLog, pacer: &Pacer) {
        let timeline = &control.timeline;
        timeline.load_has_begun().await;
        let part = DrivenPart { driven, control, log, pacer, dispatcher: self };
        if let Some((load_began, begins)) = timeline.load_began().zip(timeline.planned_start())
            && part.offer(Phase::Outside, load_began, || Some(begins)).await
            && timeline.stopped_at().is_none_or(|stopped| begins < stopped)
        {
            control.begin_measurement(begins);
            log.measure_from(begins);
            part.offer(Phase::Measured, begins, || timeline.planned_end()).await;
        }
        self.pool.close();
    }

    fn next_due(&self) -> Option<Duration> {
        self.measured.borrow_mut().peek().copied()
    }

    /// The next arrival of a phase.
    fn arrival(&self, phase: Phase, intended: Duration) -> Arrival {
        let class = match phase {
            Phase::Outside => self.warmup_classes.take_next(),
            Phase::Measured => self.measured_classes.take_next(),
        };
        Arrival { intended, phase, class }
    }

    /// Offers the arrival that `next_due` has shown.
    fn offer_next(&self, log: &WorkerLog, intended: Duration) {
        self.measured.borrow_mut().next();
        let arrival = self.arrival(Phase::Measured, intended);
        if self.pool.offer(arrival) == Offered::Shed {
            log.note(arrival.class, |recorder| recorder.shed(intended));
        }
    }

    /// Counts the arrivals that have not been offered as never sent.
    pub(super) fn count_rest(&self, control: &Control<'_>, log: &WorkerLog) {
        let timeline = &control.timeline;
        let start = timeline.measured_from().or(timeline.planned_start()).unwrap_or_default();
        for due in &mut *self.measured.borrow_mut() {
            let (class, intended) = (self.measured_classes.take_next(), start + control.measured_arrival(due));
            if !is_after_end(control, intended) {
                log.note(class, |recorder| recorder.never_sent_at(intended));
            }
        }
    }

    /// Gives up the arrivals that wait for a user.
    pub(super) fn end(&self, log: &WorkerLog) {
        self.pool.end().into_iter().for_each(|arrival| arrival.count_left_waiting(log));
    }
}

/// One worker's part of a load that is driven, and what it needs to offer it.
struct DrivenPart<'a, 'w> {
    driven: &'a DrivenLoad,
    control: &'a Control<'a>,
    log: &'a WorkerLog,
    pacer: &'a Pacer,
    dispatcher: &'a Dispatcher<'w>,
}

impl DrivenPart<'_, '_> {
    /// Offers the arrivals of a phase, at the rates that apply in it; false if the run is over before its end.
    async fn offer(&self, phase: Phase, from: Duration, ends: impl Fn() -> Option<Duration>) -> bool {
        let arrivals = |from| self.driven.arrivals(from, self.control.workload, self.dispatcher.share);
        let mut segment = arrivals(from);
        let mut next = segment.next();
        loop {
            let Some(until) = ends().into_iter().chain(self.control.timeline.stopped_at()).min() else { return false };
            let change = self.driven.next_rate(segment.from()).filter(|change| *change < until);
            let due = next.filter(|due| *due < change.unwrap_or(until));
            match (self.wait(due.or(change).unwrap_or(until)).await, due, change) {
                (Waited::RunIsOver, ..) => return false,
                // The time may be another one now.
                (Waited::LoadChanged, ..) => {}
                (Waited::UntilDue, Some(intended), _) => {
                    self.start(phase, intended);
                    next = segment.next();
                }
                (Waited::UntilDue, None, Some(change)) => {
                    segment = arrivals(change);
                    next = segment.next();
                }
                (Waited::UntilDue, None, None) => return true,
            }
        }
    }

    fn start(&self, phase: Phase, intended: Duration) {
        let arrival = self.dispatcher.arrival(phase, intended);
        let offered = self.dispatcher.pool.offer(arrival);
        if phase == Phase::Measured {
            self.log.note(arrival.class, |recorder| recorder.planned(1));
            if offered == Offered::Shed {
                self.log.note(arrival.class, |recorder| recorder.shed(intended));
            }
        }
    }

    async fn wait(&self, due: Duration) -> Waited {
        let mut until = pin!(self.pacer.until_in_task(due));
        let waited = poll_fn(|context| match self.driven.take_news() {
            true => Poll::Ready(Waited::LoadChanged),
            false => until.as_mut().poll(context).map(|()| Waited::UntilDue),
        });
        let waited = waited.await;
        // A load that is behind never waits, and must let the users run all the same.
        consume_budget().await;
        let is_over = self.control.timeline.has_ended_early() || self.log.is_ending();
        if is_over { Waited::RunIsOver } else { waited }
    }
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waited {
    UntilDue,
    LoadChanged,
    RunIsOver,
}

/// True if the measurement ended before this time, earlier than planned and without losing anything.
fn is_after_end(control: &Control<'_>, intended: Duration) -> bool {
    control.timeline.stopped_at().is_some_and(|stopped| intended >= stopped)
}

/// Waits until `due`; false if the run is over.
async fn wait_until_due(control: &Control<'_>, log: &WorkerLog, pacer: &Pacer, due: Duration) -> bool {
    pacer.until_in_task(due).await;
    // A plan that is behind never waits, and must let the users run all the same.
    consume_budget().await;
    !control.timeline.has_ended_early() && !log.is_ending()
}
