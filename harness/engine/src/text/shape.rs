//! What texts that differ each time have in common.

/// `text` with its numbers, identifiers and quoted parts replaced by `…`: `order 17 not found` becomes `order … not found`.
pub fn shape(text: &str) -> String {
    // Each status is a cause of its own.
    let is_status = text.strip_prefix("status ").is_some_and(|code| code.len() == 3);
    if is_status { text.to_owned() } else { folded(text, "…", true) }
}

/// The name to give to requests like `GET /items/17`: `GET /items/{id}`.
pub fn shape_of_name(name: &str) -> String {
    folded(name, "{id}", false)
}

fn folded(text: &str, placeholder: &str, quotes: bool) -> String {
    let mut shape = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let follows_word = shape.chars().next_back().is_some_and(char::is_alphanumeric);
        let end = match first {
            '"' | '\'' | '`' if quotes && !follows_word => {
                // `first` and the closing quote have one byte each.
                rest[1..].find(first).map(|inner| (1 + inner + 1, format!("{first}{placeholder}{first}")))
            }
            _ => None,
        };
        let (taken, part) = end.unwrap_or_else(|| match rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()) {
            0 => (first.len_utf8(), first.to_string()),
            word => (word, folded_word(&rest[..word], placeholder)),
        });
        shape.push_str(&part);
        rest = &rest[taken..];
    }
    shape
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '-' || character == '_'
}

fn folded_word(word: &str, placeholder: &str) -> String {
    if is_version(word) {
        return word.to_owned();
    }
    if is_identifier(word) {
        return placeholder.to_owned();
    }
    let mut shape = String::with_capacity(word.len());
    let mut in_number = false;
    for character in word.chars() {
        let is_digit = character.is_ascii_digit();
        match is_digit {
            true if !in_number => shape.push_str(placeholder),
            true => {}
            false => shape.push(character),
        }
        in_number = is_digit;
    }
    shape
}

/// `v1`: the same in every request.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|number| number.len() < 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A hexadecimal number, a UUID, or letters and digits that are too long for a word.
fn is_identifier(word: &str) -> bool {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let is_hex = digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    has_digit && (is_hex || word.len() > digits.len() || word.len() >= 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_numbers_identifiers_and_quotes_have_one_shape() {
        for (text, expected) in [
            ("order 17 not found", "order … not found"),
            ("user-17: took 3.5 ms", "user-…: took ….… ms"),
            ("no page 'a b' of \"c\"", "no page '…' of \"…\""),
            ("it isn't there, isn't it", "it isn't there, isn't it"),
            ("id 1b4e28ba-2fa1-11d2-883f-0016d3cca427 at 0x7f", "id … at …"),
            ("key aZ3kd9Lm2qW8xY7z", "key …"),
            ("status 503", "status 503"),
        ] {
            assert_eq!(shape(text), expected);
        }
    }

    #[test]
    fn a_name_with_an_identifier_gets_a_name_for_all_of_them() {
        assert_eq!(shape_of_name("GET /v1/items/17/reviews"), "GET /v1/items/{id}/reviews");
        assert_eq!(shape_of_name("GET /health"), "GET /health");
    }
}
