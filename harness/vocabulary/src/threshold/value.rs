//! A threshold on a value that the test records: `median(value "confidence") > 0.6`.

use super::error::ThresholdError;
use super::subject::{Subject, VALUE};
use crate::metric::{Dimension, Metric, ValueFigure};
use crate::suggest::did_you_mean;
use crate::units::{Quantity, parse_quantity};

/// What follows `value` in the parentheses; `None` if they are about something else.
pub(super) fn name_of_value(label: &str) -> Option<&str> {
    let name = label.strip_prefix(VALUE)?;
    name.starts_with(|c: char| c.is_whitespace() || c == '"').then(|| name.trim())
}

/// The figure called `word` of the value with this name, which is in quotes.
pub(super) fn figure_of_value(word: &str, name: &str) -> Result<(Metric, Subject), ThresholdError> {
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).filter(|name| !name.is_empty());
    let name = name.ok_or(ThresholdError::ValueName)?.replace("\\\"", "\"");
    match ValueFigure::named(word).map_err(crate::metric::MetricError::from)? {
        Some(figure) => Ok((Metric::OfValue(figure), Subject::Value(name))),
        None => {
            let suggestion = match word {
                "sum" | "count" | "counted" => ", did you mean `total`?".to_owned(),
                "avg" | "average" => ", did you mean `mean`?".to_owned(),
                _ => did_you_mean(word, ValueFigure::NAMES),
            };
            Err(ThresholdError::NotOfValue { word: word.to_owned(), suggestion })
        }
    }
}

/// A number with its sign, and without a unit.
pub(super) fn bound_of_value(metric: Metric, subject: &Subject, written: &str) -> Result<Quantity, ThresholdError> {
    let (size, sign) = written.strip_prefix('-').map_or((written, 1.0), |size| (size.trim_start(), -1.0));
    match parse_quantity(size)? {
        // A zero has no sign.
        Quantity::Number(number) => Ok(Quantity::Number(sign * number + 0.0)),
        _ => Err(with_unit(metric, subject, written)),
    }
}

/// What is written is no plain number.
pub(super) fn with_unit(metric: Metric, subject: &Subject, written: &str) -> ThresholdError {
    let (metric, expected) = (format!("{metric}{subject}"), Dimension::Number.example());
    ThresholdError::Unit { metric, expected, bound: written.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threshold::{Comparison, Threshold};

    fn parse(text: &str) -> Result<Threshold, ThresholdError> {
        text.parse()
    }

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_shown_reads_back() {
        for text in [
            "median(value \"confidence\") > 0.6",
            "p95(value \"size\") <= 3",
            "p99.9(value \"a \\\"b\\\"\") >= -3",
            "total(value \"cache hits\") == 100",
            "stddev(value \"drift\") < 0.000000001",
            "min(value \"x = (y)\") > -0.25",
            "max(value \"size\") < 100000",
            "mean(value \"of\") < 12345678.9",
        ] {
            let threshold = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(threshold.to_string(), text);
            assert_eq!(parse(&threshold.to_string()).unwrap(), threshold);
        }
        assert_eq!(parse("min(value\"a\")>=-1_000").unwrap().to_string(), "min(value \"a\") >= -1000");
        assert_eq!(parse("min(value \"a\") > -0").unwrap().to_string(), "min(value \"a\") > 0");
    }

    #[test]
    fn both_directions_are_allowed() {
        for sign in ["<", "<=", ">", ">="] {
            for figure in ["min", "mean", "median", "max", "stddev", "p95", "p5", "total"] {
                let threshold = parse(&format!("{figure}(value \"a\") {sign} 3")).unwrap();
                assert_eq!((threshold.subject.value(), threshold.limit()), (Some("a"), 3.0));
            }
        }
        assert!(parse("p50(value \"a\") == 3").is_ok_and(|threshold| threshold.comparison == Comparison::Equal));
        assert!(refusal("mean(value \"a\") == 3").ends_with("did you mean `mean <= 3`?"));
    }

    #[test]
    fn a_value_is_compared_with_a_plain_number() {
        for bound in ["60%", "3s", "3/s", "3KiB", "-5ms", "110% of baseline", "50% of \"other\""] {
            let expected =
                format!("`p95(value \"a\")` is compared with a plain number such as `0.6`, not with `{bound}`");
            assert_eq!(refusal(&format!("p95(value \"a\") < {bound}")), expected);
        }
        for bound in ["", "many", "--3", ".5", "1."] {
            assert!(matches!(parse(&format!("p95(value \"a\") < {bound}")), Err(ThresholdError::Bound(_))), "{bound}");
        }
    }

    #[test]
    fn only_figures_of_numbers_are_figures_of_a_value() {
        assert_eq!(
            refusal("success_rate(value \"a\") > 3"),
            "`success_rate` is not a figure of a value: those are min, mean, median, max, stddev, pN, total"
        );
        assert!(refusal("avg(value \"a\") > 3").starts_with("`avg` is not a figure of a value, did you mean `mean`?"));
        assert!(refusal("totl(value \"a\") > 3").contains("did you mean `total`?"));
        assert!(refusal("total(\"a\") > 3").contains("did you mean `total(value \"…\")`?"));
        assert!(refusal("p100(value \"a\") > 3").contains("`max`"));
    }

    #[test]
    fn the_name_of_a_value_is_in_quotes() {
        for label in ["value a", "value \"\"", "value 3"] {
            assert_eq!(
                refusal(&format!("p95({label}) > 3")),
                "the value of a threshold is a quoted name, as in `median(value \"confidence\") > 0.6`"
            );
        }
        assert!(matches!(parse("p95(value) > 3"), Err(ThresholdError::Label)));
        assert!(parse("p95(\"value a\") < 3s").is_ok_and(|threshold| threshold.subject.endpoint() == Some("value a")));
    }

    #[test]
    fn what_can_never_or_always_holds_is_refused() {
        assert!(refusal("stddev(value \"a\") < 0").ends_with("can never hold"));
        assert!(refusal("stddev(value \"a\") >= 0").ends_with("always holds, so it tests nothing"));
        assert!(parse("min(value \"a\") >= 0").is_ok() && parse("max(value \"a\") < 0").is_ok());
    }
}
