//! What one of several processes sends of a run in progress: [`PartSeconds`]. For the eye; no figure of a verdict comes from here.

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::finished_slices::FinishedSlices;
use super::live::Live;

/// The counters of a process as they are now, and the slices that have changed since the last time.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PartSeconds {
    users: u64,
    sent: u64,
    ok: u64,
    failed: u64,
    is_measuring: bool,
    /// With the number of the worker thread; none unless the run is watched.
    pub(super) slices: Vec<(usize, FinishedSlices)>,
}

impl Live {
    /// What is new in this process, to be sent to the one that shows it.
    pub fn take_part_seconds(&self) -> PartSeconds {
        PartSeconds {
            users: self.users.load(Ordering::Relaxed),
            sent: self.sent(),
            ok: self.ok(),
            failed: self.failed(),
            is_measuring: self.measuring.load(Ordering::Relaxed),
            slices: self.take_finished(),
        }
    }

    /// Takes what the process with this number has sent, in the order in which it did.
    pub fn add_part_seconds(&self, process: usize, seconds: PartSeconds) {
        let mut parts = self.parts.lock();
        self.users.store(parts.set_users(process, seconds.users), Ordering::Relaxed);
        if seconds.is_measuring {
            self.measuring.store(true, Ordering::Relaxed);
        }
        let mut worker = |thread| self.worker(parts.thread(process, thread, || self.join_numbered()));
        // The counters of a process are kept with its first thread.
        worker(0).set(seconds.sent, seconds.ok, seconds.failed);
        // What no one takes would pile up.
        if self.is_watched() {
            seconds.slices.into_iter().for_each(|(thread, slices)| worker(thread).hand_over(slices));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::finished_slices::RunPart;
    use crate::measure::live_slices::LiveSlices;
    use crate::measure::sample::Moments;
    use crate::measure::slices::Slices;

    const MS: u64 = 1_000_000;

    /// A process with threads that each have answered so many requests at the same pace, in the first second of the measurement.
    fn process(users: u64, threads: &[u64]) -> Live {
        let live = Live::default();
        live.watch();
        live.users.store(users, Ordering::Relaxed);
        live.measuring.store(true, Ordering::Relaxed);
        for answered in threads {
            let worker = live.join();
            let mut slices = Slices::default();
            slices.hand_over_to(&worker, RunPart::Measured);
            for number in 0..*answered {
                worker.count_sent();
                worker.count_end(number > 0);
                let at_ns = number * 1_000 * MS / answered;
                slices.record(Moments { intended_ns: at_ns, sent_ns: at_ns, done_ns: at_ns + MS }, number > 0);
            }
            slices.end_handover();
        }
        live
    }

    fn counters(live: &Live) -> (u64, u64, u64, u64) {
        (live.users.load(Ordering::Relaxed), live.sent(), live.ok(), live.failed())
    }

    #[test]
    fn the_counters_of_all_processes_come_to_those_of_the_run_whenever_each_sends_its_own() {
        let (fast, slow, run) = (process(3, &[400, 100]), process(2, &[10]), Live::default());
        run.add_part_seconds(0, PartSeconds { users: 1, sent: 3, ok: 1, ..PartSeconds::default() });
        assert_eq!((counters(&run), run.measuring.load(Ordering::Relaxed)), ((1, 3, 1, 0), false));
        run.add_part_seconds(1, slow.take_part_seconds());
        run.add_part_seconds(0, fast.take_part_seconds());
        assert_eq!((counters(&run), run.measuring.load(Ordering::Relaxed)), ((5, 510, 507, 3), true));
        run.add_part_seconds(0, fast.take_part_seconds());
        assert_eq!(counters(&run), (5, 510, 507, 3), "they are those of now, and not what came since");
    }

    #[test]
    fn the_slices_of_all_threads_of_all_processes_are_shown_as_one() {
        let run = Live::default();
        run.watch();
        for (number, process) in [process(3, &[400, 100]), process(2, &[10])].iter().enumerate() {
            run.add_part_seconds(number, process.take_part_seconds());
        }
        let mut shown = LiveSlices::default();
        let new = shown.look(&run, Duration::from_secs(1), true);
        let slices = || new.iter().filter(|new| new.is_measured).flat_map(|new| &new.slices.slices);
        assert_eq!(slices().map(|slice| slice.sent).sum::<u64>(), 510);
        assert_eq!(
            (slices().map(|slice| slice.ok).sum::<u64>(), slices().map(|slice| slice.failed).sum::<u64>()),
            (507, 3)
        );
        assert!(shown.look(&run, Duration::from_secs(1), true).is_empty(), "each is taken once");
    }

    #[test]
    fn slices_that_are_not_watched_are_not_kept() {
        let run = Live::default();
        run.add_part_seconds(0, process(3, &[400]).take_part_seconds());
        assert_eq!(run.sent(), 400);
        assert!(run.take_finished().is_empty());
    }
}
