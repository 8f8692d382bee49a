//! Text inside Markdown: shown as it is, and never obeyed.

use super::safe::one_line;

/// `text` on one line of Markdown. Parts between backticks stay code; nothing in it is an image, a link, a mention or HTML.
pub fn markdown(text: &str) -> String {
    let text = one_line(text);
    let mut parts = text.split('`').peekable();
    let mut shown = parts.next().map(escaped).unwrap_or_default();
    while let Some(code) = parts.next() {
        match parts.next() {
            Some(after) if !code.trim().is_empty() => {
                shown.push_str(&format!("`{code}`"));
                shown.push_str(&escaped(after));
            }
            Some(after) => shown.push_str(&format!("\\`{code}\\`{}", escaped(after))),
            None => shown.push_str(&format!("\\`{}", escaped(code))),
        }
    }
    shown
}

/// All of `text` as code.
pub fn markdown_code(text: &str) -> String {
    let text = one_line(text);
    match text.contains('`') {
        false if !text.trim().is_empty() => format!("`{text}`"),
        _ => format!("`` {text} ``", text = text.replace("``", "` `")),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        match character {
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '!' | '#' | '&' | '~' | '$' => safe.extend(['\\', character]),
            // GitHub makes links of `http://` and `www.` on its own.
            ':' if text[at..].starts_with("://") => safe.push_str("\\:"),
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => safe.push_str("\\."),
            // An address or a mention needs what follows the sign.
            '@' => safe.push_str("@<!-- -->"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_live() {
        assert_eq!(markdown("![x](http://a) <b> **c**"), "\\!\\[x\\](http\\://a) \\<b\\> \\*\\*c\\*\\*");
        assert_eq!(markdown("www.a.b me@c"), "www\\.a.b me@<!-- -->c");
        assert_eq!(markdown("a\n# b\u{202e}\u{1b}[1m\0"), "a \\# b\\\\u{202e}\\\\u{1b}\\[1m\\\\u{0}");
    }

    #[test]
    fn code_stays_code_and_an_odd_backtick_is_shown() {
        assert_eq!(markdown("`p95 < 1s` was *breached*"), "`p95 < 1s` was \\*breached\\*");
        assert_eq!(markdown("`a` ![b `c"), "`a` \\!\\[b \\`c");
        assert_eq!(markdown("``<b>"), "\\`\\`\\<b\\>");
        assert_eq!(markdown_code("a`b"), "`` a`b ``");
        assert_eq!(markdown_code("a|b"), "`a|b`");
    }
}
