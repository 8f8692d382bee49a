//! Text in HTML: shown as it is, and never markup.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::text;

/// A text from outside, as the content of an element or the value of an attribute in quotes.
///
/// It is short, and without passwords and characters that are obeyed and not shown, whichever version wrote the record.
pub(super) struct Escaped<'t>(Cow<'t, str>);

impl<'t> Escaped<'t> {
    /// On one line.
    pub(super) fn line(text: &'t str) -> Escaped<'t> {
        Escaped(text::one_line(text))
    }

    /// With its lines.
    pub(super) fn block(text: &str) -> Escaped<'static> {
        Escaped(Cow::Owned(text::block(text)))
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' => f.write_char('\n')?,
                control if control.is_control() => f.write_char('\u{fffd}')?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A name from outside: its direction of writing does not change that of what follows.
pub(super) fn name(text: &str) -> String {
    format!("<bdi>{}</bdi>", Escaped::line(text))
}

/// A sentence of ours about something from outside, with what it has between backticks as code.
pub(super) fn prose(text: &str) -> String {
    let escaped = Escaped::block(text).to_string();
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return format!("<bdi>{escaped}</bdi>");
    }
    let shown = parts.iter().enumerate().map(|(index, part)| match index % 2 {
        1 => format!("<code>{part}</code>"),
        _ => (*part).to_owned(),
    });
    format!("<bdi>{}</bdi>", shown.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let text = Escaped::line("</script><img src=x onerror='alert(1)'>\"&\0\u{202e}").to_string();
        assert_eq!(text, "&lt;/script&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&quot;&amp;\\u{0}\\u{202e}");
        assert_eq!(Escaped::block("a\nb<!--").to_string(), "a\nb&lt;!--");
        assert!(Escaped::line(&"x".repeat(1 << 16)).to_string().len() < 1_000);
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_an_odd_one_is_shown() {
        assert_eq!(prose("`p95 < 1s` was breached"), "<bdi><code>p95 &lt; 1s</code> was breached</bdi>");
        assert_eq!(prose("a ` b"), "<bdi>a ` b</bdi>");
    }
}
