//! `110% of baseline`, `50% of "sequential"`: a bound that is a share of another figure, and which figures can be compared.

use thiserror::Error;

use super::comparison::Comparison;
use super::definition::{ReferenceFigure, RelativeBound};
use super::subject::Subject;
use crate::metric::{Direction, Metric, Percentile, TimeFigure};
use crate::suggest::did_you_mean;
use crate::units::Quantity;

/// Why a bound is not a share of another figure.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RelativeError {
    /// `110% of basline`, `50% of sequential`
    #[error(
        "`{written}` is nothing that a figure is compared with: write `of baseline`, or the name of a server of `versus(…)` in quotes{suggestion}"
    )]
    Reference {
        /// What follows `of`.
        written: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
    },
    /// `p95 <= 110% of`
    #[error("`{bound} of` what? Write `of baseline`, or the name of a server of `versus(…)` in quotes")]
    Missing {
        /// The bound as written.
        bound: String,
    },
    /// `p95 <= 800ms of baseline`
    #[error("`of {of}` follows a percentage, as in `110% of {of}`, not `{bound}`")]
    NotAShare {
        /// The bound as written.
        bound: String,
        /// What it is a share of.
        of: ReferenceFigure,
    },
    /// `p95 <= 0% of baseline`
    #[error("`{bound} of {of}` is always 0: write the share that the figure may have, as in `110% of {of}`")]
    NoShare {
        /// The bound as written.
        bound: String,
        /// What it is a share of.
        of: ReferenceFigure,
    },
    /// `p95 == 100% of baseline`
    #[error("two measured figures are equal only by chance: did you mean `{metric} {comparison} {bound} of {of}`?")]
    Equal {
        /// The metric's name.
        metric: String,
        /// The comparison that makes sense.
        comparison: Comparison,
        /// The bound as written.
        bound: String,
        /// What it is a share of.
        of: ReferenceFigure,
    },
    /// `max <= 110% of baseline`
    #[error("`{metric}` is never compared with {with}: {reason}")]
    NeverCompared {
        /// The metric's name.
        metric: String,
        /// `a baseline` or `another server`.
        with: &'static str,
        /// Why, and what to write in its place.
        reason: &'static str,
    },
    /// `p95("GET /config") <= 110% of baseline`
    #[error("a baseline has the figures of the whole test, not of a part of it: write it without parentheses")]
    PartOfBaseline,
}

/// A bound before and behind `of`, as written.
pub(super) struct WrittenShare<'a> {
    pub(super) bound: &'a str,
    pub(super) of: &'a str,
}

impl<'a> WrittenShare<'a> {
    /// The parts of `110% of baseline`; `None` if `text` is a bound by itself.
    pub(super) fn read(text: &'a str) -> Option<WrittenShare<'a>> {
        let is_word = |at: usize| {
            let apart = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "%\"".contains(c));
            apart(text[..at].chars().next_back()) && apart(text[at + OF.len()..].chars().next())
        };
        let (at, _) = text.match_indices(OF).find(|(at, _)| is_word(*at))?;
        Some(WrittenShare { bound: text[..at].trim(), of: text[at + OF.len()..].trim() })
    }

    /// What is behind `of`.
    pub(super) fn reference(&self) -> Result<ReferenceFigure, RelativeError> {
        if self.of == BASELINE {
            return Ok(ReferenceFigure::Baseline);
        }
        if self.of.is_empty() {
            return Err(RelativeError::Missing { bound: self.bound.to_owned() });
        }
        let quoted = self.of.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match quoted.map(str::trim) {
            Some(name) if !name.is_empty() && !name.contains('"') => Ok(ReferenceFigure::Arm(name.to_owned())),
            _ => Err(RelativeError::Reference { written: self.of.to_owned(), suggestion: self.suggestion() }),
        }
    }

    fn suggestion(&self) -> String {
        let is_name = !self.of.is_empty() && self.of.chars().all(|c: char| c.is_alphanumeric() || c == '_');
        match did_you_mean(self.of, [BASELINE]) {
            near if !near.is_empty() => near,
            // `of capacity` is for a rate.
            _ if is_name && self.of.parse::<Metric>().is_err() => format!(", did you mean `\"{}\"`?", self.of),
            _ => String::new(),
        }
    }
}

const BASELINE: &str = "baseline";
const OF: &str = "of";

/// The share as a bound, unless the text is no share or the figure cannot be compared.
pub(super) fn relative(
    (metric, subject): (Metric, &Subject),
    comparison: Comparison,
    bound: Quantity,
    written: &WrittenShare<'_>,
) -> Result<RelativeBound, RelativeError> {
    let of = written.reference()?;
    let bound_text = written.bound.to_owned();
    match bound {
        Quantity::Ratio(share) if share.as_f64() > 0.0 => {}
        Quantity::Ratio(_) => return Err(RelativeError::NoShare { bound: bound_text, of }),
        _ => return Err(RelativeError::NotAShare { bound: bound_text, of }),
    }
    if comparison == Comparison::Equal {
        let comparison = towards_better(metric);
        return Err(RelativeError::Equal { metric: metric.to_string(), comparison, bound: bound_text, of });
    }
    if of == ReferenceFigure::Baseline && *subject != Subject::Total {
        return Err(RelativeError::PartOfBaseline);
    }
    if let Some(reason) = why_never_compared(metric, &of) {
        let with = match of {
            ReferenceFigure::Baseline => "a baseline",
            ReferenceFigure::Arm(_) => "another server",
        };
        return Err(RelativeError::NeverCompared { metric: metric.to_string(), with, reason });
    }
    Ok(RelativeBound { of, known: None })
}

/// `<=`, or `>=` where more is better.
pub(super) fn towards_better(metric: Metric) -> Comparison {
    match metric.direction() {
        Direction::HigherIsBetter => Comparison::GreaterOrEqual,
        Direction::LowerIsBetter | Direction::Either => Comparison::LessOrEqual,
    }
}

/// A figure that few requests decide differs by up to a half from run to run of the same server. A baseline has what each run has:
/// times, throughput and the success rate. The servers of one run are compared in more.
fn why_never_compared(metric: Metric, of: &ReferenceFigure) -> Option<&'static str> {
    let with_baseline = *of == ReferenceFigure::Baseline;
    let is_extreme = |percentile: Percentile| match with_baseline {
        true => percentile.percent() >= 99.0,
        false => percentile.percent() > 99.0,
    };
    match metric {
        _ if metric.percentile().is_some_and(is_extreme) => Some("too few requests decide it, compare `p95`"),
        Metric::Min | Metric::Max | Metric::Stddev => Some("a few requests decide it, compare `mean` or `p95`"),
        Metric::OfOk(TimeFigure::Min | TimeFigure::Max | TimeFigure::Stddev) => {
            Some("a few requests decide it, compare `ok_mean` or `ok_p95`")
        }
        Metric::PeakThroughput => Some("a single second decides it, compare `throughput`"),
        Metric::Requests => Some("the test plans how many requests there are, compare `throughput`"),
        Metric::Failed => Some("it depends on how many requests there were, compare `error_rate`"),
        Metric::ServerRssGrowth => Some("it may be 0 or less, and a share of that says nothing"),
        Metric::Recovery | Metric::Degradation | Metric::Capacity => {
            Some("it is no figure of a steady load, write the limit out")
        }
        Metric::Percentile(percentile) if with_baseline && ![50.0, 95.0].contains(&percentile.percent()) => {
            Some("it is not stored, compare `p50` or `p95`")
        }
        Metric::OfOk(_) if with_baseline => Some("it is not stored, compare the figure without `ok_`"),
        Metric::StatusShare(_) if with_baseline => Some("it is not stored, compare `error_rate`"),
        Metric::ServerCpu | Metric::ServerRss | Metric::CpuPerRequest if with_baseline => {
            Some("it is not stored, write the limit out")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threshold::{Threshold, ThresholdError};

    fn parse(text: &str) -> Result<Threshold, ThresholdError> {
        text.parse()
    }

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_bound_may_be_a_share_of_another_figure() {
        let threshold = parse("p95(\"threaded\") <= 110% of \"sequential\"").unwrap();
        assert_eq!(threshold.subject, Subject::Endpoint("threaded".to_owned()));
        let relative = threshold.relative.clone().unwrap();
        assert_eq!(relative, RelativeBound { of: ReferenceFigure::Arm("sequential".to_owned()), known: None });
        // 110 % of 2 s are 2.2 s.
        assert!(threshold.resolved(2.0).holds(2.2));
        assert_eq!(parse("p95 <= 110% of baseline").unwrap().relative.unwrap().of, ReferenceFigure::Baseline);
    }

    #[test]
    fn a_share_of_a_figure_that_is_not_known_holds_for_nothing() {
        for text in ["p95 <= 110% of baseline", "success_rate >= 100% of \"before\"", "error_rate < 200% of \"before\""]
        {
            let threshold = parse(text).unwrap();
            assert!(threshold.limit().is_nan() && !threshold.holds(0.0) && !threshold.holds(1.0), "{text}");
            assert!(!threshold.holds_share(0, 10) && !threshold.holds_share(10, 10), "{text}");
        }
    }

    #[test]
    fn what_is_shown_reads_back() {
        for text in [
            "p95 <= 50% of \"sequential\"",
            "throughput >= 95% of \"before\"",
            "p95(\"threaded\") <= 110% of \"sequential\"",
            "p95(\"GET /a of b)\") < 99.9% of \"a = b\"",
            "p95 <= 110% of baseline",
            "mean < 400% of \"baseline\"",
            "cpu_per_request <= 105% of \"before\"",
            "success_rate >= 100% of baseline",
        ] {
            let threshold = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(threshold.to_string(), text);
            assert_eq!(parse(&threshold.to_string()).unwrap(), threshold);
        }
        assert_eq!(parse(" p95<=110%  of  baseline ").unwrap().to_string(), "p95 <= 110% of baseline");
    }

    #[test]
    fn the_direction_is_that_of_the_figure() {
        assert_eq!(
            refusal("p95 >= 90% of \"x\""),
            "`p95` is better when it is lower: did you mean `p95 <= 90% of \"x\"`?"
        );
        assert_eq!(
            refusal("throughput < 95% of baseline"),
            "`throughput` is better when it is higher: did you mean `throughput > 95% of baseline`?"
        );
        let equal = "two measured figures are equal only by chance: did you mean ";
        assert_eq!(refusal("mean == 100% of baseline"), format!("{equal}`mean <= 100% of baseline`?"));
        assert_eq!(refusal("success_rate == 100% of \"a\""), format!("{equal}`success_rate >= 100% of \"a\"`?"));
    }

    #[test]
    fn a_share_is_a_percentage_above_zero() {
        assert_eq!(
            refusal("p95 <= 800ms of baseline"),
            "`of baseline` follows a percentage, as in `110% of baseline`, not `800ms`"
        );
        assert_eq!(refusal("p95 <= 1.1 of \"a\""), "`of \"a\"` follows a percentage, as in `110% of \"a\"`, not `1.1`");
        assert!(refusal("p95 <= 0% of baseline").starts_with("`0% of baseline` is always 0: write the share"));
        assert!(refusal("throughput >= 0% of \"a\"").starts_with("`0% of \"a\"` is always 0"));
        for text in ["p95 <= -5% of baseline", "p95 <= of baseline", "p95 <= fifty% of baseline"] {
            assert!(matches!(parse(text), Err(ThresholdError::Bound(_))), "{text}");
        }
    }

    #[test]
    fn what_follows_of_is_the_baseline_or_a_name_in_quotes() {
        assert!(refusal("p95 <= 110% of basline").ends_with(", did you mean `baseline`?"));
        assert!(refusal("p95 <= 110% of sequential").ends_with(", did you mean `\"sequential\"`?"));
        assert!(refusal("p95 <= 50% of capacity").ends_with("in quotes"), "{}", refusal("p95 <= 50% of capacity"));
        assert!(refusal("p95 <= 110% of").starts_with("`110% of` what? Write `of baseline`"));
        for text in ["p95 <= 110% of \"\"", "p95 <= 110% of \"a\" \"b\""] {
            assert!(refusal(text).contains("is nothing that a figure is compared with"), "{text}: {}", refusal(text));
        }
    }

    #[test]
    fn figures_that_few_requests_decide_are_never_compared() {
        assert_eq!(
            refusal("max <= 110% of baseline"),
            "`max` is never compared with a baseline: a few requests decide it, compare `mean` or `p95`"
        );
        assert_eq!(
            refusal("p99.9 <= 110% of \"a\""),
            "`p99.9` is never compared with another server: too few requests decide it, compare `p95`"
        );
        for metric in ["max", "min", "stddev", "ok_max", "failed", "server_rss_growth", "recovery", "ok_p99.9"] {
            for of in ["baseline", "\"a\""] {
                assert!(refusal(&format!("{metric} <= 110% of {of}")).contains("is never compared with"), "{metric}");
            }
        }
        for metric in ["requests", "peak_throughput", "capacity"] {
            assert!(refusal(&format!("{metric} >= 90% of \"a\"")).contains("is never compared with"), "{metric}");
        }
    }

    #[test]
    fn the_servers_of_one_run_are_compared_in_more_than_a_baseline_has() {
        for metric in ["p99", "p90", "ok_p95", "ok_mean", "status_429", "server_cpu", "server_rss", "cpu_per_request"] {
            assert!(parse(&format!("{metric} <= 110% of \"a\"")).is_ok(), "{metric}");
            assert!(refusal(&format!("{metric} <= 110% of baseline")).contains("a baseline"), "{metric}");
        }
        for metric in ["mean", "median", "p50", "p95", "error_rate"] {
            assert!(parse(&format!("{metric} <= 110% of baseline")).is_ok(), "{metric}");
        }
    }

    #[test]
    fn a_baseline_is_of_the_whole_test() {
        assert!(refusal("p95(\"GET /config\") <= 110% of baseline").contains("without parentheses"));
        assert!(refusal("p95(\"stage peak\") <= 110% of baseline").contains("without parentheses"));
    }
}
