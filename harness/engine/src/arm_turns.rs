//! When each of several servers of one test gets its load: [`ArmTurns`].
//!
//! The arms of a test take turns of the same length, and one generator drives them, so that what disturbs one disturbs the
//! others. Knows no clock: times are handed in, and are since the load began.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// From the moment at which the last arm is ready to the first turn: long enough that every arm has noticed.
const NOTICE: Duration = Duration::from_millis(30);

/// The turns of one arm.
///
/// In the warm-up each arm has one turn, in order. Then they go to and fro: A B B A for two, A B C C B A for three, so that what
/// gets slower steadily meets all of them alike. Turns that follow each other are one.
#[derive(Debug, Clone)]
pub struct ArmTurns {
    arm: u64,
    arms: u64,
    length_ns: u64,
    meeting: Arc<Meeting>,
}

/// Where arms wait for one another before the load begins.
#[derive(Debug, Default)]
struct Meeting {
    ready: Mutex<u64>,
    begins: OnceLock<Instant>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTurn {
    /// This arm's.
    Now,
    /// Another one's; this arm's next one begins then.
    At(Duration),
}

impl ArmTurns {
    /// The turns of each of `arms` arms, which last `length` each: a whole number of seconds, so that none divides one.
    pub fn of(arms: usize, length: Duration) -> Vec<ArmTurns> {
        let meeting = Arc::<Meeting>::default();
        let length_ns = length.as_secs().max(1) * 1_000_000_000;
        let turns = |arm| ArmTurns { arm, arms: arms as u64, length_ns, meeting: Arc::clone(&meeting) };
        (0..arms as u64).map(turns).collect()
    }

    /// Which of the arms it is: 0, 1, 2 …
    pub fn arm(&self) -> usize {
        self.arm as usize
    }

    /// How many arms take turns.
    pub fn arms(&self) -> usize {
        self.arms as usize
    }

    /// How long a turn lasts.
    pub fn length(&self) -> Duration {
        Duration::from_nanos(self.length_ns)
    }

    /// How long the warm-up of all arms takes.
    pub fn warm_up(&self) -> Duration {
        Duration::from_nanos(self.length_ns * self.arms)
    }

    /// How long the measurement of all arms takes, of which `own` belongs to each; `own` is made a whole number of turns.
    pub fn measurement(&self, own: Duration) -> Duration {
        Duration::from_nanos(self.whole_turns(own) * self.length_ns * self.arms)
    }

    fn whole_turns(&self, own: Duration) -> u64 {
        (nanoseconds(own) / self.length_ns).max(1)
    }

    /// This arm is ready at `now`. Its load begins as soon as all are.
    pub fn arrive(&self, now: Instant) {
        let mut ready = self.meeting.ready.lock().unwrap_or_else(PoisonError::into_inner);
        *ready += 1;
        if *ready == self.arms {
            let notice = if self.arms > 1 { NOTICE } else { Duration::ZERO };
            let _only_the_last_arm_sets_it = self.meeting.begins.set(now + notice);
        }
    }

    /// When the load of all arms begins, once all are ready.
    pub fn begins(&self) -> Option<Instant> {
        self.meeting.begins.get().copied()
    }

    /// Whose turn it is `at` after the load began.
    pub fn next(&self, at: Duration) -> NextTurn {
        let turn = nanoseconds(at) / self.length_ns;
        let mut next = turn;
        while self.owner(next) != self.arm {
            next += 1;
        }
        if next == turn { NextTurn::Now } else { NextTurn::At(Duration::from_nanos(next * self.length_ns)) }
    }

    /// How much of the first `measured` of the measurement belonged to this arm.
    pub fn own_ns(&self, measured_ns: u64) -> u64 {
        let (turn, inside) = (measured_ns / self.length_ns, measured_ns % self.length_ns);
        let before = self.own_turns_before(turn) * self.length_ns;
        if self.owner(turn + self.arms) == self.arm { before + inside } else { before }
    }

    /// The place in this arm's own time of what happened so long after the measurement began: what is left of a turn when the next
    /// arm's has begun belongs to its last moment.
    pub fn place_ns(&self, measured_ns: u64) -> u64 {
        let own = self.own_ns(measured_ns);
        let is_own = self.owner(measured_ns / self.length_ns + self.arms) == self.arm;
        if is_own { own } else { own.saturating_sub(1) }
    }

    /// When, after the measurement began, this arm has had `own` of it.
    pub fn measured_at(&self, own: Duration) -> Duration {
        let (turn, inside) = (nanoseconds(own) / self.length_ns, nanoseconds(own) % self.length_ns);
        Duration::from_nanos(self.nth_own_turn(turn) * self.length_ns + inside)
    }

    /// When, after the load began, this arm has had `own` of its warm-up.
    pub fn warmed_up_at(&self, own: Duration) -> Duration {
        Duration::from_nanos(self.arm * self.length_ns) + own
    }

    /// The arm whose turn it is; turns are counted from the beginning of the warm-up.
    fn owner(&self, turn: u64) -> u64 {
        let Some(measured) = turn.checked_sub(self.arms) else { return turn };
        let place = measured % (2 * self.arms);
        if place < self.arms { place } else { 2 * self.arms - 1 - place }
    }

    /// How many of the first turns of the measurement belong to this arm.
    fn own_turns_before(&self, turn: u64) -> u64 {
        let (rounds, place) = (turn / self.arms, turn % self.arms);
        rounds + u64::from(self.place_in(rounds) < place)
    }

    fn nth_own_turn(&self, turn: u64) -> u64 {
        turn * self.arms + self.place_in(turn)
    }

    /// Where in a round of the measurement this arm's turn is; every second round goes backwards.
    fn place_in(&self, round: u64) -> u64 {
        if round.is_multiple_of(2) { self.arm } else { self.arms - 1 - self.arm }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;
    const MS: fn(u64) -> Duration = Duration::from_millis;
    const SECOND_NS: u64 = 1_000_000_000;

    fn order(arms: usize, turns: u64) -> String {
        let all = ArmTurns::of(arms, S(1));
        let owner = |turn| all.iter().position(|one| one.next(S(turn)) == NextTurn::Now).expect("someone's turn");
        (0..turns).map(|turn| char::from(b'A' + owner(turn) as u8)).collect()
    }

    #[test]
    fn after_one_turn_each_to_warm_up_the_arms_go_to_and_fro() {
        assert_eq!(order(2, 10), "ABABBAABBA");
        assert_eq!(order(3, 12), "ABCABCCBAABC");
        assert_eq!(order(1, 3), "AAA");
    }

    #[test]
    fn an_arm_waits_until_its_next_turn_begins() {
        let [a, b] = <[ArmTurns; 2]>::try_from(ArmTurns::of(2, S(2))).unwrap();
        assert_eq!((a.next(MS(500)), b.next(MS(500))), (NextTurn::Now, NextTurn::At(S(2))));
        // The warm-up ends after 4 s; then A B B A.
        assert_eq!((a.next(S(6)), b.next(S(4))), (NextTurn::At(S(10)), NextTurn::At(S(6))));
        assert_eq!(a.warm_up(), S(4));
        assert_eq!((a.measurement(S(10)), a.measurement(S(3)), a.measurement(MS(1))), (S(20), S(4), S(4)));
    }

    #[test]
    fn at_every_moment_of_a_measurement_the_times_of_all_arms_add_up_to_it() {
        for arms in 1..=4 {
            let all = ArmTurns::of(arms, S(1));
            for tenths in 0..300 {
                let at_ns = tenths * SECOND_NS / 10;
                assert_eq!(all.iter().map(|one| one.own_ns(at_ns)).sum::<u64>(), at_ns);
            }
        }
    }

    #[test]
    fn own_time_leads_back_to_the_moment_at_which_it_had_passed() {
        for one in ArmTurns::of(3, S(1)) {
            for tenths in 0..100 {
                let own = MS(tenths * 100 + 50);
                let at = one.measured_at(own);
                assert_eq!(one.own_ns(nanoseconds(at)), nanoseconds(own));
                assert_eq!(one.next(one.warm_up() + at), NextTurn::Now);
            }
            assert_eq!(one.next(one.warmed_up_at(MS(10))), NextTurn::Now);
        }
    }

    #[test]
    fn what_ends_in_the_turn_of_another_arm_belongs_to_the_end_of_the_own_one() {
        let [a, b] = <[ArmTurns; 2]>::try_from(ArmTurns::of(2, S(1))).unwrap();
        // A has the first second and the fourth, B the two between.
        let places = |one: &ArmTurns| [500, 1_500, 2_500, 3_500].map(|ms| one.place_ns(ms * 1_000_000) / 100_000_000);
        assert_eq!(places(&a), [5, 9, 9, 15]);
        assert_eq!(places(&b), [0, 5, 15, 19]);
    }

    #[test]
    fn the_load_begins_when_the_last_arm_is_ready() {
        let (all, start) = (ArmTurns::of(3, S(1)), Instant::now());
        all[..2].iter().for_each(|one| one.arrive(start));
        assert_eq!(all[0].begins(), None);
        all[2].arrive(start + S(5));
        assert_eq!(all[0].begins(), Some(start + S(5) + NOTICE));
    }
}
