//! Outcomes: a word, a shape and a colour, so that none of them is the only sign.

use crate::outcome::Outcome;
use crate::report::words::word;

/// The shape beside the word.
fn shape(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "✓",
        Outcome::Failed => "✗",
        Outcome::Invalid => "?",
        Outcome::Errored => "!",
        Outcome::Ignored => "–",
        Outcome::Interrupted => "■",
        Outcome::Explored => "◇",
    }
}

/// `✗ failed`
pub(super) fn badge(outcome: Outcome) -> String {
    let word = word(outcome);
    format!("<span class=\"badge {word}\"><span aria-hidden=true>{}</span> {word}</span>", shape(outcome))
}
