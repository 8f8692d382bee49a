//! Starts each arrival of one worker thread when the plan says, however long the others take.

use std::cell::RefCell;
use std::time::Duration;

use tokio::task::coop::consume_budget;

use super::control::Control;
use super::pool::{Arrival, Offered, Pool};
use super::schedule::{Schedule, Share};
use super::worker::Worker;
use crate::measure::Phase;

/// One worker's part of an open workload's plan, and the users that carry it out.
pub(super) struct Dispatcher<'a> {
    pub(super) pool: Pool,
    warmup: &'a Schedule,
    share: (usize, usize),
    /// The arrivals of the measurement that have not been offered yet.
    measured: RefCell<std::iter::Peekable<Share<'a>>>,
}

impl<'a> Dispatcher<'a> {
    /// `None` for a closed workload. `share`: this worker's number, and how many there are.
    pub(super) fn new(control: &'a Control<'_>, share: (usize, usize)) -> Option<Dispatcher<'a>> {
        let (plan, (worker, workers)) = (control.plan.as_ref()?, share);
        let of_this_worker = |users: usize| (worker..users).step_by(workers).count();
        let (first, most) = (of_this_worker(plan.first_users), of_this_worker(control.workload.users()));
        let pool = Pool::new(first, most, control.overflow(), control.clock);
        let measured = RefCell::new(plan.measured.share(worker, workers).peekable());
        Some(Dispatcher { pool, warmup: &plan.warmup, share, measured })
    }

    /// Offers the whole plan, arrival by arrival, unless the run is over before.
    pub(super) async fn run(&self, control: &Control<'_>, worker: &Worker<'_>) {
        control.begun().await;
        let Some((begun, start)) = control.begun_at().zip(control.planned_start()) else { return };
        for due in self.warmup.share(self.share.0, self.share.1) {
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
