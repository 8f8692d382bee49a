//! The words for outcomes, the same in every report.

use crate::outcome::{Outcome, RunReport};

/// Outcomes that need attention come first.
const ORDER: [Outcome; 7] = [
    Outcome::Failed,
    Outcome::Errored,
    Outcome::Invalid,
    Outcome::Interrupted,
    Outcome::Explored,
    Outcome::Passed,
    Outcome::Ignored,
];

/// `passed`, `failed` …
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Invalid => "invalid",
        Outcome::Errored => "errored",
        Outcome::Ignored => "ignored",
        Outcome::Interrupted => "interrupted",
        Outcome::Explored => "explored",
    }
}

/// `1 failed, 4 passed, 3 ignored`, each part coloured by `paint`.
pub fn count_outcomes(run: &RunReport, paint: impl Fn(Outcome, &str) -> String) -> String {
    let counts = ORDER.iter().filter_map(|outcome| {
        let count = run.tests.iter().filter(|test| test.outcome == *outcome).count();
        (count > 0).then(|| paint(*outcome, &format!("{count} {}", word(*outcome))))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "no tests".to_owned() } else { counts.join(", ") }
}
