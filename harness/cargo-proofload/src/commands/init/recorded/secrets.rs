//! The secrets of a session, and text in which variables stand in their places.

use url::form_urlencoded;

/// Text that may be written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CleanText(pub(super) Vec<TextPiece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TextPiece {
    Text(String),
    /// The field of the secret.
    Secret(String),
}

impl CleanText {
    pub(super) fn secret(field: String) -> CleanText {
        CleanText(vec![TextPiece::Secret(field)])
    }

    pub(super) fn has_secrets(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, TextPiece::Secret(_)))
    }

    /// The text, if it has no secret.
    pub(super) fn as_text(&self) -> Option<String> {
        let texts = self.0.iter().map(|piece| match piece {
            TextPiece::Text(text) => Some(text.as_str()),
            TextPiece::Secret(_) => None,
        });
        texts.collect::<Option<String>>()
    }

    pub(super) fn push(&mut self, piece: TextPiece) {
        match (self.0.last_mut(), piece) {
            (_, TextPiece::Text(text)) if text.is_empty() => {}
            (Some(TextPiece::Text(last)), TextPiece::Text(text)) => last.push_str(&text),
            (_, piece) => self.0.push(piece),
        }
    }

    pub(super) fn append(&mut self, other: CleanText) {
        other.0.into_iter().for_each(|piece| self.push(piece));
    }
}

/// All secrets that were found so far.
#[derive(Debug, Default)]
pub(super) struct Secrets(Vec<KnownSecret>);

#[derive(Debug)]
struct KnownSecret {
    value: String,
    name: String,
    /// Given when the value is first needed.
    field: Option<String>,
}

impl Secrets {
    /// The field of this value; the same value has one field, whatever it is called elsewhere.
    pub(super) fn field(&mut self, name: &str, value: &str) -> String {
        self.learn(name, value);
        let at = self.0.iter().position(|known| known.value == value).unwrap_or_default();
        self.field_at(at)
    }

    /// The field of this name, whatever its value is this time: cookies change from request to request.
    pub(super) fn field_of_name(&mut self, name: &str, value: &str) -> String {
        match self.0.iter().find(|known| known.name == name).and_then(|known| known.field.clone()) {
            Some(field) => {
                self.learn(name, value);
                field
            }
            None => self.field(name, value),
        }
    }

    /// Remembers a value that must not be written down, wherever it comes up.
    pub(super) fn learn(&mut self, name: &str, value: &str) {
        let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let json = serde_json::Value::from(value).to_string();
        for form in [value, &encoded, json.trim_matches('"')] {
            if !self.0.iter().any(|known| known.value == form) {
                self.0.push(KnownSecret { value: form.to_owned(), name: name.to_owned(), field: None });
            }
        }
    }

    /// The text with variables in place of all values that are known.
    pub(super) fn clean(&mut self, text: &str) -> CleanText {
        let mut clean = CleanText::default();
        let mut rest = text;
        while let Some((at, index)) = self.first_in(rest) {
            let length = self.0[index].value.len();
            clean.push(TextPiece::Text(rest[..at].to_owned()));
            clean.push(TextPiece::Secret(self.field_at(index)));
            rest = &rest[at + length..];
        }
        clean.push(TextPiece::Text(rest.to_owned()));
        clean
    }

    /// True if a value that is known stands in the text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.first_in(text).is_some()
    }

    /// Where the first value begins; the longest one, if several do there.
    fn first_in(&self, text: &str) -> Option<(usize, usize)> {
        let known = self.0.iter().enumerate().filter(|(_, known)| is_distinct(&known.value));
        let found = known.filter_map(|(index, known)| Some((text.find(&known.value)?, index)));
        found.min_by_key(|&(at, index)| (at, usize::MAX - self.0[index].value.len()))
    }

    fn field_at(&mut self, at: usize) -> String {
        if let Some(field) = &self.0[at].field {
            return field.clone();
        }
        let is_taken = |field: &str| self.0.iter().any(|known| known.field.as_deref() == Some(field));
        let field = numbered(identifier(&self.0[at].name), is_taken);
        self.0[at].field = Some(field.clone());
        field
    }
}

/// A word such as `password` stands in many places where it is no secret; what a machine made stands there for a reason.
fn is_distinct(value: &str) -> bool {
    value.len() >= 6
        && !value.bytes().all(|byte| byte.is_ascii_lowercase())
        && !value.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name, or `name_2` and so on if it is taken.
pub(super) fn numbered(wanted: String, is_taken: impl Fn(&str) -> bool) -> String {
    let others = (2..).map(|number| format!("{wanted}_{number}"));
    std::iter::once(wanted.clone()).chain(others).find(|name| !is_taken(name)).unwrap_or(wanted)
}

/// Words of Rust that cannot be the name of a field.
const KEYWORDS: &str = "as async await box break const continue crate do dyn else enum extern false fn for gen if impl in let loop \
    match mod move mut override priv pub ref return self static struct super trait true try type unsafe use where while yield \
    abstract become final macro typeof unsized virtual";

/// `X-Csrf-Token` → `x_csrf_token`
pub(crate) fn identifier(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars() {
        match letter.is_ascii_alphanumeric() {
            true => word.push(letter.to_ascii_lowercase()),
            false if word.ends_with('_') || word.is_empty() => {}
            false => word.push('_'),
        }
    }
    let word = word.trim_end_matches('_');
    let is_keyword = KEYWORDS.split_whitespace().any(|keyword| keyword == word);
    match word.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() || is_keyword => format!("the_{word}"),
        Some(_) if word.len() > 40 => "value".to_owned(),
        Some(_) => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_one_variable_wherever_it_stands() {
        let mut secrets = Secrets::default();
        assert_eq!(secrets.field("csrf", "Ab1234567"), "csrf");
        assert_eq!(secrets.field("X-CSRF-Token", "Ab1234567"), "csrf");
        assert_eq!(secrets.field("csrf", "Cd1234567"), "csrf_2");
        let clean = secrets.clean("/a?t=Ab1234567&u=1");
        assert_eq!(
            clean.0,
            [
                TextPiece::Text("/a?t=".to_owned()),
                TextPiece::Secret("csrf".to_owned()),
                TextPiece::Text("&u=1".to_owned())
            ]
        );
    }

    #[test]
    fn a_value_is_found_in_its_encoded_forms() {
        let mut secrets = Secrets::default();
        secrets.learn("password", "p@ss \"w0rd");
        assert!(secrets.is_in("a=p%40ss+%22w0rd") && secrets.is_in(r#"{"a":"p@ss \"w0rd"}"#));
        assert!(!secrets.is_in("nothing"));
    }

    #[test]
    fn a_password_that_is_a_word_is_replaced_only_where_it_was_given() {
        let mut secrets = Secrets::default();
        secrets.field("password", "password");
        assert_eq!(secrets.clean("/password/new").as_text().as_deref(), Some("/password/new"));
    }

    #[test]
    fn names_become_fields() {
        assert_eq!(identifier("X-Csrf-Token"), "x_csrf_token");
        assert_eq!(identifier("user[password]"), "user_password");
        assert_eq!(
            (identifier("2fa"), identifier("type"), identifier("--")),
            ("the_2fa".into(), "the_type".into(), "value".into())
        );
    }
}
