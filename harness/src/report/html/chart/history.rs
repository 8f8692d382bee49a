//! A measurement over time: [`History`], from the slices of its record.

use crate::measure::{ChartSlice, Measured, SliceTimes, TimeSlice};

/// The least share of a slice from which its rate is computed: a shorter rest would show a rate of few requests.
const LEAST_REST: f64 = 0.5;

/// The slices of a measurement, with those of its warm-up in front.
pub(super) struct History {
    pub(super) moments: Vec<HistorySlice>,
}

/// One slice.
pub(super) struct HistorySlice {
    pub(super) slice: ChartSlice,
    /// How long it really was; `None` if so little of it was measured that it has no rate.
    pub(super) length_s: Option<f64>,
    /// The middle of the slice.
    pub(super) middle_s: f64,
}

impl History {
    /// `None` if nothing is known over time.
    pub(super) fn of(measured: &Measured) -> Option<History> {
        let span_s = measured.span.as_secs_f64();
        let (slices, before) = (&measured.slices, &measured.slices_before);
        let before_s = before.length_s.unwrap_or_default();
        let warm_up = before.slices.iter().map(|slice| HistorySlice::new(slice.clone(), before_s, 0.0));
        let moments: Vec<HistorySlice> = match slices.length_s {
            Some(length_s) => {
                let measured = slices.slices.iter().map(|slice| HistorySlice::new(slice.clone(), length_s, span_s));
                warm_up.chain(measured).collect()
            }
            // A record of an earlier version has seconds alone.
            None => measured.timeline.iter().map(|second| HistorySlice::new(of_second(second), 1.0, span_s)).collect(),
        };
        (!moments.is_empty()).then_some(History { moments })
    }

    pub(super) fn xs(&self) -> Vec<f64> {
        self.moments.iter().map(|moment| moment.middle_s).collect()
    }

    /// A figure of each slice.
    pub(super) fn each(&self, of: impl Fn(&HistorySlice) -> Option<f64>) -> Vec<Option<f64>> {
        self.moments.iter().map(of).collect()
    }

    /// The slices of the measured phase.
    pub(super) fn measured(&self) -> impl Iterator<Item = &HistorySlice> {
        self.moments.iter().filter(|moment| moment.slice.at_s >= 0.0)
    }

    /// When the warm-up began; `None` if nothing is known of one.
    pub(super) fn warm_up_from_s(&self) -> Option<f64> {
        self.moments.first().map(|moment| moment.slice.at_s).filter(|at_s| *at_s < 0.0)
    }
}

impl HistorySlice {
    /// `end_s`: when its part of the run ended. The last slice of the measured phase may be cut there.
    fn new(slice: ChartSlice, planned_s: f64, end_s: f64) -> HistorySlice {
        let rest_s = if slice.at_s < end_s { (end_s - slice.at_s).min(planned_s) } else { 0.0 };
        let length_s = Some(rest_s).filter(|rest_s| *rest_s >= LEAST_REST * planned_s);
        HistorySlice { middle_s: slice.at_s + planned_s / 2.0, slice, length_s }
    }

    /// Events each second.
    pub(super) fn rate(&self, count: u64) -> Option<f64> {
        self.length_s.map(|length_s| count as f64 / length_s)
    }
}

fn of_second(second: &TimeSlice) -> ChartSlice {
    let times = SliceTimes { p50_s: second.p50_s, p95_s: second.p95_s, p99_s: second.p99_s, max_s: second.max_s };
    ChartSlice {
        at_s: second.second as f64,
        sent: second.sent,
        ok: second.ok,
        failed: second.failed,
        in_flight: second.in_flight,
        response_time: times,
        service_time: None,
        lag_max_s: None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::ChartSlices;

    fn slices(from_s: f64, counts: &[u64]) -> ChartSlices {
        let slice = |(index, ok): (usize, &u64)| ChartSlice {
            at_s: from_s + 0.5 * index as f64,
            ok: *ok,
            ..ChartSlice::default()
        };
        ChartSlices { length_s: Some(0.5), slices: counts.iter().enumerate().map(slice).collect() }
    }

    #[test]
    fn a_rate_is_of_the_time_that_was_measured_and_a_short_rest_has_none() {
        // The last half-second slice lasted 0.3 s, and one of 0.01 s has no rate.
        let measured = |span_ms| Measured {
            slices: slices(0.0, &[100, 60]),
            slices_before: slices(-0.5, &[40]),
            span: Duration::from_millis(span_ms),
            ..Measured::default()
        };
        let rates = |span_ms| {
            let history = History::of(&measured(span_ms)).unwrap();
            assert_eq!(history.warm_up_from_s(), Some(-0.5));
            history.each(|moment| moment.rate(moment.slice.ok).map(f64::round))
        };
        assert_eq!(rates(800), [Some(80.0), Some(200.0), Some(200.0)]);
        assert_eq!(rates(510), [Some(80.0), Some(200.0), None]);
    }

    #[test]
    fn a_record_without_slices_has_its_seconds() {
        let second = |second| TimeSlice { second, ok: 10, p50_s: Some(0.2), ..TimeSlice::default() };
        let span = Duration::from_secs(2);
        let measured = Measured { timeline: vec![second(0), second(1)], span, ..Measured::default() };
        let history = History::of(&measured).unwrap();
        assert_eq!(history.xs(), [0.5, 1.5]);
        assert_eq!(history.each(|moment| moment.rate(moment.slice.ok)), [Some(10.0), Some(10.0)]);
        assert!(History::of(&Measured::default()).is_none());
    }
}
