//! Starts each arrival of one worker thread when it is due, however long the others take.

use std::cell::RefCell;
use std::iter::Peekable;
use std::time::Duration;

use tokio::task::coop::consume_budget;

use super::arrival_schedule::{ArrivalSchedule, WorkerArrivals};
use super::control::Control;
use super::pacer::Pacer;
use super::share::WorkerShare;
use super::user_pool::{Arrival, Offered, UserPool};
use crate::measure::{Phase, WorkerLog};

/// One worker's part of an open workload's plan, and the users that carry it out.
pub(super) struct Dispatcher<'a> {
    pub(super) pool: UserPool,
    warmup: &'a ArrivalSchedule,
    share: WorkerShare,
    /// The arrivals of the measurement that have not been offered yet.
    measured: RefCell<Peekable<WorkerArrivals<'a>>>,
}

impl<'a> Dispatcher<'a> {
    /// `None` for a closed workload.
    pub(super) fn new(control: &'a Control<'_>, share: WorkerShare) -> Option<Dispatcher<'a>> {
        let plan = control.plan.as_ref()?;
        let (first, most) = (share.users(plan.first_users), share.users(control.workload.users()));
        let pool = UserPool::new(first, most, control.overflow(), control.clock);
        let measured = RefCell::new(plan.measured.of_worker(share).peekable());
        Some(Dispatcher { pool, warmup: &plan.warmup, share, measured })
    }

    /// Offers the whole plan, arrival by arrival, unless the run is over before.
    pub(super) async fn run(&self, control: &Control<'_>, log: &WorkerLog, pacer: &Pacer) {
        control.timeline.load_has_begun().await;
        let times = control.timeline.load_began().zip(control.timeline.planned_start());
        let Some((load_began, measurement_begins)) = times else { return };
        for due in self.warmup.of_worker(self.share) {
            if !wait_until_due(control, log, pacer, load_began + due).await {
                return;
            }
            // An arrival that is shed here is outside every figure.
            let _shed_or_not = self.pool.offer(Arrival { intended: load_began + due, phase: Phase::Outside });
        }
        if !wait_until_due(control, log, pacer, measurement_begins).await {
            return;
        }
        control.begin_measurement(measurement_begins);
        log.measure_from(measurement_begins);
        while let Some(due) = self.next_due() {
            if !wait_until_due(control, log, pacer, measurement_begins + due).await {
                return;
            }
            self.offer_next(log, measurement_begins + due);
        }
        self.pool.close();
    }

    fn next_due(&self) -> Option<Duration> {
        self.measured.borrow_mut().peek().copied()
    }

    /// Offers the arrival that `next_due` has shown.
    fn offer_next(&self, log: &WorkerLog, intended: Duration) {
        self.measured.borrow_mut().next();
        if self.pool.offer(Arrival { intended, phase: Phase::Measured }) == Offered::Shed {
            log.note(|recorder| recorder.shed(intended));
        }
    }

    /// Counts the arrivals that have not been offered as never sent.
    pub(super) fn count_rest(&self, control: &Control<'_>, log: &WorkerLog) {
        let timeline = &control.timeline;
        let start = timeline.measured_from().or(timeline.planned_start()).unwrap_or_default();
        for due in &mut *self.measured.borrow_mut() {
            log.note(|recorder| recorder.never_sent_at(start + due));
        }
    }

    /// Gives up the arrivals that wait for a user.
    pub(super) fn end(&self, log: &WorkerLog) {
        self.pool.end().into_iter().for_each(|arrival| arrival.count_left_waiting(log));
    }
}

/// Waits until `due`; false if the run is over.
async fn wait_until_due(control: &Control<'_>, log: &WorkerLog, pacer: &Pacer, due: Duration) -> bool {
    pacer.until_in_task(due).await;
    // A plan that is behind never waits, and must let the users run all the same.
    consume_budget().await;
    !control.timeline.has_ended_early() && !log.is_ending()
}
