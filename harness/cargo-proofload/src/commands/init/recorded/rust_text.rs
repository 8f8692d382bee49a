//! Pieces of Rust code: literals, and expressions with variables in them.

use super::secrets::{CleanText, TextPiece};
use super::session::CleanJson;

/// A literal: raw if that is easier to read.
pub(super) fn literal(text: &str) -> String {
    let is_plain = text.chars().all(|letter| (!letter.is_control() || letter == '\n') && !changes_direction(letter));
    if !text.contains(['"', '\\', '\n']) || !is_plain || text.contains('\r') {
        return format!("{text:?}");
    }
    let hashes = (0..).map(|count| "#".repeat(count)).find(|hashes| !text.contains(&format!("\"{hashes}")));
    let hashes = hashes.unwrap_or_default();
    format!("r{hashes}\"{text}\"{hashes}")
}

/// rustc refuses these in a literal unless they are escaped, because people would read it in another order.
fn changes_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An expression for a `&str`.
pub(super) fn borrowed(text: &CleanText) -> String {
    match (text.as_text(), text.0.as_slice()) {
        (Some(text), _) => literal(&text),
        (None, [TextPiece::Secret(field)]) => format!("&secrets.{field}"),
        (None, _) => format!("&{}", formatted("format", text)),
    }
}

/// An expression for a `&str` in a list, where all have to be of one type.
pub(super) fn in_list(text: &CleanText) -> String {
    match (text.as_text(), text.0.as_slice()) {
        (Some(text), _) => literal(&text),
        (None, [TextPiece::Secret(field)]) => format!("secrets.{field}.as_str()"),
        (None, _) => format!("{}.as_str()", formatted("format", text)),
    }
}

/// An expression for something that can be displayed.
pub(super) fn displayed(text: &CleanText) -> String {
    match (text.as_text(), text.0.as_slice()) {
        (Some(text), _) => literal(&text),
        (None, [TextPiece::Secret(field)]) => format!("&secrets.{field}"),
        (None, _) => formatted("format_args", text),
    }
}

/// `format!("Bearer {}", secrets.token)`
fn formatted(name: &str, text: &CleanText) -> String {
    let mut pattern = String::new();
    let mut arguments = String::new();
    for piece in &text.0 {
        match piece {
            TextPiece::Text(text) => pattern.push_str(&text.replace('{', "{{").replace('}', "}}")),
            TextPiece::Secret(field) => {
                pattern.push_str("{}");
                arguments.push_str(&format!(", secrets.{field}"));
            }
        }
    }
    format!("{name}!({}{arguments})", literal(&pattern))
}

/// What stands in `json!(…)`; `indent` is that of the line it begins on.
pub(super) fn json(value: &CleanJson, indent: usize) -> String {
    let (inner, outer) = (" ".repeat(indent + 4), " ".repeat(indent));
    let lines = |open: &str, lines: Vec<String>, close: &str| match lines.is_empty() {
        true => format!("{open}{close}"),
        false => format!("{open}\n{inner}{}\n{outer}{close}", lines.join(&format!(",\n{inner}"))),
    };
    match value {
        CleanJson::Plain(text) => plain(text),
        CleanJson::Text(text) => match text.0.as_slice() {
            [TextPiece::Secret(field)] => format!("secrets.{field}"),
            _ if text.has_secrets() => formatted("format", text),
            _ => format!("{:?}", text.as_text().unwrap_or_default()),
        },
        CleanJson::List(items) => lines("[", items.iter().map(|item| json(item, indent + 4)).collect(), "]"),
        CleanJson::Object(fields) => {
            let field = |(name, value): &(String, CleanJson)| format!("{name:?}: {}", json(value, indent + 4));
            lines("{", fields.iter().map(field).collect(), "}")
        }
    }
}

/// A number has a type where rustc would take it for an `i32`, which is too small for it.
fn plain(text: &str) -> String {
    match (text.parse::<i64>(), text.parse::<u64>()) {
        (Ok(number), _) if i32::try_from(number).is_err() => format!("{text}_i64"),
        (Err(_), Ok(_)) => format!("{text}_u64"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[(&str, bool)]) -> CleanText {
        let piece = |&(text, is_secret): &(&str, bool)| match is_secret {
            true => TextPiece::Secret(text.to_owned()),
            false => TextPiece::Text(text.to_owned()),
        };
        CleanText(pieces.iter().map(piece).collect())
    }

    #[test]
    fn a_literal_is_raw_where_that_is_easier_to_read() {
        assert_eq!(literal("a"), r#""a""#);
        assert_eq!(literal(r#"{"a":1}"#), r##"r#"{"a":1}"#"##);
        assert_eq!(literal(r##"a"#b"##), r###"r##"a"#b"##"###);
        assert_eq!(literal("a\\b"), "r\"a\\b\"");
        assert_eq!(literal("a\r\n\"\u{1}"), r#""a\r\n\"\u{1}""#);
    }

    #[test]
    fn what_changes_the_direction_of_text_is_escaped() {
        assert_eq!(literal("\u{202a}"), "\"\\u{202a}\"");
        assert_eq!(literal("a \"\u{202e}b\u{2066}"), "\"a \\\"\\u{202e}b\\u{2066}\"");
        let value = text(&[("\"\u{2069}", false), ("pin", true)]);
        assert_eq!(borrowed(&value), "&format!(\"\\\"\\u{2069}{}\", secrets.pin)");
    }

    #[test]
    fn a_number_that_is_no_i32_has_a_type() {
        let written = |number: &str| json(&CleanJson::Plain(number.to_owned()), 0);
        for number in ["0", "-2147483648", "2147483647", "1.5", "1e30", "true", "null"] {
            assert_eq!(written(number), number);
        }
        assert_eq!(written("2147483648"), "2147483648_i64");
        assert_eq!(written("-1732612345678"), "-1732612345678_i64");
        assert_eq!(written("18446744073709551615"), "18446744073709551615_u64");
    }

    #[test]
    fn variables_stand_in_expressions() {
        let token = text(&[("token", true)]);
        let bearer = text(&[("Bearer {", false), ("token", true)]);
        assert_eq!((borrowed(&token), in_list(&token)), ("&secrets.token".into(), "secrets.token.as_str()".into()));
        assert_eq!(displayed(&bearer), "format_args!(\"Bearer {{{}\", secrets.token)");
        assert_eq!(borrowed(&bearer), "&format!(\"Bearer {{{}\", secrets.token)");
    }

    #[test]
    fn json_is_indented() {
        let object = CleanJson::Object(vec![
            ("a".into(), CleanJson::List(vec![CleanJson::Plain("1".into())])),
            ("b".into(), CleanJson::Text(text(&[("pin", true)]))),
            ("c".into(), CleanJson::Object(Vec::new())),
        ]);
        assert_eq!(json(&object, 0), "{\n    \"a\": [\n        1\n    ],\n    \"b\": secrets.pin,\n    \"c\": {}\n}");
    }
}
