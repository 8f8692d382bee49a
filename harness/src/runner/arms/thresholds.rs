//! Which thresholds of a test are about which arm. Pure.

use crate::threshold::{ReferenceFigure, Subject, Threshold};

/// The thresholds for the arm called `name`: those that name no arm, and those that name this one, which is left out of them.
///
/// A share of another arm's figure says nothing about that arm itself. `figure` gives the figures of the other arms.
pub(super) fn of_arm(
    thresholds: &[Threshold],
    name: &str,
    arms: &[&str],
    figure: impl Fn(&str, &Threshold) -> Option<f64>,
) -> Vec<Threshold> {
    let about = thresholds.iter().filter_map(|threshold| about_arm(threshold, name, arms));
    let resolved = about.filter_map(|threshold| match threshold.relative.as_ref().map(|relative| &relative.of) {
        Some(ReferenceFigure::Arm(other)) if other == name => None,
        Some(ReferenceFigure::Arm(other)) => Some(match figure(other, &threshold) {
            Some(figure) => threshold.resolved(figure),
            None => threshold,
        }),
        _ => Some(threshold),
    });
    resolved.collect()
}

/// `None` if it names another arm.
fn about_arm(threshold: &Threshold, name: &str, arms: &[&str]) -> Option<Threshold> {
    let Subject::Endpoint(label) = &threshold.subject else { return Some(threshold.clone()) };
    let (arm, endpoint) = match label.split_once(": ") {
        Some((arm, endpoint)) if arms.contains(&arm) => (arm, Subject::Endpoint(endpoint.to_owned())),
        _ if arms.contains(&label.as_str()) => (label.as_str(), Subject::Total),
        _ => return Some(threshold.clone()),
    };
    (arm == name).then(|| Threshold { subject: endpoint, ..threshold.clone() })
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use crate::metric::Metric;
    use crate::threshold::{Comparison, RelativeBound};
    use crate::units::{Quantity, parse_quantity};

    const ARMS: [&str; 2] = ["sequential", "threaded"];

    fn texts(thresholds: &[Threshold], name: &str) -> Vec<String> {
        let all = of_arm(thresholds, name, &ARMS, |_, _| Some(2.0));
        all.iter().map(ToString::to_string).collect()
    }

    fn read(text: &str) -> Threshold {
        text.parse().unwrap()
    }

    fn half_of(arm: &str) -> Threshold {
        let bound: Quantity = parse_quantity("50%").unwrap();
        let relative = Some(RelativeBound { of: ReferenceFigure::Arm(arm.to_owned()), known: None });
        Threshold {
            metric: Metric::Mean,
            subject: Subject::Total,
            comparison: Comparison::LessOrEqual,
            bound,
            relative,
        }
    }

    #[test]
    fn a_threshold_that_names_no_arm_is_about_each_of_them() {
        let all = [read("p95 < 1s"), read("p95(\"GET /a\") < 1s")];
        assert_eq!(texts(&all, "sequential"), texts(&all, "threaded"));
        assert_eq!(texts(&all, "threaded").len(), 2);
    }

    #[test]
    fn a_threshold_that_names_an_arm_is_about_that_arm_or_an_endpoint_of_it() {
        let all = [read("p95(\"threaded\") < 1s"), read("p95(\"threaded: GET /a\") < 2s")];
        assert_eq!(texts(&all, "threaded"), ["p95 < 1s", "p95(\"GET /a\") < 2s"]);
        assert!(texts(&all, "sequential").is_empty());
    }

    #[test]
    fn a_share_of_another_arm_s_figure_is_resolved_and_says_nothing_about_that_arm() {
        let threshold = half_of("sequential");
        let own = of_arm(slice::from_ref(&threshold), "threaded", &ARMS, |arm, _| (arm == "sequential").then_some(0.8));
        assert_eq!(own[0].limit(), 0.4);
        assert!(of_arm(slice::from_ref(&threshold), "sequential", &ARMS, |_, _| Some(0.8)).is_empty());
        let unknown = of_arm(&[threshold], "threaded", &ARMS, |_, _| None);
        assert!(unknown[0].limit().is_nan(), "nothing satisfies it");
    }
}
