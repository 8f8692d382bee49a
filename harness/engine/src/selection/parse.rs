//! The parser of boolean expressions.

use std::iter::Peekable;
use std::vec::IntoIter;

use thiserror::Error;

use super::expression::Expression;

/// Why a text is not a boolean expression. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionError {
    /// Something else was expected at this place.
    #[error("in `{text}` at character {position}: expected {expected}, found `{found}`")]
    Unexpected {
        /// The whole expression.
        text: String,
        /// The position of what was found.
        position: usize,
        /// What is allowed there.
        expected: &'static str,
        /// As written.
        found: String,
    },
    /// The text ends too early, or is empty.
    #[error("in `{text}` at its end: expected {expected}")]
    Ended {
        /// The whole expression.
        text: String,
        /// What is allowed there.
        expected: &'static str,
    },
    /// A character that is not allowed in expressions.
    #[error(
        "in `{text}` at character {position}: `{found}` is not part of a word, `not`, `and`, `or` or a parenthesis{hint}"
    )]
    Sign {
        /// The whole expression.
        text: String,
        /// The position of the character.
        position: usize,
        /// As written.
        found: char,
        /// What to write instead, or nothing.
        hint: &'static str,
    },
    /// Deeper than anyone writes by hand. Without a limit, the stack would overflow.
    #[error("`not` and parentheses are nested more than {DEEPEST} deep: simplify the expression")]
    TooDeep,
}

const DEEPEST: usize = 200;
const OPERAND: &str = "a word, `not` or `(`";
const OPERATOR: &str = "`and`, `or` or the end";
const CLOSING: &str = "`and`, `or` or `)`";

impl Expression {
    /// Reads an expression of words, `not`, `and`, `or` and parentheses; `not` binds tightest, then `and`.
    ///
    /// # Errors
    /// The text is not an expression; the message gives the place and what was expected there.
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        let mut parser = Parser { text, tokens: tokens(text)?.into_iter().peekable(), depth: 0 };
        let expression = parser.or()?;
        match parser.tokens.next() {
            None => Ok(expression),
            Some(token) => Err(parser.unexpected(Some(token), OPERATOR)),
        }
    }
}

/// A word or a parenthesis, with its place.
#[derive(Debug, Clone)]
struct Token {
    text: String,
    position: usize,
}

fn tokens(text: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut in_word = false;
    for (index, character) in text.chars().enumerate() {
        let position = index + 1;
        let continues_word = in_word && is_word_character(character);
        match tokens.last_mut() {
            Some(word) if continues_word => word.text.push(character),
            _ if is_word_character(character) || matches!(character, '(' | ')') => {
                tokens.push(Token { text: character.to_string(), position });
            }
            _ if character.is_whitespace() => {}
            _ => {
                let hint = hint(character);
                return Err(ExpressionError::Sign { text: text.to_owned(), position, found: character, hint });
            }
        }
        in_word = is_word_character(character);
    }
    Ok(tokens)
}

/// The characters of names and markers, and those that pytest allows in addition.
fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | ':' | '-' | '.' | '+' | '/' | '[' | ']')
}

fn hint(sign: char) -> &'static str {
    match sign {
        '&' => "; write `and`",
        '|' | ',' => "; write `or`",
        '!' => "; write `not`",
        _ => "",
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expression, ExpressionError> {
        let mut left = self.and()?;
        while self.takes("or") {
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, ExpressionError> {
        let mut left = self.not()?;
        while self.takes("and") {
            left = Expression::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expression, ExpressionError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(ExpressionError::TooDeep);
        }
        let operand =
            if self.takes("not") { self.not().map(|inner| Expression::Not(Box::new(inner))) } else { self.operand() };
        self.depth -= 1;
        operand
    }

    fn operand(&mut self) -> Result<Expression, ExpressionError> {
        if self.takes("(") {
            let inner = self.or()?;
            let closing = self.tokens.next();
            let is_closed = closing.as_ref().is_some_and(|token| token.text == ")");
            return if is_closed { Ok(inner) } else { Err(self.unexpected(closing, CLOSING)) };
        }
        match self.tokens.next() {
            Some(token) if !["and", "or", ")"].contains(&token.text.as_str()) => Ok(Expression::Word(token.text)),
            other => Err(self.unexpected(other, OPERAND)),
        }
    }

    fn takes(&mut self, text: &str) -> bool {
        self.tokens.next_if(|token| token.text == text).is_some()
    }

    fn unexpected(&self, token: Option<Token>, expected: &'static str) -> ExpressionError {
        let text = self.text.to_owned();
        match token {
            Some(Token { text: found, position }) => ExpressionError::Unexpected { text, position, expected, found },
            None => ExpressionError::Ended { text, expected },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Expression::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_refusal_names_the_place_and_what_was_expected_there() {
        assert_eq!(
            refusal("load and or slow"),
            "in `load and or slow` at character 10: expected a word, `not` or `(`, found `or`"
        );
        assert_eq!(
            refusal("load slow"),
            "in `load slow` at character 6: expected `and`, `or` or the end, found `slow`"
        );
        assert_eq!(refusal("(load"), "in `(load` at its end: expected `and`, `or` or `)`");
        assert_eq!(refusal("load)"), "in `load)` at character 5: expected `and`, `or` or the end, found `)`");
        assert_eq!(refusal("not"), "in `not` at its end: expected a word, `not` or `(`");
        assert_eq!(refusal(" "), "in ` ` at its end: expected a word, `not` or `(`");
    }

    #[test]
    fn operators_of_other_languages_are_reported_with_the_word_to_write() {
        assert_eq!(
            refusal("load && slow"),
            "in `load && slow` at character 6: `&` is not part of a word, `not`, `and`, `or` or a parenthesis; write `and`"
        );
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
        assert_eq!(Expression::parse(&"(".repeat(100_000)), Err(ExpressionError::TooDeep));
        assert_eq!(Expression::parse(&"not ".repeat(100_000)), Err(ExpressionError::TooDeep));
    }
}
