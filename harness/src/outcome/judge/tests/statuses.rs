//! Statuses: thresholds on their shares, and warnings about what counts as ok without anyone having asked for it.

use super::*;
use crate::measure::StatusCount;

fn status(status: u16, responses: u64, expected: u64, (first_s, last_s): (f64, f64)) -> StatusCount {
    StatusCount { status, responses, expected, first_s, last_s }
}

/// A thousand ok requests with these statuses.
fn answered(statuses: Vec<StatusCount>) -> Measured {
    let mut measured = run(1_000, 0);
    measured.endpoints[0].statuses.clone_from(&statuses);
    measured.total.statuses = statuses;
    measured
}

fn warnings(measured: &Measured) -> String {
    judged(measured, &[]).warnings.join("\n")
}

#[test]
fn the_share_of_a_status_is_judged_as_a_count() {
    let measured = answered(vec![status(200, 951, 0, (0.0, 10.0)), status(429, 49, 0, (0.0, 10.0))]);
    let unknown = judged(&run(1_000, 0), &["status_5xx <= 1%"]);
    assert_eq!(
        (unknown.outcome, unknown.thresholds[0].actual),
        (Outcome::Failed, None),
        "nothing was answered with a status"
    );
    assert_eq!(reason(&unknown), "`status_5xx` has no data: no response had a status");
    let texts = ["status_429 < 5%", "status_429 <= 4.9%", "status_429 < 4.9%", "status_4xx < 5%", "status_503 == 0%"];
    let judgement = judged(&measured, &texts);
    let holds: Vec<bool> = judgement.thresholds.iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [true, true, false, true, true]);
    assert_eq!(judgement.thresholds[0].actual, Some(0.049));
    assert!(judged(&measured, &["status_2xx(\"GET /health\") >= 95.1%"]).thresholds[0].holds);
}

#[test]
fn redirects_that_the_test_did_not_ask_for_are_a_warning() {
    let text = warnings(&answered(vec![status(302, 1_000, 0, (0.0, 10.0))]));
    assert!(text.contains("100 % of the responses of `GET /health` were redirects (302)"), "{text}");
    assert!(text.contains(".expect(200)") && text.contains("redirects"), "{text}");
    assert_eq!(warnings(&answered(vec![status(302, 1_000, 1_000, (0.0, 10.0))])), "", "they were asked for");
    let few = answered(vec![status(200, 600, 0, (0.0, 10.0)), status(302, 400, 0, (0.0, 10.0))]);
    assert_eq!(warnings(&few), "", "a form that redirects after each post");
}

#[test]
fn a_class_of_status_that_replaces_another_during_the_run_is_a_warning() {
    let text = warnings(&answered(vec![status(200, 700, 0, (0.0, 7.03)), status(302, 300, 0, (7.01, 10.0))]));
    assert!(text.contains("`GET /health` answered with status 200 until 7.03 s and with 302 from then on"), "{text}");
    let mixed = answered(vec![status(200, 700, 0, (0.0, 9.9)), status(302, 300, 0, (0.2, 10.0))]);
    assert_eq!(warnings(&mixed), "", "both all the time");
    let beside = answered(vec![
        status(200, 690, 0, (0.0, 7.0)),
        status(404, 20, 0, (0.1, 9.9)),
        status(503, 290, 0, (7.0, 10.0)),
    ]);
    let text = warnings(&beside);
    assert!(text.contains("`GET /health` answered with status 200 until 7.00 s and with 503 from then on"), "{text}");
    let few = answered(vec![
        status(200, 970, 0, (0.0, 10.0)),
        status(404, 15, 0, (1.0, 2.0)),
        status(503, 15, 0, (8.0, 9.0)),
    ]);
    assert_eq!(warnings(&few), "", "200 all the time");
    let same_class = answered(vec![status(201, 700, 0, (0.0, 7.0)), status(200, 300, 0, (7.0, 10.0))]);
    assert_eq!(warnings(&same_class), "");
}

#[test]
fn redirects_for_a_part_of_the_run_alone_are_a_warning_and_scattered_ones_are_not() {
    let run = |redirects, during| answered(vec![status(200, 1_000, 0, (0.0, 10.0)), status(302, redirects, 0, during)]);
    let text = warnings(&run(300, (3.0, 6.0)));
    assert!(
        text.contains("300 responses of `GET /health` were redirects (302), all of them between 3.00 s and 6.00 s"),
        "{text}"
    );
    assert_eq!(warnings(&run(300, (0.01, 9.98))), "");
    assert_eq!(warnings(&run(10, (2.0, 9.0))), "", "so few may come in any part of the time");
    assert_eq!(warnings(&answered(vec![status(200, 1_000, 0, (0.0, 10.0)), status(302, 300, 300, (3.0, 6.0))])), "");
}
