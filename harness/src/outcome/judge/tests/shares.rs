//! A share is compared as a count with its decimal limit, and shown on its own side of it.

use proptest::prelude::*;

use super::*;

/// Every tenth of a per cent from 90 % to 100 %, as counts of a thousand.
const TENTHS: std::ops::RangeInclusive<u64> = 900..=1_000;

fn limit(tenths: u64) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn holds(threshold: &str, ok: u64, intended: u64) -> bool {
    judged(&run(ok, intended - ok), &[threshold]).thresholds[0].holds
}

#[test]
fn a_share_that_equals_its_limit_holds() {
    for tenths in TENTHS {
        let (success, failures) = (limit(tenths), limit(1_000 - tenths));
        assert!(holds(&format!("success_rate >= {success}"), tenths, 1_000), "success {success}");
        assert!(holds(&format!("success_rate == {success}"), tenths, 1_000), "success {success}");
        if tenths < 1_000 {
            assert!(!holds(&format!("success_rate > {success}"), tenths, 1_000), "success {success}");
            assert!(!holds(&format!("error_rate < {failures}"), tenths, 1_000), "failures {failures}");
        }
        assert!(holds(&format!("error_rate <= {failures}"), tenths, 1_000), "failures {failures}");
    }
}

#[test]
fn a_figure_that_breaches_its_limit_by_equalling_it_is_shown_as_equal() {
    let judgement = judged(&run(91_234, 8_766), &["success_rate > 91.234%"]);
    assert_eq!(reason(&judgement), "`success_rate > 91.234%` was breached: 91.234 % (0 pp)");
}

#[test]
fn a_limit_keeps_the_digits_that_were_written() {
    let judgement = judged(&run(1_000, 1), &["success_rate >= 99.99999999%"]);
    assert!(reason(&judgement).starts_with("`success_rate >= 99.99999999%` was breached: 99.9"), "{judgement:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One request more or less than the limit decides, whatever the number of requests.
    #[test]
    fn a_share_is_judged_as_the_counts_say(thousands in 1u64..20_000, tenths in TENTHS, off in -2i64..=2) {
        let intended = thousands * 1_000;
        let ok = (tenths * thousands).saturating_add_signed(off).min(intended);
        let measured = Measured {
            total: Summary { requests: Counts { intended, ok, failed: intended - ok, ..Counts::default() }, ..Summary::default() },
            ..run(0, 0)
        };
        let text = format!("success_rate >= {}", limit(tenths));
        let verdict = judged(&measured, &[&text]).thresholds.remove(0);
        prop_assert_eq!(verdict.holds, ok >= tenths * thousands, "{} of {} at {}", ok, intended, text);
        // What is shown lies on the side of the limit on which the count lies.
        let shown = figure::beside_limit(&verdict.threshold, verdict.actual.expect("requests"));
        let percent: f64 = shown.trim_end_matches(" %").parse().expect("a number");
        let limit: f64 = limit(tenths).trim_end_matches('%').parse().expect("a number");
        prop_assert_eq!(percent.partial_cmp(&limit), Some(ok.cmp(&(tenths * thousands))), "{} at {}", shown, text);
    }
}
