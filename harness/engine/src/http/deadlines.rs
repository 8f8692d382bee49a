//! The deadlines of the requests of one worker thread: in one ring, instead of a timer for each.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::clock::WaitUntil;

/// Buckets of the ring. A request that times out is woken late by at most this fraction of the timeout; it is recorded
/// with exactly its timeout.
const BUCKETS: u64 = 128;
const SHORTEST_TICK: Duration = Duration::from_millis(1);
const LONGEST_TICK: Duration = Duration::from_millis(250);

/// The deadlines of one worker thread. [`Deadlines::run`] must be polled there.
///
/// Each user has at most one entry, however many requests it sends: to set a deadline is one store, and the entry is
/// checked again when its bucket is due. So a request costs very little, and a timeout one further check.
#[derive(Debug)]
pub(super) struct Deadlines {
    ring: RefCell<DeadlineRing>,
}

#[derive(Debug)]
struct DeadlineRing {
    tick_ns: u64,
    /// The last tick whose bucket was checked.
    passed: u64,
    buckets: Vec<Vec<usize>>,
    entries: Vec<DeadlineEntry>,
    free: Vec<usize>,
    runner: Option<Waker>,
}

/// Each request touches its entry three times, with other users in between: two entries fit a cache line.
#[derive(Debug)]
struct DeadlineEntry {
    /// Since the run began, or `NONE`, or `PASSED`.
    due_ns: u64,
    /// The tick of the bucket that holds the entry, or `NONE`; entries in other buckets are out of date.
    listed: u64,
    waker: Option<Waker>,
}

/// No request has a deadline here; no tick holds the entry.
const NONE: u64 = u64::MAX;
/// The deadline is over, and its user has been woken.
const PASSED: u64 = u64::MAX - 1;

/// The deadline of one user's request.
#[derive(Debug)]
pub struct Deadline {
    deadlines: Rc<Deadlines>,
    entry: usize,
}

/// A time that no run reaches is the latest that an entry can hold.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).min(PASSED - 1)
}

impl Deadlines {
    /// For requests that mostly have `timeout`.
    pub(super) fn new(timeout: Duration) -> Deadlines {
        let tick = (timeout / BUCKETS as u32).clamp(SHORTEST_TICK, LONGEST_TICK);
        let buckets = (0..BUCKETS).map(|_| Vec::new()).collect();
        let (tick_ns, entries, free) = (nanoseconds(tick), Vec::new(), Vec::new());
        let ring = DeadlineRing { tick_ns, passed: 0, buckets, entries, free, runner: None };
        Deadlines { ring: RefCell::new(ring) }
    }

    /// A deadline for one more user.
    pub(super) fn add_user(self: &Rc<Deadlines>) -> Deadline {
        let mut ring = self.ring.borrow_mut();
        let entry = ring.free.pop().unwrap_or(ring.entries.len());
        if entry == ring.entries.len() {
            ring.entries.push(DeadlineEntry { due_ns: NONE, listed: NONE, waker: None });
        }
        Deadline { deadlines: Rc::clone(self), entry }
    }

    /// Wakes the users whose requests time out. Never ends.
    pub(super) async fn run(&self, timer: &impl WaitUntil) {
        loop {
            let next = poll_fn(|context| {
                let mut ring = self.ring.borrow_mut();
                ring.runner = Some(context.waker().clone());
                ring.next_tick().map_or(Poll::Pending, Poll::Ready)
            })
            .await;
            // Entries that are added meanwhile are usually due later, as timeouts are much alike; an earlier one ends the wait.
            let due = Duration::from_nanos(self.ring.borrow().tick_ns.saturating_mul(next));
            let earlier = poll_fn(|context| {
                let mut ring = self.ring.borrow_mut();
                ring.runner = Some(context.waker().clone());
                if ring.next_tick().is_some_and(|now_next| now_next < next) { Poll::Ready(()) } else { Poll::Pending }
            });
            tokio::select! {
                biased;
                () = earlier => {}
                () = timer.until(due) => self.ring.borrow_mut().pass(timer.clock().now()),
            }
        }
    }
}

impl DeadlineRing {
    /// The tick of the first bucket that holds anything.
    fn next_tick(&self) -> Option<u64> {
        (self.passed + 1..=self.passed + BUCKETS).find(|tick| !self.buckets[(tick % BUCKETS) as usize].is_empty())
    }

    /// The first tick that is not before `due_ns`.
    fn tick_of(&self, due_ns: u64) -> u64 {
        due_ns.div_ceil(self.tick_ns)
    }

    /// Checks every bucket up to `now`.
    fn pass(&mut self, now: Duration) {
        let until = nanoseconds(now) / self.tick_ns;
        // One round checks every bucket.
        let first = (self.passed + 1).max(until.saturating_sub(BUCKETS - 1));
        for tick in first..=until {
            self.passed = tick;
            let mut listed = std::mem::take(&mut self.buckets[(tick % BUCKETS) as usize]);
            for entry in listed.drain(..) {
                self.check(entry, tick, until);
            }
            let bucket = &mut self.buckets[(tick % BUCKETS) as usize];
            if bucket.is_empty() {
                *bucket = listed;
            }
        }
        self.passed = self.passed.max(until);
    }

    fn check(&mut self, entry: usize, tick: u64, until: u64) {
        let known = &mut self.entries[entry];
        if known.listed > tick {
            return;
        }
        known.listed = NONE;
        if known.due_ns >= PASSED {
            return;
        }
        let due_tick = known.due_ns.div_ceil(self.tick_ns);
        if due_tick > until {
            self.list(entry, due_tick);
            return;
        }
        known.due_ns = PASSED;
        if let Some(waker) = known.waker.take() {
            waker.wake();
        }
    }

    /// A deadline beyond the ring goes to the last bucket, where it is checked again.
    fn list(&mut self, entry: usize, due_tick: u64) {
        let tick = due_tick.clamp(self.passed + 1, self.passed + BUCKETS);
        if self.entries[entry].listed <= tick {
            return;
        }
        self.entries[entry].listed = tick;
        let was_first = self.next_tick();
        self.buckets[(tick % BUCKETS) as usize].push(entry);
        if was_first.is_none_or(|first| tick < first)
            && let Some(runner) = self.runner.take()
        {
            runner.wake();
        }
    }
}

impl Deadline {
    /// The request that is sent now must have ended by `due`.
    pub fn set(&self, due: Duration) {
        let ring = &mut *self.deadlines.ring.borrow_mut();
        let entry = &mut ring.entries[self.entry];
        entry.due_ns = nanoseconds(due);
        if entry.listed.saturating_mul(ring.tick_ns) > entry.due_ns {
            let due_tick = ring.tick_of(nanoseconds(due));
            ring.list(self.entry, due_tick);
        }
    }

    /// The request has ended.
    pub fn clear(&self) {
        self.deadlines.ring.borrow_mut().entries[self.entry].due_ns = NONE;
    }

    /// True once the deadline is over; else the waker is woken when it is.
    pub fn has_passed(&self, waker: &Waker) -> bool {
        let entry = &mut self.deadlines.ring.borrow_mut().entries[self.entry];
        if entry.due_ns == PASSED {
            return true;
        }
        match &mut entry.waker {
            Some(known) => known.clone_from(waker),
            None => entry.waker = Some(waker.clone()),
        }
        false
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        let ring = &mut *self.deadlines.ring.borrow_mut();
        let entry = &mut ring.entries[self.entry];
        (entry.due_ns, entry.waker) = (NONE, None);
        ring.free.push(self.entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// Waits until the deadline is over, and returns when that was.
    async fn over(deadline: &Deadline, clock: Clock) -> Duration {
        poll_fn(|context| if deadline.has_passed(context.waker()) { Poll::Ready(()) } else { Poll::Pending }).await;
        clock.now()
    }

    async fn with_runner<T>(deadlines: &Rc<Deadlines>, clock: Clock, work: impl Future<Output = T>) -> T {
        tokio::select! {
            () = deadlines.run(&clock) => unreachable!("it never ends"),
            output = work => output,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_is_noticed_never_early_and_only_a_little_late() {
        let (clock, deadlines) = (Clock::start(), Rc::new(Deadlines::new(MS(1_280))));
        let deadline = deadlines.add_user();
        let at = with_runner(&deadlines, clock, async {
            deadline.set(MS(1_285));
            over(&deadline, clock).await
        });
        let at = at.await;
        assert!((MS(1_285)..=MS(1_295)).contains(&at), "{at:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_deadline_of_the_same_user_replaces_the_earlier() {
        let (clock, deadlines) = (Clock::start(), Rc::new(Deadlines::new(MS(1_280))));
        let deadline = deadlines.add_user();
        let at = with_runner(&deadlines, clock, async {
            for sent in 0..200 {
                deadline.set(MS(sent * 10 + 1_280));
                tokio::time::sleep(MS(10)).await;
                assert!(!deadline.has_passed(Waker::noop()), "{sent}");
                deadline.clear();
            }
            deadline.set(MS(2_000 + 1_280));
            over(&deadline, clock).await
        });
        let at = at.await;
        assert!((MS(3_280)..=MS(3_290)).contains(&at), "{at:?}");
        let listed: usize = deadlines.ring.borrow().buckets.iter().map(Vec::len).sum();
        assert!(listed <= 1, "{listed} entries for one user");
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_timeout_than_the_others_and_a_longer_one_than_the_ring_are_kept() {
        let (clock, deadlines) = (Clock::start(), Rc::new(Deadlines::new(MS(1_280))));
        let (short, long, usual) = (deadlines.add_user(), deadlines.add_user(), deadlines.add_user());
        with_runner(&deadlines, clock, async {
            usual.set(MS(1_280));
            long.set(MS(60_000));
            short.set(MS(500));
            usual.clear();
            usual.set(MS(30));
            assert!((MS(30)..=MS(40)).contains(&over(&usual, clock).await));
            assert!((MS(500)..=MS(510)).contains(&over(&short, clock).await));
            assert!((MS(60_000)..=MS(60_010)).contains(&over(&long, clock).await));
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_entry_is_reused_and_keeps_nothing_of_its_last_user() {
        let (clock, deadlines) = (Clock::start(), Rc::new(Deadlines::new(MS(100))));
        let first = deadlines.add_user();
        first.set(MS(50));
        drop(first);
        let second = deadlines.add_user();
        with_runner(&deadlines, clock, tokio::time::sleep(MS(90))).await;
        assert!(!second.has_passed(Waker::noop()));
        assert_eq!(deadlines.ring.borrow().entries.len(), 1);
    }
}
