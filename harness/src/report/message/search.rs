//! What to do about a search that did not find a capacity.

use crate::outcome::search::Found;
use crate::outcome::{Outcome, TestReport, figure};

const QUIET_MACHINE: &str =
    "stop other programs on this machine and measure again; short disturbances matter less with a longer `probe`";
const GENERATOR_LIMIT: &str = "run the generator on a faster or quieter machine, or set the threshold that you need \
                               (`capacity >= …/s`): it can hold although the generator cannot send more";

/// What to do next; nothing for a test without a search, or whose search found a capacity that can be trusted.
pub(super) fn next_steps(test: &TestReport) -> Vec<String> {
    let calibration = test.calibration.as_ref().map(|calibration| &calibration.found);
    let Some(found) = test.search.as_ref().or(calibration) else { return Vec::new() };
    if found.capacity_per_s.is_none() {
        return not_converged(found);
    }
    if test.outcome != Outcome::Invalid || test.search.is_none() {
        return Vec::new();
    }
    vec![if found.limited_by_generator { GENERATOR_LIMIT } else { QUIET_MACHINE }.to_owned()]
}

fn not_converged(found: &Found) -> Vec<String> {
    let quiet_machine = (found.disturbed > 0 || found.limited_by_generator).then(|| QUIET_MACHINE.to_owned());
    let rate = |rate_per_s: f64| figure::round_to(rate_per_s, 2).to_string();
    let search = match (found.holds_at_per_s, found.breaks_at_per_s) {
        (Some(holds), None) => {
            format!("begin where it held, with `capacity(start = {}/s)`, or allow a longer `budget`", rate(holds))
        }
        (Some(holds), Some(_)) => format!(
            "begin where it held, with `capacity(start = {}/s)`, allow a longer `budget`, or accept a less precise \
             answer (`precision = 10%`)",
            rate(holds)
        ),
        _ if found.lowest_of_all().is_some() => {
            "loosen the limits, or find out why requests fail or take so long one at a time".to_owned()
        }
        (None, Some(breaks)) => format!(
            "start lower, with `capacity(start = {}/s)`; if the limits do not hold for one user either, no rate will meet them",
            rate(breaks / 10.0)
        ),
        (None, None) => "allow a longer `budget` in `capacity(…)`".to_owned(),
    };
    quiet_machine.into_iter().chain([search]).collect()
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
        let text = steps(Outcome::Failed, bracket);
        assert!(
            text.contains("capacity(start = 400/s)") && text.contains("precision") && !text.contains("stop"),
            "{text}"
        );
        let rising = Found { breaks_at_per_s: None, ..bracket };
        assert!(steps(Outcome::Failed, rising).contains("longer `budget`"));
        let nothing = Found { holds_at_per_s: None, breaks_at_per_s: Some(12.0), ..Found::default() };
        assert!(steps(Outcome::Failed, nothing).contains("start lower, with `capacity(start = 1.2/s)`"));
        let lowest = Found { breaks_at_per_s: Some(1.56), ..nothing };
        let text = steps(Outcome::Failed, lowest);
        assert!(text.starts_with("loosen the limits") && !text.contains("start"), "{text}");
    }

    #[test]
    fn a_search_that_was_disturbed_asks_for_a_quieter_machine_first() {
        let found = Found { disturbed: 2, holds_at_per_s: Some(400.0), ..Found::default() };
        assert!(steps(Outcome::Invalid, found).starts_with("stop other programs"));
    }

    #[test]
    fn a_limit_of_the_generator_leads_to_a_step_only_if_the_test_is_invalid() {
        let found = Found { capacity_per_s: Some(400.0), limited_by_generator: true, ..Found::default() };
        assert_eq!(steps(Outcome::Passed, found), "");
        assert!(steps(Outcome::Invalid, found).contains("`capacity >= …/s`"));
        let late = Found { limited_by_generator: false, ..found };
        assert!(steps(Outcome::Invalid, late).starts_with("stop other programs"));
        assert_eq!(
            steps(Outcome::Failed, late),
            "",
            "the server handles less than was required: nothing is wrong with the measurement"
        );
    }
}
