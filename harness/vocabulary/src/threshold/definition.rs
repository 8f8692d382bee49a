//! The threshold as a value: its limit, and whether a figure satisfies it.

use std::fmt;

use super::comparison::Comparison;
use super::subject::Subject;
use crate::metric::Metric;
use crate::units::Quantity;

/// The share by which a quotient of two measured numbers may differ from the same quotient as it is written: far less than one event
/// in any run.
const QUOTIENT_ROUNDING: f64 = 1e-14;

/// `p95("GET /config") < 800ms`
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// The figure that is held against the bound.
    pub metric: Metric,
    /// What the figure is taken from.
    pub subject: Subject,
    /// How the figure must lie to the bound.
    pub comparison: Comparison,
    /// The bound, of the metric's dimension; a share if it is [`relative`](Threshold::relative).
    pub bound: Quantity,
    /// `110% of baseline`, `50% of "sequential"`: what the bound is a share of.
    pub relative: Option<RelativeBound>,
}

/// What a bound is a share of: `110% of baseline`.
#[derive(Debug, Clone, PartialEq)]
pub struct RelativeBound {
    /// Whose figure it is.
    pub of: ReferenceFigure,
    /// `None` until that figure is known.
    pub known: Option<KnownReference>,
}

/// A figure that a bound is a share of, once it is known. Both in the base unit of the metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownReference {
    /// The figure itself.
    pub figure: f64,
    /// The share of it. Kept, because a limit that is read from a record must be the one that was written, to its last bit.
    pub limit: f64,
}

/// Whose figure another one is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceFigure {
    /// What was stored for the same test: `of baseline`.
    Baseline,
    /// Another arm of the same test: `of "sequential"`.
    Arm(String),
}

impl Threshold {
    /// The bound in base units: seconds, a share of 1, events each second, a count, bytes, or bytes each second.
    ///
    /// Not-a-number while the figure that it is a share of is not known: nothing satisfies that.
    pub fn limit(&self) -> f64 {
        match &self.relative {
            None => self.written_bound(),
            Some(relative) => relative.known.map_or(f64::NAN, |known| known.limit),
        }
    }

    /// The same threshold, compared with a share of this figure; unchanged if it is not relative.
    #[must_use]
    pub fn resolved(mut self, figure: f64) -> Threshold {
        let limit = self.written_bound() * figure;
        if let Some(relative) = &mut self.relative {
            relative.known = Some(KnownReference { figure, limit });
        }
        self
    }

    /// The same threshold with a limit that was computed before; unchanged if it is not relative.
    #[must_use]
    pub fn resolved_to(mut self, limit: f64) -> Threshold {
        let figure = limit / self.written_bound();
        if let Some(relative) = &mut self.relative {
            relative.known = Some(KnownReference { figure, limit });
        }
        self
    }

    /// Whose figure it is compared with; `None` if the bound is written out.
    pub fn compared_with(&self) -> Option<&ReferenceFigure> {
        self.relative.as_ref().map(|relative| &relative.of)
    }

    fn written_bound(&self) -> f64 {
        match self.bound {
            Quantity::Number(number) => number,
            // As measured times are computed: rounded once.
            Quantity::Duration(duration) => duration.as_nanos() as f64 / 1e9,
            Quantity::Ratio(ratio) => ratio.as_f64(),
            Quantity::PerSecond(rate) => rate,
            Quantity::Bytes(bytes) => bytes as f64,
            Quantity::BytesPerSecond(growth) => growth,
        }
    }

    /// `actual`, or the limit if the two differ by no more than the rounding of a quotient: 33 in 2.2 s are 15/s, and computed as
    /// 14.999999999999998/s.
    pub fn settled(&self, actual: f64) -> f64 {
        let limit = self.limit();
        let is_quotient = matches!(self.bound, Quantity::PerSecond(_) | Quantity::BytesPerSecond(_));
        if is_quotient && (actual - limit).abs() <= limit.abs() * QUOTIENT_ROUNDING { limit } else { actual }
    }

    /// True if `actual`, in the same base unit as [`limit`](Threshold::limit), satisfies the threshold.
    ///
    /// Not-a-number never does.
    pub fn holds(&self, actual: f64) -> bool {
        self.comparison.holds(self.settled(actual), self.limit())
    }

    /// True if `part` of `whole` satisfies the threshold: compared as counts, so that no rounding decides.
    pub fn holds_share(&self, part: u64, whole: u64) -> bool {
        match self.bound {
            _ if whole == 0 => false,
            _ if self.relative.is_some() => self.holds(part as f64 / whole as f64),
            Quantity::Ratio(limit) => self.comparison.is_satisfied_by(limit.compare_share(part, whole)),
            _ => self.holds(part as f64 / whole as f64),
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} {} {}", self.metric, self.subject, self.comparison, self.bound)?;
        match &self.relative {
            None => Ok(()),
            Some(relative) => write!(f, " of {}", relative.of),
        }
    }
}

impl fmt::Display for ReferenceFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReferenceFigure::Baseline => f.write_str("baseline"),
            ReferenceFigure::Arm(name) => write!(f, "\"{name}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_shown_as_it_is_written() {
        for text in [
            "p95(\"stage peak\") < 200ms",
            "p95(\"stage peak: GET /config\") < 200ms",
            "server_rss < 200MiB",
            "server_rss_growth < 1MiB/min",
            "p95(\"everyday\", \"GET /config\") < 200ms",
            "p95 < 800ms",
            "success_rate >= 99.9%",
            "p99.9(\"GET /config\") <= 1.5s",
            "throughput > 1000/s",
        ] {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn not_a_number_never_holds() {
        let threshold: Threshold = "mean < 1s".parse().unwrap();
        assert!(threshold.holds(0.999));
        assert!(!threshold.holds(1.0));
        assert!(!threshold.holds(f64::NAN));
    }

    #[test]
    fn a_rate_that_equals_its_limit_holds_however_it_was_computed() {
        for (rate, tenths) in (1..500_u32).flat_map(|rate| (1..200).map(move |tenths| (rate, tenths))) {
            if !(rate * tenths).is_multiple_of(10) {
                continue;
            }
            let events = rate * tenths / 10;
            let actual = |events: u32| f64::from(events) / (f64::from(tenths) / 10.0);
            let holds = |text: String, events| text.parse::<Threshold>().unwrap().holds(actual(events));
            assert!(holds(format!("throughput >= {rate}/s"), events), "{events} in {tenths} tenths of a second");
            assert!(!holds(format!("throughput > {rate}/s"), events), "{events} in {tenths} tenths of a second");
            assert!(!holds(format!("throughput >= {rate}/s"), events - 1), "one less than {events}");
        }
    }

    #[test]
    fn one_hundred_percent_holds_at_exactly_one() {
        assert!("success_rate >= 100%".parse::<Threshold>().unwrap().holds(1.0));
        assert!("success_rate == 100%".parse::<Threshold>().unwrap().holds(1.0));
        assert!(!"success_rate > 100%".parse::<Threshold>().is_ok_and(|t| t.holds(1.0)));
    }
}
