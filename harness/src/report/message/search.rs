//! What to do about a search for capacity that did not find one.

use crate::outcome::search::Found;
use crate::outcome::{Outcome, TestReport, figure};

const QUIETER: &str =
    "stop what else is running on this machine, and measure again; a longer `probe` outlasts short disturbances";
const OWN_LIMIT: &str = "give the generator a quieter machine, or ask for what you need (`capacity >= …/s`): that much \
                         may be proven although the generator cannot offer more";

/// What to do next; nothing for a test that searched for nothing, or found what it needs.
pub(super) fn next_steps(test: &TestReport) -> Vec<String> {
    let calibration = test.calibration.as_ref().map(|calibration| &calibration.found);
    let Some(found) = test.search.as_ref().or(calibration) else { return Vec::new() };
    if found.capacity_per_s.is_none() {
        return not_converged(found);
    }
    if test.outcome != Outcome::Invalid || test.search.is_none() {
        return Vec::new();
    }
    vec![if found.limited_by_generator { OWN_LIMIT } else { QUIETER }.to_owned()]
}

fn not_converged(found: &Found) -> Vec<String> {
    let quieter = (found.disturbed > 0 || found.limited_by_generator).then(|| QUIETER.to_owned());
    let rate = |rate_per_s: f64| figure::round_to(rate_per_s, 2).to_string();
    let search = match (found.holds_at_per_s, found.breaks_at_per_s) {
        (Some(holds), None) => {
            format!("begin where it held, with `capacity(start = {}/s)`, or allow a longer `budget`", rate(holds))
        }
        (Some(holds), Some(_)) => format!(
            "begin where it held, with `capacity(start = {}/s)`, allow a longer `budget`, or be content with less \
             (`precision = 10%`)",
            rate(holds)
        ),
        (None, Some(breaks)) => format!(
            "begin lower, with `capacity(start = {}/s)`; if one user alone does not keep the limits either, no rate does",
            rate(breaks / 10.0)
        ),
        (None, None) => "allow a longer `budget` in `capacity(…)`".to_owned(),
    };
    quieter.into_iter().chain([search]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn steps(outcome: Outcome, found: Found) -> String {
        let test = TestReport { outcome, search: Some(found), ..samples::passed() };
        next_steps(&test).join("\n")
    }

    #[test]
    fn a_search_without_an_answer_says_how_to_get_one() {
        let bracket = Found { holds_at_per_s: Some(400.0), breaks_at_per_s: Some(800.0), ..Found::default() };
        let told = steps(Outcome::Failed, bracket);
        assert!(
            told.contains("capacity(start = 400/s)") && told.contains("precision") && !told.contains("stop"),
            "{told}"
        );
        let rising = Found { breaks_at_per_s: None, ..bracket };
        assert!(steps(Outcome::Failed, rising).contains("longer `budget`"));
        let nothing = Found { holds_at_per_s: None, breaks_at_per_s: Some(12.0), ..Found::default() };
        assert!(steps(Outcome::Failed, nothing).contains("begin lower, with `capacity(start = 1.2/s)`"));
    }

    #[test]
    fn a_search_that_was_disturbed_asks_for_a_quieter_machine_first() {
        let found = Found { disturbed: 2, holds_at_per_s: Some(400.0), ..Found::default() };
        assert!(steps(Outcome::Invalid, found).starts_with("stop what else is running"));
    }

    #[test]
    fn a_limit_that_was_the_generators_is_no_step_for_a_test_that_passed() {
        let found = Found { capacity_per_s: Some(400.0), limited_by_generator: true, ..Found::default() };
        assert_eq!(steps(Outcome::Passed, found), "");
        assert!(steps(Outcome::Invalid, found).contains("`capacity >= …/s`"));
        let late = Found { limited_by_generator: false, ..found };
        assert!(steps(Outcome::Invalid, late).starts_with("stop what else is running"));
        assert_eq!(steps(Outcome::Failed, late), "", "it takes less than was asked, and that is all");
    }
}
