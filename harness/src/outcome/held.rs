//! The test's own code held a worker thread, so that answers to its other users were read late.

use std::fmt;

use super::delay::GeneratorDelay;
use super::figure;
use super::threshold_verdict::ThresholdVerdict;
use crate::measure::Measured;
use crate::units::Quantity;

const HELD_WARN_S: f64 = 0.050;
const HELD_SHARE_INVALID: f64 = 0.01;
const REMEDY: &str = "code of the test, or of a task that it spawns, that blocks belongs in `tokio::task::spawn_blocking`, and a pause is \
                      `user.think(…)` or `tokio::time::sleep(…)`, not `std::thread::sleep`";

/// For how long the test's own code held a worker thread while other users waited.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held {
    delay: GeneratorDelay,
    /// One short time is all there was. A thousand users that connect at once take 30 ms, which is more than 1 % of 2 s.
    is_one_short_time: bool,
}

impl Held {
    /// `None` if it never did.
    pub(super) fn of(measured: &Measured) -> Option<Held> {
        let longest_s = measured.generator.longest_poll_s?;
        let share = measured.generator.held_share.unwrap_or_default();
        // The quotient may be rounded up.
        let is_once = share * measured.span.as_secs_f64() <= longest_s * 1.001;
        let is_one_short_time = is_once && longest_s <= HELD_WARN_S;
        Some(Held { delay: GeneratorDelay::new(measured, longest_s, share), is_one_short_time })
    }

    /// True if the figures say nothing about the server.
    ///
    /// A short stop that is longer than a limit matters only if it may be why the limit was breached.
    pub(super) fn is_too_long(&self, verdicts: &[ThresholdVerdict]) -> bool {
        let GeneratorDelay { longest_s, share, .. } = self.delay;
        let is_beyond = tightest_limit_s(verdicts).is_some_and(|limit_s| longest_s > limit_s);
        let may_be_why = || verdicts.iter().any(|verdict| !verdict.holds && self.explains(verdict));
        share > HELD_SHARE_INVALID && !self.is_one_short_time || is_beyond && (longest_s > HELD_WARN_S || may_be_why())
    }

    /// True if this alone may explain the breach.
    pub(super) fn explains(&self, breach: &ThresholdVerdict) -> bool {
        self.delay.explains(breach)
    }

    /// What a reader should know although it does not change the verdict.
    pub(super) fn warning(self) -> Option<String> {
        (self.delay.longest_s > HELD_WARN_S).then(|| {
            format!(
                "the test's own code held a worker thread for {} before it read the next answers, and requests of other users \
                 waited: {REMEDY}",
                figure::time(self.delay.longest_s)
            )
        })
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (longest, share) = (figure::time(self.delay.longest_s), figure::percent(self.delay.share));
        write!(
            f,
            "the test's own code held a worker thread for up to {longest} before it read the next answers, {share} of the run \
             (allowed: 1 %, and no longer than the tightest time limit), and requests of other users waited: {REMEDY}"
        )
    }
}

/// The shortest of the time limits.
pub(super) fn tightest_limit_s(verdicts: &[ThresholdVerdict]) -> Option<f64> {
    let limits_s = verdicts.iter().filter_map(|verdict| match verdict.threshold.bound {
        Quantity::Duration(limit) => Some(limit.as_secs_f64()),
        _ => None,
    });
    limits_s.reduce(f64::min)
}
