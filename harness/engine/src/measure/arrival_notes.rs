//! What the engine notes about the arrivals of a plan.

use std::time::Duration;

use super::moment::Moment;
use super::recorder::Recorder;
use super::seconds::nanoseconds;

impl Recorder {
    /// Arrivals that the plan of an open workload holds for the measured phase.
    pub fn planned(&mut self, arrivals: u64) {
        self.arrivals().planned += arrivals;
    }

    /// Requests that were planned, and will not be sent any more.
    pub fn never_sent(&mut self, requests: u64) {
        self.never_sent += requests;
        self.requests.iter_mut().for_each(|all| all.add_unsent(requests, None));
    }

    /// A request that was due at `intended`, since the run began, and will not be sent any more.
    pub fn never_sent_at(&mut self, intended: Duration) {
        let index = self.index_at(nanoseconds(intended));
        self.intended += 1;
        self.stages.stage(index).count_untimed(1, 0);
        self.requests.iter_mut().for_each(|all| all.add_unsent(1, Some(Moment::after(intended))));
    }

    /// An arrival of the measured phase that was due at `intended`, since the run began, has started: so late although a slot
    /// was free, and after so long a wait for one.
    pub fn record_lag(&mut self, intended: Duration, pacer: Duration, pool: Duration) {
        let since_origin_ns = nanoseconds(intended).saturating_sub(self.origin_ns);
        self.slices.record_lag(since_origin_ns, nanoseconds(pacer));
        let arrivals = self.arrivals();
        arrivals.sent += 1;
        arrivals.pacer_lag.record(pacer);
        arrivals.pool_wait.record(pool);
    }

    /// An arrival that was due at `intended`, since the run began, was left out at the cap: it is never sent.
    pub fn shed(&mut self, intended: Duration) {
        self.arrivals().shed += 1;
        self.never_sent_at(intended);
    }

    /// An arrival that was due at `intended`, since the run began, still waited for a slot when the run ended: it is never
    /// sent, and that is the server's doing.
    pub fn left_waiting(&mut self, intended: Duration) {
        self.arrivals().left_waiting += 1;
        let since_origin_ns = nanoseconds(intended).saturating_sub(self.origin_ns);
        self.slices.leave_waiting(since_origin_ns);
        self.never_sent_at(intended);
    }
}
