//! How wide text is on a terminal. Only this file uses the `unicode-width` crate.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns of a terminal the text takes.
pub fn columns_of(text: &str) -> usize {
    text.width()
}

/// As much of the beginning of the text as fits into `columns`.
pub fn cut_to_columns(text: &str, columns: usize) -> &str {
    let mut left = columns;
    let end = text.char_indices().find(|(_, c)| match left.checked_sub(c.width().unwrap_or(0)) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    end.map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_the_next_character_does_not_fit() {
        assert_eq!(cut_to_columns("12 s · 5", 6), "12 s ·");
        assert_eq!(cut_to_columns("日本語", 5), "日本");
        assert_eq!(cut_to_columns("short", 80), "short");
        assert_eq!(cut_to_columns("none", 0), "");
        assert_eq!(columns_of("日本語 é"), 8);
    }
}
