//! The life of one virtual user: it enters, does its iterations, and leaves.

use std::pin::pin;
use std::time::Duration;

use tokio::task::coop::consume_budget;
use tokio::time::timeout;

use super::attend::{Attended, Bell, attend};
use super::control::{Control, Ticket};
use super::scenario::Scenario;
use super::worker::Worker;
use crate::client::Seat;
use crate::measure::{Ended, IterationEnd, Phase, UserLog};

/// A user that is not ready, or has not left, after so long is given up, so that every run ends.
const LONGEST_PASSAGE: Duration = Duration::from_secs(60);

/// Lives the life of user `number`. Whatever goes wrong ends the run or is noted; the life itself always ends.
pub(super) async fn live<S: Scenario>(scenario: &S, control: &Control<'_>, worker: &Worker, number: usize) {
    let life =
        Life { scenario, control, worker, number, log: worker.log.user(Some(Phase::Outside)), bell: Bell::default() };
    worker.register(&life.log, &life.bell);
    let Some(mut user) = life.enter().await else { return };
    while let Some(ticket) = life.next_ticket().await {
        life.iterate(&mut user, ticket).await;
    }
    life.leave(user).await;
}

struct Life<'a, S> {
    scenario: &'a S,
    control: &'a Control<'a>,
    worker: &'a Worker,
    number: usize,
    log: UserLog,
    bell: Bell,
}

impl<S: Scenario> Life<'_, S> {
    /// Waits for this user's turn in the ramp-up, makes it ready, and waits for the load to begin.
    async fn enter(&self) -> Option<S::User> {
        let turn = self.control.workload.ramp_up().mul_f64(self.number as f64 / self.control.workload.users() as f64);
        let over = || self.worker.is_finishing();
        let waiting = pin!(tokio::time::sleep_until(self.control.clock.at(turn)));
        if !turn.is_zero() && attend(&self.bell, over, waiting).await == Attended::GivenUp {
            return None;
        }
        let entering = pin!(timeout(LONGEST_PASSAGE, self.scenario.enter(self.seat())));
        let broken = match attend(&self.bell, over, entering).await {
            Attended::Done(Ok(Ok(user))) => {
                self.control.user_entered();
                self.control.begun().await;
                return Some(user);
            }
            Attended::GivenUp => return None,
            Attended::Done(Ok(Err(text))) => text,
            Attended::Done(Err(_elapsed)) => {
                format!("user {} was not ready after {} s", self.number, LONGEST_PASSAGE.as_secs())
            }
            Attended::Panicked(message) => format!("the set-up of user {} panicked: {message}", self.number),
        };
        self.control.halt(Ended::Broken(broken));
        None
    }

    async fn next_ticket(&self) -> Option<Ticket> {
        // An author's function that never waits must not keep the others from running; one that does must not wait here,
        // between two iterations, where no figure would show it.
        if !self.bell.take_waited() {
            consume_budget().await;
        }
        let ticket = self.control.claim();
        if let Some(origin) = self.control.measured_from() {
            self.worker.log.measure_from(origin);
        }
        ticket
    }

    async fn iterate(&self, user: &mut S::User, ticket: Ticket) {
        let begin = self.control.clock.now();
        let phase = self.log.begin_iteration(ticket.phase);
        let (attended, waited) = self.attend_iteration(user).await;
        let end = self.control.clock.now();
        match attended {
            Attended::Done(how) => {
                self.control.observe(phase, begin, end);
                self.control.spend(ticket, self.log.end_iteration(phase, begin, end, how));
            }
            Attended::GivenUp => match self.log.abandon_iteration(phase, begin, end, waited) {
                0 => self.control.refund(ticket),
                sent => self.control.spend(ticket, sent),
            },
            Attended::Panicked(message) => {
                let how = IterationEnd::FailedItself(format!("panicked: {message}"));
                self.control.spend(ticket, self.log.end_iteration(phase, begin, end, how));
                self.control.halt(Ended::Broken(format!("the test's function panicked: {message}")));
            }
        }
        self.note_occupation(begin, end);
    }

    /// One iteration, and whether a request of it was open when it was given up. Its future is dropped on return, so
    /// that open requests have closed themselves.
    async fn attend_iteration(&self, user: &mut S::User) -> (Attended<IterationEnd>, bool) {
        let given_up = || self.worker.log.is_ending() || (self.worker.is_finishing() && self.log.is_only_thinking());
        let iteration = pin!(self.scenario.iterate(user));
        let attended = attend(&self.bell, given_up, iteration).await;
        if matches!(attended, Attended::Panicked(_)) {
            // The run is over, so what this user still has open is in flight at the end.
            self.worker.end();
        }
        (attended, self.log.is_waiting())
    }

    /// Only the part inside a measurement of planned length says something about the interactive response-time law.
    fn note_occupation(&self, begin: Duration, end: Duration) {
        let Some((from, until)) = self.control.measured_from().zip(self.control.measured_until()) else { return };
        let inside = end.min(until).saturating_sub(begin.max(from));
        self.worker.occupied.set(self.worker.occupied.get() + inside);
    }

    async fn leave(&self, user: S::User) {
        self.log.begin_iteration(Some(Phase::Outside));
        let leaving = pin!(timeout(LONGEST_PASSAGE, self.scenario.leave(user)));
        let error = match attend(&self.bell, || false, leaving).await {
            Attended::Done(Ok(Ok(()))) | Attended::GivenUp => None,
            Attended::Done(Ok(Err(text))) => Some(text),
            Attended::Done(Err(_elapsed)) => {
                Some(format!("user {} had not left after {} s", self.number, LONGEST_PASSAGE.as_secs()))
            }
            Attended::Panicked(message) => Some(format!("the tear-down of user {} panicked: {message}", self.number)),
        };
        self.worker.leave_errors.borrow_mut().extend(error);
    }

    fn seat(&self) -> Seat {
        Seat {
            number: self.number,
            seed: seed_of(self.control.workload.seed, self.number),
            log: self.log.clone(),
            set_up_log: self.worker.log.user(Some(Phase::Outside)),
            clock: self.control.clock,
            stop: self.control.stop.clone(),
            timeout: self.control.workload.timeout,
        }
    }
}

/// The seed of one user: the `number`-th output of splitmix64 from the test's seed (Steele, Lea and Flood, 2014).
fn seed_of(seed: u64, number: usize) -> u64 {
    const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut z = seed.wrapping_add(GOLDEN_GAMMA.wrapping_mul(number as u64 + 1));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_those_of_splitmix64() {
        // The first outputs from 1234567, as published with the algorithm.
        let seeds: Vec<u64> = (0..3).map(|number| seed_of(1_234_567, number)).collect();
        assert_eq!(seeds, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
