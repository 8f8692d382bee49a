//! Which of the declared tests run: `-m`, `-k`, `--kind`.
//!
//! ```
//! use proofload::__internals::selection::Expression;
//! let expression = Expression::parse("load and not slow").unwrap();
//! assert!(expression.matches_markers(&["load", "smoke"]));
//! assert!(!expression.matches_markers(&["load", "slow"]));
//! ```

mod expression;
mod parse;

pub use expression::Expression;
pub use parse::ExpressionError;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::kind::Kind;
use crate::registry::TestCase;
use crate::suggest::did_you_mean;

/// The tests chosen on the command line. A test must match each part that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// `-m "load and not slow"`
    pub markers: Option<Expression>,
    /// `-k "health or mixed"`
    pub names: Option<Expression>,
    /// `--kind load`; empty chooses all kinds.
    pub kinds: Vec<Kind>,
}

/// A word in `-m` that marks no test.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no test has the marker `{word}`{suggestion} (markers: {known})")]
pub struct UnknownMarker {
    /// The word as written.
    pub word: String,
    /// `, did you mean …?` or nothing.
    pub suggestion: String,
    /// All markers, joined by commas.
    pub known: String,
}

impl UnknownMarker {
    /// True if a known marker is so near that the word is a typing error. Any other word may well be a marker of other tests:
    /// `-m "load and not slow"` means the same for every binary of a workspace.
    pub fn is_misspelt(&self) -> bool {
        !self.suggestion.is_empty()
    }
}

impl Selection {
    /// True if `test` is chosen.
    pub fn chooses(&self, test: &TestCase) -> bool {
        let by_marker = self.markers.as_ref().is_none_or(|expression| expression.matches_markers(&markers_of(test)));
        let by_name = self.names.as_ref().is_none_or(|expression| expression.matches_name(&test.name));
        let by_kind = self.kinds.is_empty() || self.kinds.contains(&test.decl.kind);
        by_marker && by_name && by_kind
    }

    /// True if none of these options was given. Then a run without tests is not their mistake.
    pub fn is_empty(&self) -> bool {
        *self == Selection::default()
    }
}

/// The markers of a test, its kind among them.
pub fn markers_of(test: &TestCase) -> Vec<&'static str> {
    let mut markers = vec![test.decl.kind.name()];
    markers.extend(&test.markers);
    markers
}

/// Every marker that an expression may contain: the kinds, and those that tests declare.
pub fn known_markers(tests: &[TestCase]) -> BTreeSet<&'static str> {
    Kind::ALL.into_iter().map(Kind::name).chain(tests.iter().flat_map(markers_of)).collect()
}

/// The words of `expression` that are not markers, each once: a misspelt marker would silently choose nothing, or
/// everything behind a `not`.
pub fn unknown_markers(expression: &Expression, known: &BTreeSet<&str>) -> Vec<UnknownMarker> {
    let all_known = known.iter().copied().collect::<Vec<_>>().join(", ");
    let words: BTreeSet<&str> = expression.words().into_iter().collect();
    let unknown = words.into_iter().filter(|word| !known.contains(word));
    unknown
        .map(|word| UnknownMarker {
            word: word.to_owned(),
            suggestion: did_you_mean(word, known.iter().copied()),
            known: all_known.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_marker_is_answered_with_the_nearest_and_all_known() {
        let expression = Expression::parse("lode or not (slwo and lode)").unwrap();
        let unknown = unknown_markers(&expression, &BTreeSet::from(["load", "slow", "stress"]));
        assert_eq!(
            unknown.iter().map(UnknownMarker::to_string).collect::<Vec<_>>(),
            [
                "no test has the marker `lode`, did you mean `load`? (markers: load, slow, stress)",
                "no test has the marker `slwo`, did you mean `slow`? (markers: load, slow, stress)",
            ]
        );
    }

    #[test]
    fn a_word_that_is_like_no_marker_is_not_misspelt() {
        let known = BTreeSet::from(["load", "stress"]);
        let misspelt = |text: &str| unknown_markers(&Expression::parse(text).unwrap(), &known)[0].is_misspelt();
        assert!(misspelt("lode") && misspelt("not stres"));
        assert!(!misspelt("slow") && !misspelt("load and not slow"));
    }

    #[test]
    fn every_kind_is_a_known_marker_even_if_no_test_is_of_it() {
        assert!(known_markers(&[]).contains("soak"));
    }
}
