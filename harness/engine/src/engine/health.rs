//! Whether the generator's threads are kept from running.

use std::time::{Duration, Instant};

const NAP: Duration = Duration::from_millis(10);
/// A longer oversleep is a hiccup, whose whole time counts against the run.
const HICCUP: Duration = Duration::from_millis(50);

/// By how much a thread overslept during the measurement.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Hiccups {
    longest: Duration,
    inside: Duration,
    watched: Duration,
}

impl Hiccups {
    /// Sleeps again and again until `is_over`, and adds up by how much it overslept while `is_measuring`.
    pub(super) fn watch(is_measuring: impl Fn() -> bool, is_over: impl Fn() -> bool) -> Hiccups {
        let mut hiccups = Hiccups::default();
        while !is_over() {
            let asleep = Instant::now();
            std::thread::sleep(NAP);
            if is_measuring() {
                hiccups.slept(asleep.elapsed());
            }
        }
        hiccups
    }

    fn slept(&mut self, nap: Duration) {
        let overslept = nap.saturating_sub(NAP);
        self.watched += nap;
        self.longest = self.longest.max(overslept);
        if overslept > HICCUP {
            self.inside += overslept;
        }
    }

    /// `None` if nothing was watched.
    pub(super) fn longest_s(self) -> Option<f64> {
        (!self.watched.is_zero()).then_some(self.longest.as_secs_f64())
    }

    /// Share of the watched time inside hiccups.
    pub(super) fn share(self) -> Option<f64> {
        (!self.watched.is_zero()).then(|| self.inside.as_secs_f64() / self.watched.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_oversleep_is_a_hiccup() {
        let mut hiccups = Hiccups::default();
        assert_eq!((hiccups.longest_s(), hiccups.share()), (None, None));
        hiccups.slept(Duration::from_millis(40));
        assert_eq!((hiccups.longest_s(), hiccups.share()), (Some(0.03), Some(0.0)));
        // 100 of 40 + 110 ms were slept too long.
        hiccups.slept(Duration::from_millis(110));
        assert_eq!((hiccups.longest_s(), hiccups.share()), (Some(0.1), Some(0.1 / 0.15)));
    }
}
