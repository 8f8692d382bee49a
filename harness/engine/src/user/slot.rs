//! What the engine gives a virtual user when it enters.

use std::rc::Rc;
use std::time::Duration;

use crate::clock::Clock;
use crate::http::HttpResources;
use crate::load_part::PartShare;
use crate::measure::UserLog;
use crate::stop::Stop;

/// Everything the engine gives a virtual user when it enters: its number, its logs, the run's clock and switch.
///
/// `R` is what the users of its worker thread share, as the scenario made it. What each request needs is at the end, beside what
/// a user adds.
#[derive(Debug)]
#[repr(C)]
pub struct UserSlot<R = HttpResources> {
    /// 0, 1, 2 … within the test.
    pub number: usize,
    /// The part of the load that its process offers: of what all users of a test share, each process gives out every so many.
    pub part: PartShare,
    /// The user's own seed, made from the test's seed and the number.
    pub seed: u64,
    /// Where the requests of its user-scoped fixtures are recorded: apart, with no threshold on them.
    pub set_up_log: UserLog,
    /// Where its requests are recorded.
    pub log: UserLog,
    /// What the users of its worker thread share.
    pub resources: Rc<R>,
    /// The run's switch.
    pub stop: Stop,
    /// The run's clock.
    pub clock: Clock,
    /// The timeout of a request that does not set its own.
    pub timeout: Duration,
}

impl<R> Clone for UserSlot<R> {
    fn clone(&self) -> UserSlot<R> {
        UserSlot {
            log: self.log.clone(),
            set_up_log: self.set_up_log.clone(),
            stop: self.stop.clone(),
            resources: Rc::clone(&self.resources),
            ..*self
        }
    }
}

impl UserSlot<()> {
    /// The same slot, with what the users of its worker thread share.
    pub fn with_resources<R>(self, resources: &Rc<R>) -> UserSlot<R> {
        let UserSlot { number, part, seed, log, set_up_log, clock, stop, timeout, resources: _ } = self;
        UserSlot { number, part, seed, log, set_up_log, clock, stop, timeout, resources: Rc::clone(resources) }
    }
}
