//! The requests that one of several processes has shown while it ran: [`MeasuredSlices`].

use std::collections::BTreeMap;

use super::finished_slices::RunPart;
use super::live_slices::WorkerSlices;
use super::part_seconds::PartSeconds;
use super::slice_tally::SliceTally;
use super::slices::Slices;

/// The slices of the measured phase that one process has sent: what they hold must be in its final figures.
#[derive(Debug, Default)]
pub struct MeasuredSlices(BTreeMap<usize, WorkerSlices>);

impl MeasuredSlices {
    /// Takes what the process has sent, in the order in which it did.
    pub fn add(&mut self, seconds: &PartSeconds) {
        for (thread, finished) in seconds.slices.iter().filter(|(_, finished)| finished.part == RunPart::Measured) {
            self.0.entry(*thread).or_default().put(finished.clone());
        }
    }

    /// How many requests ended in them.
    pub fn ended(&self) -> u64 {
        self.0.values().map(WorkerSlices::ended).sum()
    }
}

impl Slices {
    /// How many requests ended in all of them; none may be counted apart any more.
    pub(super) fn ended(&self) -> u64 {
        self.slices.values().map(SliceTally::ended).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Live;
    use crate::measure::sample::Moments;

    const MS: u64 = 1_000_000;

    #[test]
    fn slices_that_are_sent_again_count_once_and_all_of_them_are_those_of_the_end() {
        let live = Live::default();
        live.watch();
        let worker = live.join();
        let mut slices = Slices::default();
        slices.hand_over_to(&worker, RunPart::Measured);
        let mut sent = MeasuredSlices::default();
        // Long enough for slices to become longer.
        for number in 0..2_000 {
            let at_ns = number * 10 * MS;
            slices.record(Moments { intended_ns: at_ns, sent_ns: at_ns, done_ns: at_ns + 3 * MS }, number % 3 > 0);
            if number % 100 == 0 {
                sent.add(&live.take_part_seconds());
            }
        }
        slices.end_handover();
        sent.add(&live.take_part_seconds());
        assert_eq!((sent.ended(), slices.ended()), (2_000, 2_000));
    }
}
