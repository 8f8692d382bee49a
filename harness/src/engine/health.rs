//! How the generator itself fares: its processor time, and whether it is kept from running.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::control::Control;

const NAP: Duration = Duration::from_millis(10);
/// A longer oversleep is a hiccup whose whole time counts against the run.
const HICCUP: Duration = Duration::from_millis(50);

/// Processor time of this process so far, user and system.
pub(super) fn process_cpu() -> Option<Duration> {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()
}

/// What a sleeper saw of the measured phase.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Hiccups {
    longest: Duration,
    inside: Duration,
    watched: Duration,
}

impl Hiccups {
    /// Naps again and again until `over`, and counts by how much it overslept while the run was measuring.
    pub(super) fn watch(control: &Control<'_>, over: &AtomicBool) -> Hiccups {
        let mut hiccups = Hiccups::default();
        while !over.load(Ordering::Relaxed) {
            let asleep = Instant::now();
            std::thread::sleep(NAP);
            if control.measured_from().is_some() {
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

    /// `None` if there was nothing to watch.
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

    #[test]
    fn processor_time_only_grows() {
        let before = process_cpu().unwrap();
        assert!(process_cpu().unwrap() >= before);
    }
}
