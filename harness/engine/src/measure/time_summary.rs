//! A summary of many times.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use super::encoded::encode_short;
use super::histogram::Histogram;
use super::json;
use crate::metric::Percentile;

/// A summary of many times, in seconds. With no sample there is no figure: each is `None`, never 0.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeSummary {
    /// How many times went in.
    pub samples: u64,
    /// Exact.
    #[serde(serialize_with = "json::figure")]
    pub min_s: Option<f64>,
    /// Exact: from the sum, not from the histogram.
    #[serde(serialize_with = "json::figure")]
    pub mean_s: Option<f64>,
    /// Exact.
    #[serde(serialize_with = "json::figure")]
    pub max_s: Option<f64>,
    /// From the exact sum of squares; population form.
    #[serde(serialize_with = "json::figure")]
    pub stddev_s: Option<f64>,
    /// 50th percentile; `None` with too few samples to mean anything, as for the percentiles below.
    #[serde(serialize_with = "json::figure")]
    pub p50_s: Option<f64>,
    /// 75th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p75_s: Option<f64>,
    /// 90th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p90_s: Option<f64>,
    /// 95th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p95_s: Option<f64>,
    /// 99th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p99_s: Option<f64>,
    /// 99.9th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p999_s: Option<f64>,
    /// Where the percentiles come from: in run records a compressed HdrHistogram (V2) of nanoseconds in base64. `null` for
    /// service times that are the response times, for stages, and in records of earlier versions.
    #[serde(default, rename = "histogram")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    #[doc(hidden)]
    pub distribution: Distribution,
}

impl TimeSummary {
    /// The summary of `times`.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> TimeSummary {
        let mut histogram = Histogram::for_timeout(Duration::from_secs(10));
        for time in times {
            histogram.record(time);
        }
        TimeSummary::from(histogram)
    }

    /// The percentile, in seconds; `None` without samples.
    ///
    /// At least the percentile's share of the samples is at or below it, to three significant digits.
    pub fn percentile_s(&self, percentile: Percentile) -> Option<f64> {
        match self.distribution.histogram() {
            // A histogram that was read knows its extremes less exactly than the summary does.
            Some(histogram) => histogram.percentile_s(percentile).map(|time_s| self.within_extremes(time_s)),
            None => self.written_percentile_s(percentile.percent()),
        }
    }

    /// Every bucket of the histogram with a sample, shortest first: the greatest time that it stands for, in seconds, and how
    /// many. `None` if no histogram is known.
    #[doc(hidden)]
    pub fn counted(&self) -> Option<impl Iterator<Item = (f64, u64)>> {
        let counted = self.distribution.histogram()?.counted();
        Some(counted.map(|(end_ns, count)| (self.within_extremes(end_ns as f64 / 1e9), count)))
    }

    /// True if the histogram is in run records: it is that of no other times.
    #[doc(hidden)]
    pub fn has_own_histogram(&self) -> bool {
        matches!(self.distribution, Distribution::Recorded(_))
    }

    /// The histogram as a short text, with two significant digits: a compressed HdrHistogram (V2) of nanoseconds in base64. `None`
    /// without samples, or if no histogram is known.
    #[doc(hidden)]
    pub fn short_histogram(&self) -> Option<String> {
        encode_short(self.distribution.histogram()?)
    }

    fn within_extremes(&self, time_s: f64) -> f64 {
        time_s.max(self.min_s.unwrap_or(time_s)).min(self.max_s.unwrap_or(time_s))
    }

    /// The same summary, without its histogram in run records.
    #[doc(hidden)]
    pub fn unrecorded(self) -> TimeSummary {
        TimeSummary { distribution: self.distribution.unrecorded(), ..self }
    }

    /// All that is known of a summary that was read from a record without a histogram.
    fn written_percentile_s(&self, percent: f64) -> Option<f64> {
        let written = [
            (50.0, self.p50_s),
            (75.0, self.p75_s),
            (90.0, self.p90_s),
            (95.0, self.p95_s),
            (99.0, self.p99_s),
            (99.9, self.p999_s),
        ];
        written.into_iter().find(|(known, _)| *known == percent).and_then(|(_, time_s)| time_s)
    }
}

impl From<Histogram> for TimeSummary {
    fn from(histogram: Histogram) -> TimeSummary {
        let samples = histogram.samples();
        let percentile = |percent| {
            let percentile = Percentile::new(percent).filter(|percentile| samples >= percentile.least_samples())?;
            histogram.percentile_s(percentile)
        };
        TimeSummary {
            samples,
            p50_s: percentile(50.0),
            p75_s: percentile(75.0),
            p90_s: percentile(90.0),
            p95_s: percentile(95.0),
            p99_s: percentile(99.0),
            p999_s: percentile(99.9),
            min_s: histogram.min_s(),
            mean_s: histogram.mean_s(),
            max_s: histogram.max_s(),
            stddev_s: histogram.stddev_s(),
            distribution: Distribution::Recorded(Arc::new(histogram)),
        }
    }
}
