//! One line or a few: without what a terminal, a log or a table would obey, and not too long.

use std::borrow::Cow;

use super::ci::without_commands;
use super::passwords::without_passwords;

/// The longest line that is kept, in characters.
const LONGEST_LINE: usize = 400;

/// The most lines of one text that are kept.
const MOST_LINES: usize = 60;

/// `text` on one line of a bounded length: line breaks become spaces, other invisible characters are written out, and
/// passwords in URLs are replaced. Borrowed if there is nothing to change.
pub fn one_line(text: &str) -> Cow<'_, str> {
    // A character has one byte at least, so a text of so many bytes is short enough.
    if text.len() <= LONGEST_LINE && !text.contains(must_change) && !text.contains("://") {
        return Cow::Borrowed(text);
    }
    // More is looked at than is kept: the end of a password may lie behind the cut.
    let (seen, is_whole) = match text.char_indices().nth(4 * LONGEST_LINE) {
        Some((end, _)) => (&text[..end], false),
        None => (text, true),
    };
    let shown = shown_characters(seen.trim());
    Cow::Owned(cut(&without_passwords(&shown), is_whole))
}

/// `text` with its lines, each as [`one_line`] makes it and none of them a command to a CI system; the lines in the middle
/// are left out if there are too many.
pub fn block(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let safe = |lines: &[&str]| lines.iter().map(|line| indented(line)).collect::<Vec<_>>().join("\n");
    let half = MOST_LINES / 2;
    let kept = match lines.len().checked_sub(2 * half) {
        None | Some(0) => safe(&lines),
        Some(left_out) => {
            format!("{}\n… {left_out} lines left out …\n{}", safe(&lines[..half]), safe(&lines[half + left_out..]))
        }
    };
    without_commands(&kept).into_owned()
}

/// A whole message of ours, whose parts were cut already: nothing in it is obeyed.
pub fn message(text: &str) -> String {
    let safe: String =
        text.split('\n').map(|line| without_passwords(&shown_characters(line)).into_owned() + "\n").collect();
    let end = safe.len() - 1;
    without_commands(&safe[..end]).into_owned()
}

/// The spaces in front stay: lists and tables of ours need them.
fn indented(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    format!("{}{}", &line[..(line.len() - text.len()).min(LONGEST_LINE)], one_line(text))
}

fn shown_characters(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if !is_break(character) && must_change(character) {
            shown.extend(character.escape_unicode());
        } else if !is_break(character) {
            shown.push(character);
        } else if !shown.ends_with(' ') {
            shown.push(' ');
        }
    }
    shown
}

fn cut(text: &str, is_whole: bool) -> String {
    match text.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None if is_whole => text.to_owned(),
        None => format!("{text}…"),
    }
}

/// Space that would begin a new line, or move the cursor.
fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that are obeyed and not shown: control characters, marks that change the direction of writing, and others
/// without a width of their own.
fn must_change(character: char) -> bool {
    let is_invisible = matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    character.is_control() || is_invisible || is_break(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_megabyte_is_cut_and_a_short_text_is_not_copied() {
        let line = one_line(&"ä".repeat(1 << 20)).into_owned();
        assert_eq!(line.chars().count(), LONGEST_LINE + 1);
        assert_eq!(one_line(&line), line);
        assert!(matches!(one_line("status 503"), Cow::Borrowed("status 503")));
        assert!(block(&"a\n".repeat(1 << 20)).lines().count() <= MOST_LINES + 1);
        assert!(block("a\n  b\n").ends_with("a\n  b"));
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        let line = one_line("a\r\n\tb\u{1b}[2J\0\u{202e}c\u{9b}");
        assert_eq!(line, "a b\\u{1b}[2J\\u{0}\\u{202e}c\\u{9b}");
        assert_eq!(block("x\n::error::y\u{7}"), "x\n\\::error::y\\u{7}");
    }

    #[test]
    fn a_password_at_the_cut_is_not_shown() {
        let text = format!("{} http://me:{}@host", "a".repeat(LONGEST_LINE - 20), "secret".repeat(40));
        assert!(!one_line(&text).contains("secret"), "{}", one_line(&text));
    }
}
