//! What the coordinator has received of the loads that are offered now. Pure, but for the counters of the live page.

use std::collections::HashMap;
use std::sync::Arc;

use super::protocol::FinalPart;
use crate::measure::{Live, MeasuredSlices, PartSeconds};

/// The loads that are offered now, by number.
#[derive(Debug, Default)]
pub(super) struct Loads(HashMap<u64, LoadProgress>);

/// What has come of one load.
#[derive(Debug)]
pub(super) struct LoadProgress {
    live: Arc<Live>,
    ready: Vec<bool>,
    parts: Vec<Option<FinalPart>>,
    seconds: Vec<ReceivedSeconds>,
    stuck: Option<String>,
    /// The first worker that broke off by itself.
    broke_off: Option<usize>,
}

/// The seconds that one worker has sent.
#[derive(Debug, Default)]
pub(super) struct ReceivedSeconds {
    /// The number that should come next.
    next: u64,
    /// How many did not come.
    pub(super) missing: u64,
    /// The requests of the measurement in those that came.
    pub(super) measured: MeasuredSlices,
}

impl Loads {
    /// A load of so many workers begins.
    pub(super) fn begin(&mut self, load: u64, workers: usize, live: &Arc<Live>) {
        let progress = LoadProgress {
            live: Arc::clone(live),
            ready: vec![false; workers],
            parts: vec![None; workers],
            seconds: (0..workers).map(|_| ReceivedSeconds::default()).collect(),
            stuck: None,
            broke_off: None,
        };
        self.0.insert(load, progress);
    }

    pub(super) fn get(&self, load: u64) -> Option<&LoadProgress> {
        self.0.get(&load)
    }

    /// What has come of a load, which is not offered any more.
    pub(super) fn end(&mut self, load: u64) -> Option<LoadProgress> {
        self.0.remove(&load)
    }

    pub(super) fn ready(&mut self, load: u64, worker: usize) {
        if let Some(is_ready) = self.0.get_mut(&load).and_then(|load| load.ready.get_mut(worker)) {
            *is_ready = true;
        }
    }

    /// The final figures of a worker, which has sent so many seconds before.
    pub(super) fn finish(&mut self, load: u64, worker: usize, seconds_sent: u64, part: FinalPart) {
        let Some(load) = self.0.get_mut(&load) else { return };
        let (Some(place), Some(received)) = (load.parts.get_mut(worker), load.seconds.get_mut(worker)) else { return };
        if place.is_none() {
            received.missing += seconds_sent.saturating_sub(received.next);
            *place = Some(part);
        }
    }

    /// This worker has ended its part before its time.
    pub(super) fn broke_off(&mut self, load: u64, worker: usize) {
        if let Some(load) = self.0.get_mut(&load) {
            load.broke_off.get_or_insert(worker);
        }
    }

    pub(super) fn stuck(&mut self, load: u64, why: String) {
        if let Some(load) = self.0.get_mut(&load) {
            load.stuck.get_or_insert(why);
        }
    }

    /// Shows what happened on the live page, and notes what did not come.
    pub(super) fn seconds(&mut self, load: u64, worker: usize, number: u64, seconds: PartSeconds) {
        let Some(load) = self.0.get_mut(&load) else { return };
        let Some(received) = load.seconds.get_mut(worker) else { return };
        // What comes late was counted as missing, and the page has gone on.
        if number < received.next {
            return;
        }
        received.missing += number - received.next;
        received.next = number + 1;
        received.measured.add(&seconds);
        load.live.add_part_seconds(worker, seconds);
    }
}

impl LoadProgress {
    /// A part that has nothing to offer, or could not be offered, has its final figures and never becomes ready.
    pub(super) fn all_are_ready(&self) -> bool {
        self.ready.iter().zip(&self.parts).all(|(is_ready, part)| *is_ready || part.is_some())
    }

    /// True if this worker has sent its final figures.
    pub(super) fn has_finished(&self, worker: usize) -> bool {
        self.parts.get(worker).is_some_and(Option::is_some)
    }

    /// A worker that ended its part before its time, by itself.
    pub(super) fn broken_off_by(&self) -> Option<usize> {
        self.broke_off
    }

    pub(super) fn stuck(&self) -> Option<&str> {
        self.stuck.as_deref()
    }

    /// The final figures that have come, and the seconds, by worker.
    pub(super) fn into_parts(self) -> (Vec<Option<FinalPart>>, Vec<ReceivedSeconds>) {
        (self.parts, self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun() -> Loads {
        let mut loads = Loads::default();
        loads.begin(1, 2, &Arc::default());
        loads
    }

    #[test]
    fn a_load_is_ready_when_every_part_is() {
        let mut loads = begun();
        loads.ready(1, 1);
        loads.ready(1, 1);
        assert!(!loads.get(1).unwrap().all_are_ready());
        loads.ready(1, 0);
        assert!(loads.get(1).unwrap().all_are_ready());
        let mut idle = begun();
        idle.ready(1, 0);
        idle.finish(1, 1, 0, FinalPart::Figures(Vec::new()));
        assert!(idle.get(1).unwrap().all_are_ready(), "a part without anything to offer has finished");
        loads.ready(7, 0);
        assert!(loads.get(7).is_none());
    }

    #[test]
    fn seconds_that_did_not_come_are_counted_and_what_comes_late_is_not_shown() {
        let mut loads = begun();
        for number in [0, 1, 4, 3] {
            loads.seconds(1, 0, number, PartSeconds::default());
        }
        loads.finish(1, 0, 6, FinalPart::Figures(Vec::new()));
        let (_, seconds) = loads.end(1).unwrap().into_parts();
        assert_eq!((seconds[0].missing, seconds[1].missing), (3, 0), "2 and 3, and 5, after which none came");
    }

    #[test]
    fn the_first_final_figures_of_a_worker_count() {
        let mut loads = begun();
        loads.finish(1, 0, 0, FinalPart::Figures(vec![1]));
        loads.finish(1, 0, 0, FinalPart::Broken("again".to_owned()));
        assert!(loads.get(1).unwrap().has_finished(0) && !loads.get(1).unwrap().has_finished(1));
        let (parts, _) = loads.end(1).unwrap().into_parts();
        assert_eq!(parts, [Some(FinalPart::Figures(vec![1])), None]);
    }
}
