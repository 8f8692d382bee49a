//! What the coordinator has received of the loads that are offered now. Pure, but for the counters of the live page.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::protocol::FinalPart;
use crate::measure::{Live, MeasuredSlices, PartSeconds};

/// So many workers hand in their figures at once. A thousand of them would have more to send than a broker keeps for one receiver, which
/// it then cuts off.
const HANDED_IN_AT_ONCE: usize = 4;

/// The loads that are offered now, by number.
#[derive(Debug, Default)]
pub(super) struct Loads(HashMap<u64, LoadProgress>);

/// What has come of one load.
#[derive(Debug)]
pub(super) struct LoadProgress {
    live: Arc<Live>,
    ready: Vec<bool>,
    /// Those whose parts have ended and that have not been asked for their figures.
    finished: VecDeque<usize>,
    /// Those that have been asked for their figures.
    asked: Vec<usize>,
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
            finished: VecDeque::new(),
            asked: Vec::new(),
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

    /// The part of a worker has ended; by itself before its time, if it `broke_off`.
    pub(super) fn finished(&mut self, load: u64, worker: usize, broke_off: bool) {
        let Some(load) = self.0.get_mut(&load) else { return };
        // It says so again if no answer came.
        if load.finished.contains(&worker) || load.asked.contains(&worker) {
            return;
        }
        load.finished.push_back(worker);
        if broke_off {
            load.broke_off.get_or_insert(worker);
        }
    }

    /// A worker that is to hand in its figures now; `None` while none has finished, or while enough others do.
    pub(super) fn ask_for_figures(&mut self, load: u64, is_lost: impl Fn(usize) -> bool) -> Option<usize> {
        let load = self.0.get_mut(&load)?;
        let parts = &load.parts;
        let still_sends = |worker: &&usize| !is_lost(**worker) && parts.get(**worker).is_some_and(Option::is_none);
        if load.asked.iter().filter(still_sends).count() >= HANDED_IN_AT_ONCE {
            return None;
        }
        let worker = load.finished.pop_front()?;
        load.asked.push(worker);
        Some(worker)
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
    fn a_few_workers_hand_in_their_figures_at_once_and_each_is_asked_once() {
        let (workers, mut loads) = (HANDED_IN_AT_ONCE + 3, Loads::default());
        loads.begin(1, workers, &Arc::default());
        let none_is_lost = |_: usize| false;
        assert_eq!(loads.ask_for_figures(1, none_is_lost), None, "no part has ended");
        (0..workers).chain(0..workers).for_each(|worker| loads.finished(1, worker, false));
        let asked: Vec<usize> = std::iter::from_fn(|| loads.ask_for_figures(1, none_is_lost)).collect();
        assert_eq!(asked, (0..HANDED_IN_AT_ONCE).collect::<Vec<_>>());
        loads.finish(1, 2, 0, FinalPart::Figures(Vec::new()));
        assert_eq!(loads.ask_for_figures(1, none_is_lost), Some(HANDED_IN_AT_ONCE));
        assert_eq!(loads.ask_for_figures(1, none_is_lost), None);
        assert_eq!(
            loads.ask_for_figures(1, |worker| worker == 0),
            Some(HANDED_IN_AT_ONCE + 1),
            "a lost one sends none"
        );
        assert_eq!(loads.get(1).unwrap().broken_off_by(), None);
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
