//! Where values lie on an axis, and which of them are written beside it.

use super::model::Chart;
use super::stretch::Stretch;
use super::unit::ChartUnit;

/// An axis of a chart. Its ends are stretched values.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChartAxis {
    stretch: Stretch,
    unit: ChartUnit,
    low: f64,
    high: f64,
}

/// A limit belongs to a chart unless it would press what was measured flat: so many times the greatest figure.
const REACH: f64 = 3.0;
/// The same on a stretched axis, in powers of ten.
const REACH_OF_POWERS: f64 = 2.0;
/// Room above the greatest figure.
const HEADROOM: f64 = 0.08;

impl ChartAxis {
    /// From the first to the last.
    pub(super) fn x(chart: &Chart) -> ChartAxis {
        let ends = chart.x_ends.or_else(|| chart.xs.first().copied().zip(chart.xs.last().copied()));
        let (first, last) = ends.unwrap_or_default();
        let [low, high] = [first, last].map(|value| chart.x.stretch.place(value).unwrap_or(0.0));
        ChartAxis { stretch: chart.x.stretch, unit: chart.x.unit, low, high: if high > low { high } else { low + 1.0 } }
    }

    /// All figures, and the limits within reach. A straight axis begins at 0.
    pub(super) fn y(chart: &Chart) -> ChartAxis {
        let stretch = if chart.log_y { Stretch::Log } else { Stretch::Straight };
        let placed: Vec<f64> = chart.values().filter_map(|value| stretch.place(value)).collect();
        let unit = chart.lines.first().map_or(ChartUnit::Count, |line| line.unit);
        let (Some(mut low), Some(mut high)) =
            (placed.iter().copied().reduce(f64::min), placed.iter().copied().reduce(f64::max))
        else {
            return ChartAxis { stretch, unit, low: 0.0, high: 1.0 };
        };
        let is_near = |at: f64| if chart.log_y { at < high + REACH_OF_POWERS } else { at < REACH * high };
        let limits = chart.limits.iter().filter_map(|limit| stretch.place(limit.at));
        let near: Vec<f64> = limits.filter(|at| is_near(*at)).collect();
        for at in near {
            (low, high) = (low.min(at), high.max(at));
        }
        let least = if chart.log_y { 0.3 } else { 0.0 };
        if chart.log_y {
            low -= HEADROOM * (high - low).max(least);
        } else {
            low = low.min(0.0);
        }
        high += HEADROOM * (high - low).max(least);
        ChartAxis { stretch, unit, low, high: if high > low { high } else { low + 1.0 } }
    }

    /// Its ends, as values.
    pub(super) fn ends(&self) -> (f64, f64) {
        match self.stretch {
            Stretch::Log => (10f64.powf(self.low), 10f64.powf(self.high)),
            _ => (self.low, self.high),
        }
    }

    /// 0 at the low end and 1 at the high one; `None` if `value` has no place on the axis.
    pub(super) fn share(&self, value: f64) -> Option<f64> {
        self.stretch.place(value).map(|at| (at - self.low) / (self.high - self.low))
    }

    /// The same for what must lie within the axis.
    pub(super) fn share_within(&self, value: f64) -> Option<f64> {
        self.share(value).filter(|share| (-1e-9..=1.0 + 1e-9).contains(share))
    }

    /// The values that are written, about `most` of them, with their texts.
    pub(super) fn ticks(&self, most: f64) -> Vec<(f64, String)> {
        let values = match self.stretch {
            Stretch::Straight => self.even_ticks(most),
            Stretch::Log => self.powers(),
            Stretch::Percentile => vec![0.0, 50.0, 90.0, 99.0, 99.9, 99.99],
        };
        let within = values.into_iter().filter(|value| self.share_within(*value).is_some());
        within.map(|value| (value, self.unit.short(value))).collect()
    }

    fn even_ticks(&self, most: f64) -> Vec<f64> {
        let step = step_of((self.high - self.low) / most, self.unit);
        let first = (self.low / step).ceil() as i64;
        (first..).map(|index| index as f64 * step).take_while(|value| *value <= self.high).take(40).collect()
    }

    fn powers(&self) -> Vec<f64> {
        let steps: &[f64] = if self.high - self.low > 2.5 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let powers = self.low.floor() as i32..=self.high.ceil() as i32;
        powers.flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power))).collect()
    }
}

/// A round number that is at least `least`: memory is counted in powers of two.
fn step_of(least: f64, unit: ChartUnit) -> f64 {
    let power = match unit {
        ChartUnit::Bytes => return 2f64.powf(least.max(1.0).log2().ceil()),
        _ => 10f64.powf(least.log10().floor()),
    };
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| *step >= least * 0.999).unwrap_or(10.0 * power);
    if unit == ChartUnit::Count { step.max(1.0) } else { step }
}

#[cfg(test)]
mod tests {
    use super::super::model::{ChartLimit, ChartLine, Look, Stroke};
    use super::*;

    fn chart(values: &[f64], limits: &[f64], log_y: bool) -> Chart {
        let xs = (0..values.len()).map(|index| index as f64).collect();
        let mut chart = Chart::over_time("c".to_owned(), "Times", String::new(), xs);
        let values = values.iter().copied().map(Some).collect();
        chart.lines = vec![ChartLine::new("p50", ChartUnit::Time, Look::new("blue", Stroke::Solid), values)];
        chart.limits = limits.iter().map(|at| ChartLimit { at: *at, text: String::new() }).collect();
        chart.log_y = log_y;
        chart
    }

    #[test]
    fn an_axis_holds_every_figure_and_begins_at_zero() {
        let axis = ChartAxis::y(&chart(&[0.2, 0.5], &[], false));
        assert_eq!(
            (axis.share(0.0), axis.share_within(0.5).is_some(), axis.share_within(0.55)),
            (Some(0.0), true, None)
        );
        let texts: Vec<String> = axis.ticks(4.0).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["0", "200 ms", "400 ms"]);
    }

    #[test]
    fn a_limit_far_away_does_not_press_the_figures_flat() {
        assert!(ChartAxis::y(&chart(&[0.2, 0.5], &[0.8], false)).share_within(0.8).is_some());
        assert!(ChartAxis::y(&chart(&[0.2, 0.5], &[8.0], false)).share_within(8.0).is_none());
        assert!(ChartAxis::y(&chart(&[0.001, 0.5], &[8.0], true)).share_within(8.0).is_some());
    }

    #[test]
    fn a_stretched_axis_has_powers_of_ten_and_no_place_for_zero() {
        let axis = ChartAxis::y(&chart(&[0.0001, 2.0], &[], true));
        let texts: Vec<String> = axis.ticks(4.0).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["100 µs", "1 ms", "10 ms", "100 ms", "1 s"]);
        assert_eq!(axis.share(0.0), None);
    }

    #[test]
    fn ninety_ninety_nine_and_ninety_nine_nine_are_equally_far_apart() {
        let place = |percent| Stretch::Percentile.place(percent).unwrap();
        assert!((place(99.0) - place(90.0) - (place(99.9) - place(99.0))).abs() < 1e-9);
        assert!(place(100.0).is_finite());
    }
}
