//! What happens in a run, by slices of time.
//!
//! Slices are short while a run is, so that a chart of a short run shows something, and are added to longer ones while it
//! goes on. What needs seconds is added up from them: [`TimeSlice`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::current_slice::CurrentTally;
use super::finished_slices::RunPart;
use super::handover::SliceHandover;
use super::live::WorkerLive;
use super::pending_slices::PendingSlices;
use super::sample::Moments;
use super::seconds::nanoseconds;
use super::slice_tally::SliceTally;
use super::time_slice::{ChartSlices, TimeSlice};
use crate::arm_turns::ArmTurns;

/// The lengths that slices have one after the other while a run goes on, in milliseconds. Each is a multiple of the one before,
/// and the last is a second.
const LENGTHS_MS: [u64; 3] = [50, 250, 1_000];
/// With so many slices the next length is used.
const MOST_SLICES: u64 = 240;
/// The lengths that a chart may have, in milliseconds, each a divisor of a second.
const CHART_LENGTHS_MS: [u64; 5] = [50, 100, 250, 500, 1_000];
/// A chart has at most so many slices, unless they are a second long.
const MOST_IN_CHART: u64 = 120;
const SECOND_NS: u64 = 1_000_000_000;
const MS_NS: u64 = 1_000_000;

/// The counts of each slice. Sparse: a slice, and a bucket of it, exists once something was counted in it. The current slice
/// has its own tables, because nearly every request is counted there.
#[derive(Debug, Clone)]
pub(super) struct Slices {
    pub(super) width_ns: u64,
    /// Slices grow longer with the run.
    pub(super) grows: bool,
    pub(super) slices: BTreeMap<u64, SliceTally>,
    /// Slices that are over and were not added to the others yet, because that allocates.
    pub(super) pending: PendingSlices,
    /// What was intended in a slice before the current one, by slice: where slices are shorter than response times, that is
    /// nearly every request. Not added to the others yet, either.
    pub(super) starts_before: Vec<StartTally>,
    index: u64,
    begins_ns: u64,
    pub(super) current: CurrentTally,
    /// Where finished slices go while the run is watched.
    pub(super) handover: Option<Box<SliceHandover>>,
}

/// What was intended in one slice.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct StartTally {
    sent: u64,
    lag_max_ns: Option<u64>,
}

impl Default for Slices {
    /// Slices that are short at first and grow with the run.
    fn default() -> Slices {
        Slices { grows: true, ..Slices::of(Duration::from_millis(LENGTHS_MS[0])) }
    }
}

impl Slices {
    /// Slices that keep this length.
    pub(super) fn of(width: Duration) -> Slices {
        Slices {
            width_ns: nanoseconds(width),
            grows: false,
            slices: BTreeMap::new(),
            pending: PendingSlices::default(),
            starts_before: Vec::new(),
            index: 0,
            begins_ns: 0,
            current: CurrentTally::default(),
            handover: None,
        }
    }

    /// Hands slices over as they are finished.
    pub(super) fn hand_over_to(&mut self, worker: &Arc<WorkerLive>, part: RunPart) {
        self.handover = Some(Box::new(SliceHandover::new(worker, part)));
    }

    /// The first slice begins so long after the run.
    pub(super) fn begin_at(&mut self, origin_ns: u64) {
        if let Some(handover) = &mut self.handover {
            handover.begin_at(origin_ns);
        }
    }

    /// Hands the rest over: the run has ended.
    pub(super) fn end_handover(&mut self) {
        self.settle();
        if let Some(mut handover) = self.handover.take() {
            handover.hand_over(self.width_ns, &self.slices);
        }
    }

    /// The same with room for a run, so that nothing is allocated while it goes on.
    #[must_use]
    pub(super) fn with_room(mut self) -> Slices {
        self.pending.make_room();
        self.current.make_room();
        self.starts_before.reserve(MOST_SLICES as usize);
        self
    }

    /// A request was sent in one slice and ended in the same or another one; moments are since the first slice began.
    #[inline]
    pub(super) fn record(&mut self, moments: Moments, is_ok: bool) {
        if !(self.is_current(moments.intended_ns) && self.is_current(moments.done_ns)) {
            return self.record_across(moments, is_ok);
        }
        self.current.tally.sent += 1;
        self.current.end(moments.response_ns(), moments.service_ns(), is_ok);
    }

    /// True for the current slice.
    fn is_current(&self, moment_ns: u64) -> bool {
        moment_ns.wrapping_sub(self.begins_ns) < self.width_ns
    }

    #[inline(never)]
    fn record_across(&mut self, moments: Moments, is_ok: bool) {
        let Moments { intended_ns, done_ns, .. } = moments;
        if done_ns >= self.begins_ns + self.width_ns {
            self.go_on_to(done_ns);
        }
        if self.is_current(intended_ns) {
            self.current.tally.sent += 1;
        } else {
            self.start_before(intended_ns).sent += 1;
        }
        let (response_ns, service_ns) = (moments.response_ns(), moments.service_ns());
        if self.is_current(done_ns) {
            self.current.end(response_ns, service_ns, is_ok);
        } else {
            self.tally_at(done_ns).end(response_ns, service_ns, is_ok);
        }
    }

    /// The starts in the slice of a moment that is not in the current one.
    fn start_before(&mut self, moment_ns: u64) -> &mut StartTally {
        let index = (moment_ns / self.width_ns) as usize;
        if index >= self.starts_before.len() {
            self.starts_before.resize(index + 1, StartTally::default());
        }
        &mut self.starts_before[index]
    }

    /// The slice of a later moment becomes the current one.
    #[cold]
    fn go_on_to(&mut self, moment_ns: u64) {
        self.set_current_aside();
        while let Some(longer_ns) = self.longer_ns().filter(|_| moment_ns / self.width_ns >= MOST_SLICES) {
            self.settle();
            self.lengthen(longer_ns);
        }
        if self.handover.is_some() {
            self.settle();
        }
        if let Some(handover) = &mut self.handover {
            handover.hand_over_if_due(moment_ns, self.width_ns, &self.slices);
        }
        self.index = moment_ns / self.width_ns;
        self.begins_ns = self.index * self.width_ns;
    }

    fn longer_ns(&self) -> Option<u64> {
        let longer = |length_ms: &u64| length_ms * MS_NS > self.width_ns;
        LENGTHS_MS.into_iter().find(longer).filter(|_| self.grows).map(|length_ms| length_ms * MS_NS)
    }

    /// Adds the slices up to longer ones. What was counted apart must have been added to them.
    fn lengthen(&mut self, width_ns: u64) {
        if width_ns == self.width_ns {
            return;
        }
        let factor = width_ns / self.width_ns;
        self.slices = added_up(&self.slices, factor);
        if let Some(handover) = &mut self.handover {
            handover.lengthen(factor);
        }
        self.width_ns = width_ns;
        self.index = self.begins_ns / width_ns;
        self.begins_ns = self.index * width_ns;
    }

    /// The tally of a moment: the current one or one of the others.
    fn tally_at(&mut self, moment_ns: u64) -> &mut SliceTally {
        if self.is_current(moment_ns) {
            return &mut self.current.tally;
        }
        let index = moment_ns / self.width_ns;
        self.note_change(index);
        self.slices.entry(index).or_default()
    }

    fn note_change(&mut self, index: u64) {
        if let Some(handover) = &mut self.handover {
            handover.note(index);
        }
    }

    /// Adds what was counted apart to the tallies of the slices.
    pub(super) fn settle(&mut self) {
        for (index, starts) in self.starts_before.drain(..).enumerate() {
            if starts.sent > 0 || starts.lag_max_ns.is_some() {
                self.handover.iter_mut().for_each(|handover| handover.note(index as u64));
                self.slices.entry(index as u64).or_default().start(starts.sent, starts.lag_max_ns);
            }
        }
        self.set_current_aside();
        for (index, tally) in self.pending.drain() {
            self.handover.iter_mut().for_each(|handover| handover.note(index));
            self.slices.entry(index).or_default().add(&tally);
        }
    }

    fn set_current_aside(&mut self) {
        if !self.current.is_empty() {
            self.current.settle_into(&mut self.pending, self.index);
        }
    }

    /// An arrival was due that still waited for a slot when the run ended.
    pub(super) fn leave_waiting(&mut self, intended_ns: u64) {
        self.tally_at(intended_ns).left_waiting += 1;
    }

    /// An arrival that was due at `intended_ns` started so late although a slot was free.
    pub(super) fn record_lag(&mut self, intended_ns: u64, lag_ns: u64) {
        if self.is_current(intended_ns) {
            self.current.tally.start(0, Some(lag_ns));
        } else {
            let starts = self.start_before(intended_ns);
            starts.lag_max_ns = starts.lag_max_ns.max(Some(lag_ns));
        }
    }

    pub(super) fn merge(&mut self, mut other: Slices) {
        self.end_handover();
        other.end_handover();
        let width_ns = self.width_ns.max(other.width_ns);
        self.lengthen(width_ns);
        other.lengthen(width_ns);
        for (index, theirs) in &other.slices {
            self.slices.entry(*index).or_default().add(theirs);
        }
    }

    /// Puts the slices together that are the server's own time, if several took turns. What ended in the turn of another one belongs to
    /// the last slice before, as does what ended after the measurement, if its own time was `planned`.
    pub(super) fn own_time_only(&mut self, turns: Option<&ArmTurns>, planned: Option<Duration>) {
        let Some(turns) = turns else { return };
        self.end_handover();
        let last = planned.map_or(u64::MAX, |planned| (nanoseconds(planned) / self.width_ns).saturating_sub(1));
        for (index, tally) in std::mem::take(&mut self.slices) {
            let place = (turns.place_ns(index * self.width_ns) / self.width_ns).min(last);
            self.slices.entry(place).or_default().add(&tally);
        }
    }

    /// What happened in each turn of a server, whose slices are its own time.
    pub(super) fn in_turns(&self, turns: &ArmTurns) -> Vec<TimeSlice> {
        let factor = nanoseconds(turns.length()) / self.width_ns;
        let mut turn = 0..;
        let as_turn = |tally: &SliceTally, in_flight| tally.as_second(turn.next().unwrap_or_default(), in_flight);
        in_order(&added_up(&self.slices, factor), as_turn)
    }

    /// Every second from the first to the last in which anything happened, quiet ones included; of slices that keep their
    /// length, every slice.
    pub(super) fn timeline(&mut self) -> Vec<TimeSlice> {
        self.end_handover();
        let factor = if self.grows { SECOND_NS / self.width_ns } else { 1 };
        let mut second = 0..;
        let as_second = |tally: &SliceTally, in_flight| tally.as_second(second.next().unwrap_or_default(), in_flight);
        in_order(&added_up(&self.slices, factor), as_second)
    }

    /// The length of a slice, and those that have something.
    pub(super) fn counted(&mut self) -> (u64, &BTreeMap<u64, SliceTally>) {
        self.settle();
        (self.width_ns, &self.slices)
    }

    /// Of what was sent before the measurement began, which was at `origin_ns`.
    pub(super) fn before(mut self, origin_ns: u64) -> ChartSlices {
        self.end_handover();
        let mut chart = self.for_chart(-(origin_ns as f64 / 1e9));
        chart.slices.retain(|slice| slice.at_s < 0.0);
        chart
    }

    /// The same as the timeline in slices that suit the length of all of them; `begins_s` is when the first one began.
    pub(super) fn for_chart(&mut self, begins_s: f64) -> ChartSlices {
        self.settle();
        let Some(last) = self.slices.keys().next_back() else { return ChartSlices::default() };
        self.in_slices_of(chart_length_ns((last + 1) * self.width_ns, self.width_ns), begins_s)
    }

    fn in_slices_of(&self, length_ns: u64, begins_s: f64) -> ChartSlices {
        let length_s = length_ns as f64 / 1e9;
        let mut index = 0..;
        let for_chart = |tally: &SliceTally, in_flight| {
            let index: i32 = index.next().unwrap_or_default();
            tally.for_chart(begins_s + f64::from(index) * length_s, in_flight)
        };
        let slices = in_order(&added_up(&self.slices, length_ns / self.width_ns), for_chart);
        ChartSlices { length_s: Some(length_s), slices }
    }
}

/// The shortest length with which a chart has few enough slices, as a multiple of that of the slices there are.
fn chart_length_ns(whole_ns: u64, width_ns: u64) -> u64 {
    let suits = |length_ns: &u64| length_ns.is_multiple_of(width_ns) && whole_ns.div_ceil(*length_ns) <= MOST_IN_CHART;
    CHART_LENGTHS_MS.map(|length_ms| length_ms * MS_NS).into_iter().find(suits).unwrap_or(width_ns.max(SECOND_NS))
}

/// Each `factor` slices as one.
pub(super) fn added_up(slices: &BTreeMap<u64, SliceTally>, factor: u64) -> BTreeMap<u64, SliceTally> {
    let mut sums = BTreeMap::<u64, SliceTally>::new();
    for (index, tally) in slices {
        sums.entry(index / factor).or_default().add(tally);
    }
    sums
}

/// Every slice up to the last one, with what is in flight at its end.
fn in_order<S>(slices: &BTreeMap<u64, SliceTally>, mut slice: impl FnMut(&SliceTally, u64) -> S) -> Vec<S> {
    let Some(last) = slices.keys().next_back() else { return Vec::new() };
    let quiet = SliceTally::default();
    let mut in_flight = 0;
    (0..=*last)
        .map(|index| {
            let tally = slices.get(&index).unwrap_or(&quiet);
            // A request is sent before it ends, so the running sum cannot fall below zero.
            in_flight = (in_flight + tally.sent + tally.left_waiting).saturating_sub(tally.ended());
            slice(tally, in_flight)
        })
        .collect()
}

#[cfg(test)]
mod tests;
