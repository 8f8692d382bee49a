//! Reads a threshold and refuses one that cannot mean what it says.

use std::str::FromStr;

use super::comparison::Comparison;
use super::definition::Threshold;
use super::error::ThresholdError;
use super::labels::SubjectLabels;
use super::relative::{WrittenShare, relative, towards_better};
use super::subject::Subject;
use super::value;
use crate::metric::{Dimension, Direction, Metric};
use crate::units::{Quantity, parse_quantity};

/// The reserved name of the iterations of the author's function.
const ITERATION: &str = "iteration";

impl FromStr for Threshold {
    type Err = ThresholdError;

    fn from_str(text: &str) -> Result<Threshold, ThresholdError> {
        parse(text)
    }
}

fn parse(text: &str) -> Result<Threshold, ThresholdError> {
    let (left, comparison, right) = split(text).ok_or_else(|| ThresholdError::NoComparison(text.trim().to_owned()))?;
    let (metric, subject) = parse_subject(left)?;
    if subject.value().is_some() {
        return parse_of_value((metric, subject), comparison, right);
    }
    if let Some(written) = WrittenShare::read(right) {
        return parse_relative((metric, subject), comparison, right, &written);
    }
    let bound = parse_quantity(right)?;
    check_unit(metric, bound, right)?;
    check_direction(metric, comparison, right)?;
    let threshold = Threshold { metric, subject, comparison, bound, relative: None };
    check_range(&threshold)?;
    Ok(threshold)
}

fn parse_of_value(
    (metric, subject): (Metric, Subject),
    comparison: Comparison,
    right: &str,
) -> Result<Threshold, ThresholdError> {
    if WrittenShare::read(right).is_some() {
        return Err(value::with_unit(metric, &subject, right));
    }
    let bound = value::bound_of_value(metric, &subject, right)?;
    check_direction(metric, comparison, right)?;
    let threshold = Threshold { metric, subject, comparison, bound, relative: None };
    check_range(&threshold)?;
    Ok(threshold)
}

/// Its limit is not known yet, so nothing can be said about the range of it.
fn parse_relative(
    (metric, subject): (Metric, Subject),
    comparison: Comparison,
    right: &str,
    written: &WrittenShare<'_>,
) -> Result<Threshold, ThresholdError> {
    let bound = parse_quantity(written.bound)?;
    let relative = relative((metric, &subject), comparison, bound, written)?;
    check_direction(metric, comparison, right)?;
    Ok(Threshold { metric, subject, comparison, bound, relative: Some(relative) })
}

/// Metric, comparison and bound; a comparison sign inside a quoted label does not count.
fn split(text: &str) -> Option<(&str, Comparison, &str)> {
    let start = end_of_label(text);
    let at = start + text[start..].find(['<', '>', '='])?;
    let comparison = Comparison::ALL.into_iter().find(|comparison| text[at..].starts_with(comparison.symbol()))?;
    Some((text[..at].trim(), comparison, text[at + comparison.symbol().len()..].trim()))
}

/// Where the parenthesis behind the metric is closed, or 0 without a parenthesis.
fn end_of_label(text: &str) -> usize {
    match text.find(['(', '<', '>', '=']) {
        Some(at) if text[at..].starts_with('(') => text.rfind(')').map_or(0, |end| end + 1),
        _ => 0,
    }
}

fn parse_subject(text: &str) -> Result<(Metric, Subject), ThresholdError> {
    let Some((metric, label)) = text.split_once('(') else {
        return Ok((text.parse()?, Subject::Total));
    };
    let labels = label.strip_suffix(')').ok_or(ThresholdError::Label)?.trim();
    if let Some(name) = value::name_of_value(labels) {
        return value::figure_of_value(metric.trim(), name);
    }
    let SubjectLabels { class, endpoint: label } = SubjectLabels::read(labels).ok_or(ThresholdError::Label)?;
    let metric: Metric = metric.trim().parse()?;
    if metric.is_of_whole_test() {
        return Err(ThresholdError::WholeTest(metric.to_string()));
    }
    match (Subject::of_label(&label), class) {
        (Subject::StageEndpoint { stage, .. } | Subject::Stage(stage), Some(class)) => {
            Err(ThresholdError::StageOfClass { class, stage })
        }
        (_, Some(class)) => Ok((metric, Subject::ClassEndpoint { class, endpoint: label })),
        (Subject::StageEndpoint { stage, endpoint }, None) if endpoint == ITERATION => {
            Err(ThresholdError::IterationOfStage { stage })
        }
        (subject, None) => Ok((metric, subject)),
    }
}

fn check_unit(metric: Metric, bound: Quantity, written: &str) -> Result<(), ThresholdError> {
    let fits = match (metric.dimension(), bound) {
        (Dimension::Time, Quantity::Duration(_))
        | (Dimension::Ratio, Quantity::Ratio(_))
        | (Dimension::Rate, Quantity::PerSecond(_))
        | (Dimension::Bytes, Quantity::Bytes(_))
        | (Dimension::BytesPerSecond, Quantity::BytesPerSecond(_)) => true,
        (Dimension::Count, Quantity::Number(number)) => number.fract() == 0.0,
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let expected = metric.dimension().example();
    Err(ThresholdError::Unit { metric: metric.to_string(), expected, bound: written.to_owned() })
}

fn check_direction(metric: Metric, comparison: Comparison, written: &str) -> Result<(), ThresholdError> {
    let wrong = match (metric.direction(), comparison) {
        (Direction::LowerIsBetter, Comparison::Greater | Comparison::GreaterOrEqual) => Some("lower"),
        (Direction::HigherIsBetter, Comparison::Less | Comparison::LessOrEqual) => Some("higher"),
        (_, Comparison::Equal) if !is_exact(metric) => {
            let comparison = towards_better(metric);
            return Err(ThresholdError::ExactTime {
                metric: metric.to_string(),
                comparison,
                bound: written.to_owned(),
            });
        }
        _ => None,
    };
    match wrong {
        None => Ok(()),
        Some(better) => Err(ThresholdError::Direction {
            metric: metric.to_string(),
            better,
            turned: comparison.turned(),
            bound: written.to_owned(),
        }),
    }
}

/// Counts and the shares of counts are exact, and so is what the test records; what a clock or a system measured is not.
fn is_exact(metric: Metric) -> bool {
    match metric {
        Metric::OfValue(figure) => figure.is_exact(),
        _ => metric.dimension() == Dimension::Count || metric.largest() == 1.0,
    }
}

fn check_range(threshold: &Threshold) -> Result<(), ThresholdError> {
    let limit = threshold.limit();
    let (smallest, largest) = (threshold.metric.smallest(), threshold.metric.largest());
    let impossible = match threshold.comparison {
        Comparison::Less => limit <= smallest,
        Comparison::Greater => limit >= largest,
        Comparison::LessOrEqual => limit < smallest,
        Comparison::GreaterOrEqual | Comparison::Equal => limit > largest,
    };
    if impossible {
        return Err(ThresholdError::Impossible(threshold.to_string()));
    }
    let vacuous = match threshold.comparison {
        Comparison::GreaterOrEqual => limit <= smallest,
        Comparison::LessOrEqual => limit >= largest,
        Comparison::Less => limit > largest,
        Comparison::Greater | Comparison::Equal => false,
    };
    if vacuous {
        return Err(ThresholdError::Vacuous(threshold.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn metric_label_comparison_and_bound_are_read() {
        let threshold = parse("p99.9(\"GET /a<b\") <= 1.5s").unwrap();
        assert_eq!(threshold.subject, Subject::Endpoint("GET /a<b".to_owned()));
        assert_eq!(threshold.comparison, Comparison::LessOrEqual);
        assert_eq!(threshold.limit(), 1.5);
    }

    #[test]
    fn a_label_that_begins_with_stage_asks_for_a_stage() {
        let subject = |text| parse(text).unwrap().subject;
        assert_eq!(subject("p95(\"stage peak\") < 200ms"), Subject::Stage("peak".to_owned()));
        let (stage, endpoint) = ("peak".to_owned(), "GET /config: new".to_owned());
        assert_eq!(subject("p95(\"stage peak: GET /config: new\") < 1s"), Subject::StageEndpoint { stage, endpoint });
        assert_eq!(subject("p95(\"stage peak:\") < 1s"), Subject::Stage("peak:".to_owned()), "reported as unknown");
        assert!(refusal("p95(\"stage peak: iteration\") < 1s").contains("not by stage"));
        assert_eq!(subject("p95(\"stages\") < 200ms"), Subject::Endpoint("stages".to_owned()));
        assert_eq!(subject("p95 < 200ms"), Subject::Total);
    }

    #[test]
    fn figures_of_the_server_take_sizes_growths_and_shares_of_a_core() {
        assert_eq!(parse("server_rss < 200MiB").unwrap().limit(), 209_715_200.0);
        assert!(parse("server_rss_growth < 1MiB/min").is_ok());
        assert!(parse("server_cpu < 150%").is_ok(), "several cores");
        assert!(parse("cpu_per_request < 2ms").is_ok());
        assert!(parse("capacity >= 800/s").is_ok());
        assert!(refusal("server_rss < 200").contains("a size such as `200MiB`"));
        assert!(refusal("server_rss_growth < 1MiB").contains("a growth such as `1MiB/min`"));
        assert!(refusal("server_cpu == 50%").contains("`server_cpu <= 50%`"));
        assert!(refusal("recovery(\"GET /\") < 5s").contains("a figure of the whole test"));
    }

    #[test]
    fn a_bound_of_the_wrong_unit_is_refused() {
        assert_eq!(refusal("p95 < 10%"), "`p95` is compared with a time such as `800ms`, not with `10%`");
        assert_eq!(
            refusal("success_rate >= 99"),
            "`success_rate` is compared with a percentage such as `99%`, not with `99`"
        );
        assert_eq!(refusal("failed < 1.5"), "`failed` is compared with a whole number such as `10`, not with `1.5`");
    }

    #[test]
    fn a_comparison_in_the_wrong_direction_is_refused() {
        assert_eq!(refusal("p95 > 1s"), "`p95` is better when it is lower: did you mean `p95 < 1s`?");
        assert_eq!(
            refusal("success_rate < 90%"),
            "`success_rate` is better when it is higher: did you mean `success_rate > 90%`?"
        );
        assert_eq!(refusal("mean == 1s"), "a measured figure is never exactly a bound: did you mean `mean <= 1s`?");
        assert!(refusal("throughput == 9/s").ends_with("did you mean `throughput >= 9/s`?"));
    }

    #[test]
    fn what_can_never_or_always_holds_is_refused() {
        assert_eq!(refusal("success_rate > 100%"), "`success_rate > 100%` can never hold");
        assert_eq!(refusal("max < 0s"), "`max < 0s` can never hold");
        assert_eq!(refusal("success_rate >= 0%"), "`success_rate >= 0%` always holds, so it tests nothing");
        assert!(parse("failed == 0").is_ok());
        assert!(parse("failed <= 0").is_ok());
    }

    #[test]
    fn a_text_without_comparison_is_refused() {
        assert!(refusal("p95 800ms").contains("as in `p95 < 800ms`"));
        assert!(matches!(parse("p95(health) < 1s"), Err(ThresholdError::Label)));
    }
}
