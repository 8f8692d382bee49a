//! What a value comes to, as a run record has it: [`ValueFigures`].

use serde::{Deserialize, Serialize};

use super::limit::ValueLimitCount;
use super::tally::ValueTally;
use crate::metric::{Percentile, TimeFigure};

/// The most steps of a distribution in a run record.
const MOST_STEPS: usize = 128;

/// How a value is recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// `user.record("confidence", 0.93)`: how it is distributed matters.
    #[default]
    Distribution,
    /// `user.count("cache hits", 1)`: what it comes to matters.
    Count,
}

/// The figures of a value that the test records. Those that are not known are `null`, never 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValueFigures {
    /// As the test calls it; `(other)` for all that found no room.
    pub name: String,
    /// How it is recorded.
    pub kind: ValueKind,
    /// How often it was recorded.
    pub samples: u64,
    /// Exact, as far as a number can be.
    pub sum: Option<f64>,
    /// Exact.
    pub min: Option<f64>,
    /// Exact: from the sum.
    pub mean: Option<f64>,
    /// Exact.
    pub max: Option<f64>,
    /// Population form.
    pub stddev: Option<f64>,
    /// 50th percentile: no greater than it is, and at most by its 1,024th part less. `None` for counts and with too few samples to
    /// mean anything, as for the percentiles below.
    pub p50: Option<f64>,
    /// 75th percentile.
    pub p75: Option<f64>,
    /// 90th percentile.
    pub p90: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// 99th percentile.
    pub p99: Option<f64>,
    /// 99.9th percentile.
    pub p999: Option<f64>,
    /// For counts, the sum for each second of the measurement.
    pub per_s: Option<f64>,
    /// How the samples are distributed, lowest first; empty for counts.
    #[serde(default)]
    pub distribution: Vec<ValueStep>,
    /// What is behind the figures; not in run records.
    #[serde(skip)]
    tally: KnownTally,
}

/// A step of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValueStep {
    /// The least sample in it. It ends before that of the next step, and the last one with the greatest sample.
    pub from: f64,
    /// How many samples are in it.
    pub samples: u64,
}

/// The tally of a value, while the run is judged.
#[derive(Debug, Clone, Default)]
struct KnownTally(Option<Box<ValueTally>>);

/// Figures are compared by what they are, not by where they come from.
impl PartialEq for KnownTally {
    fn eq(&self, _: &KnownTally) -> bool {
        true
    }
}

impl ValueFigures {
    /// `span_s` is the length of the measurement.
    pub(super) fn of(name: String, kind: ValueKind, tally: ValueTally, span_s: f64) -> ValueFigures {
        let is_distribution = kind == ValueKind::Distribution;
        let percentile = |percent| {
            let percentile = Percentile::new(percent).filter(|_| is_distribution)?;
            tally.percentile(percentile).filter(|_| tally.samples() >= percentile.least_samples())
        };
        let steps = if is_distribution { tally.steps(MOST_STEPS) } else { Vec::new() };
        let per_s = tally.sum().map(|sum| sum / span_s).filter(|rate| rate.is_finite() && !is_distribution);
        ValueFigures {
            name,
            kind,
            samples: tally.samples(),
            sum: tally.sum(),
            min: tally.min(),
            mean: tally.mean(),
            max: tally.max(),
            stddev: tally.stddev(),
            p50: percentile(50.0),
            p75: percentile(75.0),
            p90: percentile(90.0),
            p95: percentile(95.0),
            p99: percentile(99.0),
            p999: percentile(99.9),
            per_s,
            distribution: steps.iter().map(|step| ValueStep { from: step.least, samples: step.count }).collect(),
            tally: KnownTally(Some(Box::new(tally))),
        }
    }

    /// The figures of these samples, recorded over `span_s`.
    #[cfg(any(test, feature = "trial"))]
    pub fn of_samples(
        name: &str,
        kind: ValueKind,
        samples: impl IntoIterator<Item = f64>,
        span_s: f64,
    ) -> ValueFigures {
        let mut tally = ValueTally::limited(std::iter::empty());
        samples.into_iter().for_each(|sample| tally.add(sample));
        ValueFigures::of(name.to_owned(), kind, tally, span_s)
    }

    /// A figure of the distribution beside the limit of a threshold: a percentile is on the side of the limit on which it is. `None`
    /// without samples, and for the percentiles of counts.
    pub fn beside(&self, figure: TimeFigure, limit: f64) -> Option<f64> {
        match figure {
            TimeFigure::Min => self.min,
            TimeFigure::Mean => self.mean,
            TimeFigure::Max => self.max,
            TimeFigure::Stddev => self.stddev,
            TimeFigure::Median | TimeFigure::Percentile(_) => self.percentile_beside(figure.percentile()?, limit),
        }
    }

    fn percentile_beside(&self, percentile: Percentile, limit: f64) -> Option<f64> {
        let tally = self.tally.0.as_ref().filter(|_| self.kind == ValueKind::Distribution)?;
        let read = tally.percentile(percentile)?;
        let count: Option<&ValueLimitCount> = tally.limits().iter().find(|count| count.limit == limit);
        Some(count.map_or(read, |count| count.on_its_side(percentile.rank(tally.samples()), read)))
    }
}
