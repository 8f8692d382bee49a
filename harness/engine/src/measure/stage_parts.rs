//! The response times of a stage, summed by parts of it: how precisely their mean is known is read from these.

use std::time::Duration;

use super::seconds::nanoseconds;
use super::stage::StageBounds;
use super::stage_times::StageTimes;
use crate::statistics::Batch;

/// The length of a part: short enough that a stage of two seconds has twenty.
const PART: Duration = Duration::from_millis(100);
/// The parts of a long stage are longer.
const MOST_PARTS: u32 = 1_000;

/// The sums of one stage. A request belongs to the part of its intended start.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StageParts {
    /// Since the measurement began.
    begins_ns: u64,
    part_ns: u64,
    parts: Vec<PartSum>,
}

#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
struct PartSum {
    samples: u64,
    sum_ns: u64,
}

impl StageParts {
    pub(super) fn new(stage: &StageBounds) -> StageParts {
        let length = stage.ends.saturating_sub(stage.begins);
        let part_ns = nanoseconds(PART.max(length / MOST_PARTS));
        // All of them now: nothing is allocated while requests are recorded.
        let count = nanoseconds(length).div_ceil(part_ns).max(1) as usize;
        StageParts { begins_ns: nanoseconds(stage.begins), part_ns, parts: vec![PartSum::default(); count] }
    }

    /// A request that was due so long after the measurement began took so long.
    #[inline]
    pub(super) fn record(&mut self, intended_ns: u64, response_ns: u64) {
        let part = intended_ns.saturating_sub(self.begins_ns) / self.part_ns;
        // What begins a little after the end of the last stage is counted there.
        let last = self.parts.len() - 1;
        let sum = &mut self.parts[(part as usize).min(last)];
        sum.samples += 1;
        sum.sum_ns += response_ns;
    }

    /// Adds those of the same stage on another worker.
    pub(super) fn merge(&mut self, other: &StageParts) {
        for (ours, theirs) in self.parts.iter_mut().zip(&other.parts) {
            ours.samples += theirs.samples;
            ours.sum_ns += theirs.sum_ns;
        }
    }

    pub(super) fn times(&self) -> StageTimes {
        let with_requests = self.parts.iter().filter(|part| part.samples > 0);
        let batches = with_requests.map(|part| Batch { samples: part.samples, sum: part.sum_ns as f64 / 1e9 });
        StageTimes { parts: batches.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn stage(begins_s: u64, ends_s: u64) -> StageParts {
        let (begins, ends) = (Duration::from_secs(begins_s), Duration::from_secs(ends_s));
        StageParts::new(&StageBounds { name: "1".to_owned(), from: 1.0, to: 1.0, begins, ends })
    }

    fn batches(parts: &StageParts) -> Vec<(u64, f64)> {
        parts.times().parts.iter().map(|batch| (batch.samples, batch.sum)).collect()
    }

    #[test]
    fn requests_are_summed_by_the_tenth_of_a_second_in_which_they_were_due() {
        let mut parts = stage(2, 4);
        for (at_ms, took_ms) in [(2_000, 10), (2_099, 30), (2_100, 50), (3_999, 70), (4_001, 90)] {
            parts.record(at_ms * MS, took_ms * MS);
        }
        assert_eq!(batches(&parts), [(2, 0.04), (1, 0.05), (2, 0.16)], "what is late belongs to the last part");
    }

    #[test]
    fn workers_add_up() {
        let (mut ours, mut theirs) = (stage(0, 1), stage(0, 1));
        ours.record(50 * MS, 10 * MS);
        theirs.record(60 * MS, 20 * MS);
        theirs.record(960 * MS, 5 * MS);
        ours.merge(&theirs);
        assert_eq!(batches(&ours), [(2, 0.03), (1, 0.005)]);
    }

    #[test]
    fn a_long_stage_has_no_more_than_a_thousand_parts() {
        assert_eq!(stage(0, 100).parts.len(), 1_000);
        let hour = stage(0, 3_600);
        assert_eq!((hour.parts.len(), hour.part_ns), (1_000, 3_600 * MS));
    }
}
