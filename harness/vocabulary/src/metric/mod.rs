//! What can be measured and held against a limit.

mod help;
mod percentile;
mod status;
mod time;
mod value;

pub use help::{METRICS_HELP, MetricHelp};
pub use percentile::{NotAPercentile, Percentile};
pub use status::{NotAStatus, Statuses};
pub use time::TimeFigure;
pub use value::ValueFigure;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::suggest::did_you_mean;

/// A figure of a run that a threshold may bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// `ok ÷ intended`, 0 to 1.
    SuccessRate,
    /// `1 − success_rate`.
    ErrorRate,
    /// Successful requests each second of the measured time.
    Throughput,
    /// Intended requests.
    Requests,
    /// Requests that did not end ok, whatever the cause.
    Failed,
    /// Shortest time.
    Min,
    /// Arithmetic mean of the times.
    Mean,
    /// The 50th percentile.
    Median,
    /// Longest time.
    Max,
    /// Standard deviation of the times.
    Stddev,
    /// A percentile of the times: `p95`, `p99.9`.
    Percentile(Percentile),
    /// A figure of the times of the ok requests alone: `ok_p95`, `ok_mean`.
    OfOk(TimeFigure),
    /// The share of the requests that were answered with a status: `status_429`, `status_4xx`.
    StatusShare(Statuses),
    /// A figure of a value that the test records: `median(value "confidence")`. Its name alone means another metric.
    OfValue(ValueFigure),
    /// Time after a surge until response times are back where they were before it.
    Recovery,
    /// By how much the mean response time at full load exceeds that at the first steady level, as a share of the latter.
    Degradation,
    /// The most successful requests in any one second.
    PeakThroughput,
    /// The highest rate of arrivals at which the test's other thresholds hold.
    Capacity,
    /// CPU time of the server's processes each second, as a share of one core; above 1 with several.
    ServerCpu,
    /// The most resident memory of the server's processes.
    ServerRss,
    /// How fast the resident memory of the server's processes grows.
    ServerRssGrowth,
    /// CPU time of the server's processes for each request.
    CpuPerRequest,
}

/// What the metrics of the ok requests begin with.
const OK: &str = "ok_";

/// What a metric's figures are made of; a bound must be of the same dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Seconds.
    Time,
    /// A share of 1; of a whole it never exceeds 1, of a core it may.
    Ratio,
    /// Events each second.
    Rate,
    /// A whole number.
    Count,
    /// A number of any size and sign, without a unit.
    Number,
    /// Bytes.
    Bytes,
    /// Bytes each second.
    BytesPerSecond,
}

/// Whether higher or lower is better, and so which comparisons make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A threshold bounds it from above.
    LowerIsBetter,
    /// A threshold bounds it from below.
    HigherIsBetter,
    /// A threshold may bound it from either side.
    Either,
}

/// A word that is not a metric.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MetricError {
    /// Not a known name.
    #[error("unknown metric `{word}`{suggestion} (metrics: {})", Metric::NAMES.join(", "))]
    Unknown {
        /// The word as written.
        word: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
    },
    /// `p0`, `p100`, `p200`.
    #[error(transparent)]
    NotAPercentile(#[from] NotAPercentile),
    /// `status_42`
    #[error(transparent)]
    NotAStatus(#[from] NotAStatus),
}

impl Metric {
    /// The names as written in the attribute; `pN` stands for every percentile, `status_N` for every status.
    pub const NAMES: [&'static str; 26] = [
        "success_rate",
        "error_rate",
        "throughput",
        "requests",
        "failed",
        "min",
        "mean",
        "median",
        "max",
        "stddev",
        "pN",
        "ok_min",
        "ok_mean",
        "ok_median",
        "ok_max",
        "ok_stddev",
        "ok_pN",
        "status_N",
        "recovery",
        "degradation",
        "peak_throughput",
        "capacity",
        "server_cpu",
        "server_rss",
        "server_rss_growth",
        "cpu_per_request",
    ];

    /// What its figures are made of.
    pub const fn dimension(self) -> Dimension {
        match self {
            Metric::SuccessRate
            | Metric::ErrorRate
            | Metric::StatusShare(_)
            | Metric::Degradation
            | Metric::ServerCpu => Dimension::Ratio,
            Metric::Throughput | Metric::PeakThroughput | Metric::Capacity => Dimension::Rate,
            Metric::Requests | Metric::Failed => Dimension::Count,
            Metric::OfValue(_) => Dimension::Number,
            Metric::ServerRss => Dimension::Bytes,
            Metric::ServerRssGrowth => Dimension::BytesPerSecond,
            _ => Dimension::Time,
        }
    }

    /// Whether higher or lower is better.
    pub const fn direction(self) -> Direction {
        match self {
            Metric::SuccessRate | Metric::Throughput | Metric::Requests | Metric::PeakThroughput | Metric::Capacity => {
                Direction::HigherIsBetter
            }
            Metric::StatusShare(_) | Metric::OfValue(_) => Direction::Either,
            _ => Direction::LowerIsBetter,
        }
    }

    /// The largest figure there can be.
    pub const fn largest(self) -> f64 {
        match self {
            Metric::SuccessRate | Metric::ErrorRate | Metric::StatusShare(_) => 1.0,
            _ => f64::INFINITY,
        }
    }

    /// The smallest figure there can be.
    pub const fn smallest(self) -> f64 {
        match self {
            Metric::OfValue(ValueFigure::Of(TimeFigure::Stddev)) => 0.0,
            Metric::OfValue(_) => f64::NEG_INFINITY,
            _ => 0.0,
        }
    }

    /// The percentile that it is, of all requests or of the ok ones, the median included.
    pub fn percentile(self) -> Option<Percentile> {
        match self {
            Metric::Percentile(percentile) => Some(percentile),
            Metric::Median => TimeFigure::Median.percentile(),
            Metric::OfOk(figure) => figure.percentile(),
            Metric::OfValue(figure) => figure.percentile(),
            _ => None,
        }
    }

    /// The same figure of the times of the ok requests alone; `None` if it is no figure of the times of requests.
    pub const fn of_ok(self) -> Option<TimeFigure> {
        Some(match self {
            Metric::Min => TimeFigure::Min,
            Metric::Mean => TimeFigure::Mean,
            Metric::Median => TimeFigure::Median,
            Metric::Max => TimeFigure::Max,
            Metric::Stddev => TimeFigure::Stddev,
            Metric::Percentile(percentile) => TimeFigure::Percentile(percentile),
            _ => return None,
        })
    }

    /// True if it is about the whole test, so that no endpoint or stage has one of its own.
    pub const fn is_of_whole_test(self) -> bool {
        matches!(
            self,
            Metric::Recovery
                | Metric::Degradation
                | Metric::PeakThroughput
                | Metric::Capacity
                | Metric::ServerCpu
                | Metric::ServerRss
                | Metric::ServerRssGrowth
                | Metric::CpuPerRequest
        )
    }
}

impl Dimension {
    /// What a bound of this dimension looks like, for messages.
    pub const fn example(self) -> &'static str {
        match self {
            Dimension::Time => "a time such as `800ms`",
            Dimension::Ratio => "a percentage such as `99%`",
            Dimension::Rate => "a rate such as `1000/s`",
            Dimension::Count => "a whole number such as `10`",
            Dimension::Number => "a plain number such as `0.6`",
            Dimension::Bytes => "a size such as `200MiB`",
            Dimension::BytesPerSecond => "a growth such as `1MiB/min`",
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Metric::SuccessRate => f.write_str("success_rate"),
            Metric::ErrorRate => f.write_str("error_rate"),
            Metric::Throughput => f.write_str("throughput"),
            Metric::Requests => f.write_str("requests"),
            Metric::Failed => f.write_str("failed"),
            Metric::Min => f.write_str("min"),
            Metric::Mean => f.write_str("mean"),
            Metric::Median => f.write_str("median"),
            Metric::Max => f.write_str("max"),
            Metric::Stddev => f.write_str("stddev"),
            Metric::Percentile(percentile) => write!(f, "{percentile}"),
            Metric::OfOk(figure) => write!(f, "{OK}{figure}"),
            Metric::StatusShare(statuses) => write!(f, "{statuses}"),
            Metric::OfValue(figure) => write!(f, "{figure}"),
            Metric::Recovery => f.write_str("recovery"),
            Metric::Degradation => f.write_str("degradation"),
            Metric::PeakThroughput => f.write_str("peak_throughput"),
            Metric::Capacity => f.write_str("capacity"),
            Metric::ServerCpu => f.write_str("server_cpu"),
            Metric::ServerRss => f.write_str("server_rss"),
            Metric::ServerRssGrowth => f.write_str("server_rss_growth"),
            Metric::CpuPerRequest => f.write_str("cpu_per_request"),
        }
    }
}

impl FromStr for Metric {
    type Err = MetricError;

    fn from_str(word: &str) -> Result<Metric, MetricError> {
        Ok(match word {
            "success_rate" => Metric::SuccessRate,
            "error_rate" => Metric::ErrorRate,
            "throughput" => Metric::Throughput,
            "requests" => Metric::Requests,
            "failed" => Metric::Failed,
            "min" => Metric::Min,
            "mean" => Metric::Mean,
            "median" => Metric::Median,
            "max" => Metric::Max,
            "stddev" => Metric::Stddev,
            "recovery" => Metric::Recovery,
            "degradation" => Metric::Degradation,
            "peak_throughput" => Metric::PeakThroughput,
            "capacity" => Metric::Capacity,
            "server_cpu" => Metric::ServerCpu,
            "server_rss" => Metric::ServerRss,
            "server_rss_growth" => Metric::ServerRssGrowth,
            "cpu_per_request" => Metric::CpuPerRequest,
            _ if word.strip_prefix('p').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) => {
                Metric::Percentile(word.parse()?)
            }
            _ if word.starts_with(status::STATUS) => Metric::StatusShare(word.parse()?),
            _ => match word.strip_prefix(OK).map(TimeFigure::named).transpose()?.flatten() {
                Some(figure) => Metric::OfOk(figure),
                None => return Err(unknown(word)),
            },
        })
    }
}

fn unknown(word: &str) -> MetricError {
    let meant = match word {
        "avg" | "average" => "`mean`",
        "rps" | "qps" | "rate" => "`throughput`",
        "cpu" => "`server_cpu`",
        "rss" | "memory" => "`server_rss`",
        "total" | "sum" => "`total(value \"…\")`",
        "status" => "`status_429` or `status_4xx`",
        "errors" | "failures" => "`failed`",
        _ => return MetricError::Unknown { word: word.to_owned(), suggestion: did_you_mean(word, Metric::NAMES) },
    };
    MetricError::Unknown { word: word.to_owned(), suggestion: format!(", did you mean {meant}?") }
}

#[cfg(test)]
mod tests;
