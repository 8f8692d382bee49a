//! What two runs of the command `proofload` sent. A perf binary's requests are its code, whose change is what is asked for.

use std::collections::BTreeMap;

use crate::outcome::TestReport;
use crate::text::OTHER;

/// Where the tests of the command are declared, as their records say.
const COMMAND: &str = "command line";

/// So many requests that are expected do not fail to be drawn: once in 20,000 runs, which is 1 / e¹⁰.
const SURELY_DRAWN: f64 = 10.0;

/// True if both are tests of the command, and their requests are not the same. Of the lines of `--urls`, each iteration draws one, so a
/// rare one may be missing by chance.
pub(super) fn requests_differ(before: &TestReport, now: &TestReport) -> bool {
    let is_of_command = |test: &TestReport| test.source.as_deref() == Some(COMMAND);
    if !is_of_command(before) || !is_of_command(now) {
        return false;
    }
    let (before, now) = (requests_by_name(before), requests_by_name(now));
    // Of more names than a record has room for, the first to come are there.
    let is_unknown = |requests: &BTreeMap<&str, u64>| requests.is_empty() || requests.contains_key(OTHER);
    if is_unknown(&before) || is_unknown(&now) {
        return false;
    }
    let have_none_in_common = before.keys().all(|name| !now.contains_key(name));
    have_none_in_common || is_any_lacking(&before, &now) || is_any_lacking(&now, &before)
}

/// True if `others` lacks a name that it would have, had it drawn its requests from the same.
fn is_any_lacking(requests: &BTreeMap<&str, u64>, others: &BTreeMap<&str, u64>) -> bool {
    let [all, all_others] = [requests, others].map(|requests| requests.values().sum::<u64>().max(1) as f64);
    let is_lacking =
        |(name, count): (&&str, &u64)| !others.contains_key(name) && *count as f64 / all * all_others >= SURELY_DRAWN;
    requests.iter().any(is_lacking)
}

/// How many requests were intended under each name, at all servers together.
fn requests_by_name(test: &TestReport) -> BTreeMap<&str, u64> {
    let mut requests = BTreeMap::new();
    for summary in test.figures().flat_map(|(_, measured)| &measured.endpoints) {
        *requests.entry(summary.name.as_str()).or_default() += summary.requests.intended;
    }
    requests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Summary;
    use crate::outcome::samples;

    /// A test of the command with so many requests under each name.
    fn sent(requests: &[(&str, u64)]) -> TestReport {
        let mut test = TestReport { source: Some(COMMAND.to_owned()), ..samples::passed() };
        let measured = test.measured.as_mut().unwrap();
        let pattern = measured.endpoints[0].clone();
        let endpoint = |(name, count): &(&str, u64)| {
            let mut summary = Summary { name: (*name).to_owned(), ..pattern.clone() };
            summary.requests.intended = *count;
            summary
        };
        measured.endpoints = requests.iter().map(endpoint).collect();
        test
    }

    #[test]
    fn another_request_of_the_command_is_not_the_same_and_one_that_is_seldom_drawn_may_be_missing() {
        let differ = |before: &[(&str, u64)], now: &[(&str, u64)]| {
            let (before, now) = (sent(before), sent(now));
            assert_eq!(requests_differ(&before, &now), requests_differ(&now, &before));
            requests_differ(&before, &now)
        };
        assert!(differ(&[("GET /cheap", 5)], &[("POST /dear", 5)]));
        assert!(!differ(&[("GET /cheap", 5)], &[("GET /cheap", 900)]));
        assert!(differ(&[("GET /a", 100)], &[("GET /a", 50), ("GET /b", 50)]));
        assert!(!differ(&[("GET /a", 100)], &[("GET /a", 98), ("GET /b", 2)]), "two of a hundred are missing at times");
        assert!(!differ(&[("GET /a", 900), ("(other)", 5)], &[("GET /b", 900)]));
    }

    #[test]
    fn the_requests_of_a_perf_binary_are_its_code() {
        let mut other = samples::passed();
        other.measured.as_mut().unwrap().endpoints[0].name = "POST /dear".to_owned();
        assert!(!requests_differ(&samples::passed(), &other));
        assert!(!requests_differ(&sent(&[("GET /cheap", 5)]), &other));
    }
}
