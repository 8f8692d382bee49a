//! The boolean expressions of `-m` and `-k`, as pytest has them.

/// `load and not (slow or flaky)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A marker, or a part of a name.
    Word(String),
    /// `not …`
    Not(Box<Expression>),
    /// `… and …`
    And(Box<Expression>, Box<Expression>),
    /// `… or …`
    Or(Box<Expression>, Box<Expression>),
}

impl Expression {
    /// True if it holds for a test with exactly these `markers`.
    pub fn matches_markers(&self, markers: &[&str]) -> bool {
        self.holds(&|word| markers.contains(&word))
    }

    /// True if it holds for a test of this `name`: a word is true if the name contains it, in upper or lower case.
    pub fn matches_name(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.holds(&|word| name.contains(&word.to_lowercase()))
    }

    /// Its words from left to right.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Expression::Word(word) => vec![word],
            Expression::Not(inner) => inner.words(),
            Expression::And(left, right) | Expression::Or(left, right) => [left.words(), right.words()].concat(),
        }
    }

    fn holds(&self, is_true: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Expression::Word(word) => is_true(word),
            Expression::Not(inner) => !inner.holds(is_true),
            Expression::And(left, right) => left.holds(is_true) && right.holds(is_true),
            Expression::Or(left, right) => left.holds(is_true) || right.holds(is_true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(expression: &str, markers: &[&str]) -> bool {
        Expression::parse(expression).unwrap().matches_markers(markers)
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        assert!(chosen("load or stress and slow", &["load"]));
        assert!(!chosen("(load or stress) and slow", &["load"]));
        assert!(chosen("not slow and load", &["load"]));
        assert!(!chosen("not (slow or load)", &["load"]));
        assert!(chosen("not not load", &["load"]));
    }

    #[test]
    fn a_marker_matches_as_a_whole_word() {
        assert!(!chosen("loa", &["load"]));
        assert!(!chosen("Load", &["load"]));
    }

    #[test]
    fn a_name_matches_by_any_part_in_either_case() {
        let by_name = |expression: &str| Expression::parse(expression).unwrap().matches_name("agent::mixed::users_500");
        assert!(by_name("MIXED and users_5"));
        assert!(by_name("agent::mixed"));
        assert!(!by_name("health or not agent"));
    }
}
