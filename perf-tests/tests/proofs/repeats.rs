//! For how long all proofs together may repeat runs that prove nothing, and what becomes of a proof that is left.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::disturbance::Flaw;

/// For how long all proofs together may repeat runs.
const FOR_ALL: Duration = Duration::from_secs(600);

/// For how long one proof may: a calm run of half a second takes a few tries on a machine that is held up a few times each
/// second, as one with neighbours is.
const FOR_ONE: Duration = Duration::from_secs(120);

/// How many proofs may stay unproven on a disturbed machine.
const TOLERATED: usize = 5;

static SPENT: Mutex<Duration> = Mutex::new(Duration::ZERO);
static LEFT: Mutex<Vec<Unproven>> = Mutex::new(Vec::new());

/// True while a proof whose repeats have begun at `begun` may repeat its run once more.
pub(crate) fn may_repeat(begun: Instant) -> bool {
    let spent = *SPENT.lock().unwrap_or_else(PoisonError::into_inner);
    begun.elapsed() < FOR_ONE && spent + begun.elapsed() < FOR_ALL
}

/// Counts the time since `begun` as spent.
pub(crate) fn spend(begun: Instant) {
    *SPENT.lock().unwrap_or_else(PoisonError::into_inner) += begun.elapsed();
}

/// A proof that no run could decide.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unproven {
    pub(crate) test: String,
    pub(crate) flaws: Vec<Flaw>,
}

impl Unproven {
    pub(crate) fn add(&mut self, flaw: Flaw) {
        println!("    a run of {} proves nothing: {}", self.test, flaw.reason);
        self.flaws.push(flaw);
    }

    /// Leaves the proof, which [`attempt`] lists.
    pub(crate) fn give_up(self) -> ! {
        // Not a failed assertion, so without the message of one.
        std::panic::resume_unwind(Box::new(self))
    }

    /// True if the recorded hold-ups explain each run.
    fn is_disturbed(&self) -> bool {
        self.flaws.iter().all(|flaw| flaw.is_disturbance)
    }
}

/// Runs a proof; one that gives up is listed, and does not fail yet.
pub(crate) fn attempt(proof: fn()) {
    let Err(payload) = std::panic::catch_unwind(proof) else { return };
    match payload.downcast::<Unproven>() {
        Ok(unproven) => LEFT.lock().unwrap_or_else(PoisonError::into_inner).push(*unproven),
        Err(failure) => std::panic::resume_unwind(failure),
    }
}

/// What the unproven proofs of this process come to.
pub(crate) fn conclude() -> Conclusion {
    Conclusion::of(&LEFT.lock().unwrap_or_else(PoisonError::into_inner))
}

#[derive(Debug, PartialEq)]
pub(crate) struct Conclusion {
    pub(crate) text: String,
    pub(crate) fails: bool,
}

impl Conclusion {
    fn of(left: &[Unproven]) -> Conclusion {
        if left.is_empty() {
            return Conclusion { text: String::new(), fails: false };
        }
        let undisturbed = left.iter().filter(|unproven| !unproven.is_disturbed()).count();
        let fails = undisturbed > 0 || left.len() > TOLERATED;
        let word = if fails { "error" } else { "warning" };
        let mut text = format!("\n{word}: {} proofs have no run that proves anything on this machine:\n", left.len());
        for Unproven { test, flaws } in left {
            let last = flaws.last().map_or("", |flaw| &flaw.reason);
            text.push_str(&format!("    {test}, {} runs; the last: {last}\n", flaws.len()));
        }
        if undisturbed > 0 {
            text.push_str(&format!("{undisturbed} of them are not explained by recorded hold-ups\n"));
        } else if fails {
            text.push_str(&format!("at most {TOLERATED} are tolerated: run the proofs on a calmer machine\n"));
        }
        Conclusion { text, fails }
    }
}

pub(crate) mod specification {
    use proofload_testing::specification::Specification;

    use super::*;

    pub(crate) const SPECIFICATION: Specification = &[
        ("repeats: without unproven proofs nothing is said", nothing),
        ("repeats: five unproven proofs on a disturbed machine are a warning, six a failure", disturbed),
        ("repeats: a proof that no hold-up explains is a failure", undisturbed),
        ("repeats: a wrong figure fails at once", wrong),
    ];

    fn left(count: usize, explained: &[bool]) -> Vec<Unproven> {
        let flaw = |is_disturbance: &bool| Flaw { reason: "held up".to_owned(), is_disturbance: *is_disturbance };
        vec![Unproven { test: "probe::open".to_owned(), flaws: explained.iter().map(flaw).collect() }; count]
    }

    fn nothing() {
        assert_eq!(Conclusion::of(&[]), Conclusion { text: String::new(), fails: false });
    }

    fn disturbed() {
        let five = Conclusion::of(&left(5, &[true, true]));
        assert!(!five.fails && five.text.starts_with("\nwarning: 5 proofs"), "{five:?}");
        assert_eq!(five.text.matches("probe::open, 2 runs; the last: held up").count(), 5, "{five:?}");
        let six = Conclusion::of(&left(6, &[true]));
        assert!(six.fails && six.text.contains("at most 5 are tolerated"), "{six:?}");
    }

    fn undisturbed() {
        let one = Conclusion::of(&left(1, &[true, false]));
        assert!(one.fails && one.text.contains("1 of them are not explained"), "{one:?}");
    }

    fn wrong() {
        let quiet = std::panic::catch_unwind(|| attempt(|| std::panic::resume_unwind(Box::new("a wrong figure"))));
        assert_eq!(quiet.expect_err("it panics").downcast_ref::<&str>(), Some(&"a wrong figure"));
    }
}
