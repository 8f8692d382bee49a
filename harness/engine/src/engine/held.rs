//! For how long the test's own code holds a worker thread, while other users of the worker wait.
//!
//! A user whose code blocks keeps the answers of all others on its thread from being read, and their times grow as if the
//! server were slow. So it is with tasks that a user's code spawns on the thread. The clock is read once for several polls,
//! and after each poll only where polls take long.

use std::cell::Cell;
use std::time::Duration;

use super::run_delay::RunDelay;
use super::turns::{BusyTurn, TurnTimer};

/// So many polls follow one reading of the clock as long as none takes long.
const POLLS: u32 = 8;
/// Polls that take longer than this together are looked at.
const LONG: Duration = Duration::from_millis(1);
/// So many polls after a long one are timed one by one, and the first of a run.
const CLOSELY: u32 = 1_000;
/// Polls that take longer before the next look for answers hold their worker: the whole of their time counts against the run.
const HELD: Duration = Duration::from_millis(10);

/// How long polls of users held one worker within the measurement, while others waited.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct HeldTime {
    /// From one look for answers to the next: ten users that block for 5 ms, one after the other, keep them unread like one that
    /// blocks for 50 ms.
    pub(super) longest: Duration,
    /// The time in polls that held the worker.
    pub(super) inside: Duration,
    /// The longest time from one look for answers to the next, whatever it was spent on.
    pub(super) longest_turn: Duration,
}

/// Times the polls of one worker's users.
#[derive(Debug)]
pub(super) struct PollTimer {
    run_delay: RunDelay,
    turns: TurnTimer,
    /// When users were about to be polled.
    begun: Cell<Duration>,
    /// When the clock was last read.
    last: Cell<Duration>,
    polls: Cell<u32>,
    closely: Cell<u32>,
    /// In long polls since the last look for answers.
    in_turn: Cell<Duration>,
    held: Cell<HeldTime>,
}

/// One or more polls that took long.
#[derive(Debug, Clone, Copy)]
pub(super) struct LongPoll {
    begin: Duration,
    end: Duration,
    /// More than one user may have been polled.
    pub(super) is_of_several: bool,
}

impl PollTimer {
    pub(super) fn new() -> PollTimer {
        PollTimer {
            run_delay: RunDelay::of_this_thread(),
            turns: TurnTimer::new(),
            begun: Cell::default(),
            last: Cell::default(),
            polls: Cell::new(0),
            closely: Cell::new(CLOSELY),
            in_turn: Cell::default(),
            held: Cell::default(),
        }
    }

    /// Users are about to be polled. Returns what the thread did before, if that took long.
    #[inline]
    pub(super) fn begin(&self, now: Duration) -> Option<BusyTurn> {
        let of_users = self.last.replace(now).saturating_sub(self.begun.replace(now));
        self.polls.set(0);
        self.in_turn.set(Duration::ZERO);
        self.turns.next(of_users)
    }

    /// A user was polled. Returns what took long, if it did.
    #[inline]
    pub(super) fn polled(&self, now: impl FnOnce() -> Duration) -> Option<LongPoll> {
        let (polls, closely) = (self.polls.get() + 1, self.closely.get());
        self.polls.set(polls);
        if closely == 0 && polls < POLLS {
            return None;
        }
        self.closely.set(closely.saturating_sub(1));
        self.read(now())
    }

    /// No other user is polled now.
    #[inline]
    pub(super) fn end(&self, now: impl FnOnce() -> Duration) -> Option<LongPoll> {
        if self.polls.get() == 0 { None } else { self.read(now()) }
    }

    #[inline]
    fn read(&self, now: Duration) -> Option<LongPoll> {
        let (begin, polls) = (self.last.replace(now), self.polls.replace(0));
        if now.saturating_sub(begin) < LONG {
            return None;
        }
        self.closely.set(CLOSELY);
        Some(LongPoll { begin, end: now, is_of_several: polls > 1 })
    }

    /// Others waited during this poll, in a measurement that lasts `from` one time `until` another. Time in which the system did not
    /// let the thread run is not the fault of the test's code.
    #[cold]
    pub(super) fn count(&self, poll: LongPoll, from: Duration, until: Option<Duration>) {
        let begin = poll.begin.max(from);
        let end = until.map_or(poll.end, |until| poll.end.min(until));
        let took = end.saturating_sub(begin).saturating_sub(self.run_delay.since_last());
        let earlier = self.in_turn.get();
        let in_turn = earlier + took;
        self.in_turn.set(in_turn);
        let HeldTime { longest, inside, .. } = self.held.get();
        let counted = if earlier > HELD { took } else { in_turn };
        let inside = if in_turn > HELD { inside + counted } else { inside };
        self.held.set(HeldTime { longest: longest.max(in_turn), inside, ..HeldTime::default() });
    }

    /// A turn of the thread that ended at `now` took long, in a measurement that lasts `from` one time `until` another. If answers
    /// `are_awaited`, tasks that the test's code has spawned may have held the worker.
    #[cold]
    pub(super) fn count_turn(
        &self,
        turn: BusyTurn,
        now: Duration,
        (from, until): (Duration, Option<Duration>),
        are_awaited: bool,
    ) {
        if until.is_some_and(|until| now > until) {
            return;
        }
        let turn = turn.since(from, now);
        self.turns.note(turn.whole);
        if are_awaited && turn.is_held() {
            let beside = LongPoll { begin: now.saturating_sub(turn.beside), end: now, is_of_several: true };
            self.count(beside, from, until);
            // It lies before the look for answers that has just been.
            self.in_turn.set(Duration::ZERO);
        }
    }

    /// Forgets for how long the system has not let the thread run so far.
    pub(super) fn forget_run_delay(&self) {
        let _forgotten = self.run_delay.since_last();
    }

    pub(super) fn held(&self) -> HeldTime {
        HeldTime { longest_turn: self.turns.longest(), ..self.held.get() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// Polls that take these times in milliseconds, all before anything else has its turn. Returns how often the clock was read.
    fn poll(timer: &PollTimer, now: &Cell<Duration>, polls_ms: &[u64]) -> u32 {
        let readings = Cell::new(0);
        let read = || {
            readings.set(readings.get() + 1);
            now.get()
        };
        timer.begin(now.get());
        let note = |long: Option<LongPoll>| long.into_iter().for_each(|long| timer.count(long, Duration::ZERO, None));
        for ms in polls_ms {
            now.set(now.get() + MS(*ms));
            note(timer.polled(read));
        }
        note(timer.end(read));
        readings.get()
    }

    #[test]
    fn the_clock_is_read_once_for_several_polls_until_one_takes_long() {
        let (timer, now) = (PollTimer { run_delay: RunDelay::unknown(), ..PollTimer::new() }, Cell::default());
        assert_eq!(poll(&timer, &now, &[0; 1_000]), 1_000);
        assert_eq!(poll(&timer, &now, &[0; 80]), 10);
        assert_eq!(poll(&timer, &now, &[0; 3]), 1);
        // The long one is noticed with its neighbours, and each of those that follow by itself.
        assert_eq!(poll(&timer, &now, &[0, 40]), 1);
        assert_eq!(poll(&timer, &now, &[9, 9, 20]), 3);
        // The last three are one time of 38 ms: no answer is read between them.
        assert_eq!(timer.held(), HeldTime { longest: MS(40), inside: MS(78), ..HeldTime::default() });
        // Each of these is read at once, and none takes longer than 10 ms.
        (0..10).for_each(|_| assert_eq!(poll(&timer, &now, &[9]), 1));
        assert_eq!(timer.held().inside, MS(78));
    }

    #[test]
    fn only_what_lies_in_the_measurement_counts() {
        let timer = PollTimer { run_delay: RunDelay::unknown(), ..PollTimer::new() };
        let long = |begin, end| LongPoll { begin: MS(begin), end: MS(end), is_of_several: false };
        timer.count(long(100, 200), MS(180), Some(MS(500)));
        timer.begin(MS(480));
        timer.count(long(490, 600), MS(180), Some(MS(500)));
        timer.count(long(600, 700), MS(180), Some(MS(500)));
        assert_eq!(timer.held(), HeldTime { longest: MS(20), inside: MS(20), ..HeldTime::default() });
    }
}
