//! How much of what a limit allows was used, as a bar.

use crate::metric::Dimension;
use crate::outcome::{TestReport, ThresholdVerdict, figure};
use crate::threshold::Comparison;

const WIDTH: f64 = 130.0;
/// Where the limit is marked.
const LIMIT_AT: f64 = 100.0;

/// The threshold of a test, or of one of its arms, that is closest to its limit, or furthest beyond it; those without data first.
pub(super) fn nearest<'t>(test: &'t TestReport, arm: Option<&str>) -> Option<&'t ThresholdVerdict> {
    let urgency = |verdict: &&ThresholdVerdict| (!verdict.holds, used(verdict).unwrap_or(f64::INFINITY));
    let of_arm = test
        .thresholds
        .iter()
        .filter(|verdict| arm.is_none() || verdict.arm.as_deref().is_none_or(|of| arm == Some(of)));
    of_arm.max_by(|a, b| {
        let (a, b) = (urgency(a), urgency(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

/// 1 is the limit. `None` without data, for a limit that is one exact value, and for a share of what is not known.
pub(super) fn used(verdict: &ThresholdVerdict) -> Option<f64> {
    let threshold = &verdict.threshold;
    let (actual, limit) = (threshold.settled(verdict.actual?), threshold.limit());
    if limit.is_nan() {
        return None;
    }
    let ratio = |part: f64, whole: f64| match whole {
        0.0 if part <= 0.0 => 0.0,
        0.0 => f64::INFINITY,
        _ => part / whole,
    };
    match threshold.comparison {
        Comparison::Less | Comparison::LessOrEqual => Some(ratio(actual, limit)),
        // Of a share, what counts is how much may be missing.
        Comparison::Greater | Comparison::GreaterOrEqual if threshold.metric.dimension() == Dimension::Ratio => {
            Some(ratio(1.0 - actual, 1.0 - limit))
        }
        Comparison::Greater | Comparison::GreaterOrEqual => Some(ratio(limit, actual)),
        Comparison::Equal => None,
    }
}

/// A bar: filled as far as the limit is used, with the limit marked. Empty where there is nothing to compare.
pub(super) fn bar(verdict: &ThresholdVerdict) -> String {
    let Some(used) = used(verdict) else { return String::new() };
    let filled = (used * LIMIT_AT).clamp(0.0, WIDTH).round();
    let (class, colour) = if verdict.holds { ("fill-ok", "#2c9a62") } else { ("fill-limit", "#dc4a42") };
    let words = match used {
        used if used.is_finite() => format!("{} % of what is allowed", (used * 100.0).round()),
        _ => "beyond what is allowed".to_owned(),
    };
    // What lies beyond the limit has notches, so that colour is not its only sign.
    let beyond = match filled > LIMIT_AT {
        true => "<path stroke=currentColor d=\"M108 2l-4 10m10-10l-4 10\"/>",
        false => "",
    };
    format!(
        "<svg width={WIDTH} height=14 role=img aria-label=\"{words}\">\
         <path fill=currentColor fill-opacity=.12 d=\"M0 3h{LIMIT_AT}v8H0z\"/>\
         <path class={class} fill={colour} d=\"M0 3h{filled}v8H0z\"/>{beyond}<path stroke=currentColor stroke-width=2 d=\"M{LIMIT_AT} 0v14\"/></svg>"
    )
}

/// `412 ms (-48 %)`, or `no data`.
pub(super) fn actual_with_margin(verdict: &ThresholdVerdict) -> String {
    match verdict.actual {
        Some(actual) => format!(
            "{} ({})",
            figure::beside_limit(&verdict.threshold, actual),
            figure::margin(&verdict.threshold, actual)
        ),
        None => "no data".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn used_of(text: &str, actual: Option<f64>) -> Option<f64> {
        let verdict = samples::passed().thresholds.swap_remove(0);
        let threshold: crate::threshold::Threshold = text.parse().unwrap();
        used(&ThresholdVerdict { threshold, actual, ..verdict }).map(|used| (used * 1e6).round() / 1e6)
    }

    #[test]
    fn what_is_used_is_measured_from_where_nothing_would_be() {
        assert_eq!(used_of("p95 < 800ms", Some(0.4)), Some(0.5));
        assert_eq!(used_of("throughput >= 1000/s", Some(4000.0)), Some(0.25));
        // A tenth of a percent of one percent.
        assert_eq!(used_of("success_rate >= 99%", Some(0.999)), Some(0.1));
        assert_eq!(used_of("error_rate <= 1%", Some(0.02)), Some(2.0));
        assert_eq!(used_of("success_rate >= 100%", Some(1.0)), Some(0.0));
        assert_eq!(used_of("success_rate >= 100%", Some(0.99)), Some(f64::INFINITY));
        assert_eq!(used_of("failed <= 0", Some(0.0)), Some(0.0));
        assert_eq!(used_of("p95 < 800ms", None), None);
        let mut unknown = samples::versus().thresholds.swap_remove(2);
        unknown.threshold.relative.as_mut().unwrap().known = None;
        assert_eq!((used(&unknown), bar(&unknown).as_str()), (None, ""));
    }

    #[test]
    fn the_nearest_limit_is_the_one_that_was_breached_furthest() {
        let test = samples::failed();
        let nearest = nearest(&test, None).unwrap();
        assert!(!nearest.holds, "{}", nearest.threshold);
        assert!(bar(nearest).contains("fill-limit"));
    }
}
