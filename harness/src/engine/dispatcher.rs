//! Starts each arrival of one worker thread when the plan says, however long the others take.

use std::cell::RefCell;
use std::time::Duration;

use tokio::task::coop::consume_budget;

use super::arrival_schedule::{ArrivalSchedule, Share};
use super::control::Control;
use super::share::WorkerShare;
use super::user_pool::{Arrival, Offered, UserPool};
use super::worker::Worker;
use crate::measure::Phase;

/// One worker's part of an open workload's plan, and the users that carry it out.
pub(super) struct Dispatcher<'a> {
    pub(super) pool: UserPool,
    warmup: &'a ArrivalSchedule,
    share: WorkerShare,
    /// The arrivals of the measurement that have not been offered yet.
    measured: RefCell<std::iter::Peekable<Share<'a>>>,
}

impl<'a> Dispatcher<'a> {
    /// `None` for a closed workload.
    pub(super) fn new(control: &'a Control<'_>, share: WorkerShare) -> Option<Dispatcher<'a>> {
        let plan = control.plan.as_ref()?;
        let (first, most) = (share.users(plan.first_users), share.users(control.workload.users()));
        let pool = UserPool::new(first, most, control.overflow(), control.clock);
        let measured = RefCell::new(plan.measured.share(share.index, share.workers).peekable());
        Some(Dispatcher { pool, warmup: &plan.warmup, share, measured })
    }

    /// Offers the whole plan, arrival by arrival, unless the run is over before.
    pub(super) async fn run(&self, control: &Control<'_>, worker: &Worker<'_>) {
        control.begun().await;
        let Some((begun, start)) = control.begun_at().zip(control.planned_start()) else { return };
        for due in self.warmup.share(self.share.index, self.share.workers) {
            if !self.wait(control, worker, begun + due).await {
                return;
            }
            // What is shed here is outside every figure.
            let _shed_or_not = self.pool.offer(Arrival { intended: begun + due, phase: Phase::Outside });
        }
        if !self.wait(control, worker, start).await {
            return;
        }
        control.measure_from(start);
        worker.log.measure_from(start);
        while let Some(due) = self.next_due() {
            if !self.wait(control, worker, start + due).await {
                return;
            }
            self.offer_measured(worker, start + due);
        }
        self.pool.close();
    }

    /// Waits until `due`; false if the run is over.
    async fn wait(&self, control: &Control<'_>, worker: &Worker<'_>, due: Duration) -> bool {
        worker.pacer.until(due).await;
        // A plan that is behind never waits, and must let the users run all the same.
        consume_budget().await;
        !control.is_halted() && !worker.log.is_ending()
    }

    fn next_due(&self) -> Option<Duration> {
        self.measured.borrow_mut().peek().copied()
    }

    fn offer_measured(&self, worker: &Worker<'_>, intended: Duration) {
        // It is the one that was looked at.
        self.measured.borrow_mut().next();
        if self.pool.offer(Arrival { intended, phase: Phase::Measured }) == Offered::Shed {
            worker.log.note(|recorder| recorder.shed(intended));
        }
    }

    /// Counts what will not be offered any more as never sent.
    pub(super) fn give_up_rest(&self, control: &Control<'_>, worker: &Worker<'_>) {
        let start = control.measured_from().or(control.planned_start()).unwrap_or_default();
        for due in &mut *self.measured.borrow_mut() {
            worker.log.note(|recorder| recorder.never_sent_at(start + due));
        }
    }

    /// Gives up whatever waits for a user.
    pub(super) fn end(&self, worker: &Worker<'_>) {
        for arrival in self.pool.end() {
            worker.left_waiting(arrival);
        }
    }
}
