//! A command line in one text, split into words as a POSIX shell splits it, without a shell.

use std::iter::Peekable;
use std::str::Chars;

use thiserror::Error;

/// Why a text is no command line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ShellWordsError(String);

/// The words of `line`. What only a shell can do (variables, pipes, redirections) is refused by name and not passed on as text.
///
/// Understands `'…'`, `"…"`, `$'…'`, backslashes, and a backslash at the end of a line.
///
/// # Errors
/// For such a word, and for a quote without an end.
pub fn shell_words(line: &str) -> Result<Vec<String>, ShellWordsError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => single_quoted(&mut rest, word.get_or_insert_default())?,
            '"' => double_quoted(&mut rest, word.get_or_insert_default())?,
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                ansi_quoted(&mut rest, word.get_or_insert_default())?;
            }
            '\\' => match rest.next() {
                Some('\n') => {}
                Some('\r') if rest.peek() == Some(&'\n') => drop(rest.next()),
                Some(escaped) => word.get_or_insert_default().push(escaped),
                None => word.get_or_insert_default().push('\\'),
            },
            '|' | '&' | ';' | '<' | '>' | '(' | ')' => return Err(for_a_shell(&next.to_string())),
            _ => {
                refuse_expansion(next, &mut rest)?;
                word.get_or_insert_default().push(next);
            }
        }
    }
    words.extend(word);
    Ok(words)
}

fn single_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), ShellWordsError> {
    loop {
        match rest.next() {
            Some('\'') => return Ok(()),
            Some(next) => word.push(next),
            None => return Err(unclosed('\'')),
        }
    }
}

fn double_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), ShellWordsError> {
    loop {
        match rest.next() {
            Some('"') => return Ok(()),
            Some('\\') => match rest.next() {
                Some('\n') => {}
                Some(escaped @ ('$' | '`' | '"' | '\\')) => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
                None => return Err(unclosed('"')),
            },
            Some(next) => {
                refuse_expansion(next, rest)?;
                word.push(next);
            }
            None => return Err(unclosed('"')),
        }
    }
}

/// `$'…'`, as Chromium's "Copy as cURL" writes bodies with line breaks or quotes.
fn ansi_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), ShellWordsError> {
    loop {
        let escaped = match rest.next() {
            Some('\'') => return Ok(()),
            Some('\\') => rest.next().ok_or_else(|| unclosed('\''))?,
            Some(next) => {
                word.push(next);
                continue;
            }
            None => return Err(unclosed('\'')),
        };
        match escaped {
            'n' => word.push('\n'),
            't' => word.push('\t'),
            'r' => word.push('\r'),
            'a' => word.push('\x07'),
            'b' => word.push('\x08'),
            'e' | 'E' => word.push('\x1b'),
            'f' => word.push('\x0c'),
            'v' => word.push('\x0b'),
            'x' => push_bytes(rest, word)?,
            'u' => push_code_point(rest, word, 4)?,
            'U' => push_code_point(rest, word, 8)?,
            '0'..='7' => push_octal(rest, word, escaped)?,
            '\\' | '\'' | '"' | '?' => word.push(escaped),
            other => word.extend(['\\', other]),
        }
    }
}

/// One `\xHH` or several in a row, which together are text in UTF-8.
fn push_bytes(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), ShellWordsError> {
    let mut bytes = vec![hexadecimal(rest, 2).and_then(|byte| u8::try_from(byte).ok()).ok_or_else(no_digits)?];
    loop {
        let mut ahead = rest.clone();
        if (ahead.next(), ahead.next()) != (Some('\\'), Some('x')) {
            break;
        }
        *rest = ahead;
        bytes.push(hexadecimal(rest, 2).and_then(|byte| u8::try_from(byte).ok()).ok_or_else(no_digits)?);
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        ShellWordsError(
            "the bytes of `\\x…` in `$'…'` are not text in UTF-8: put them into a file and name that".to_owned(),
        )
    })?;
    word.push_str(&text);
    Ok(())
}

/// A character beyond `\uFFFF` may be written as a pair of surrogates, as in JSON.
fn push_code_point(rest: &mut Peekable<Chars<'_>>, word: &mut String, digits: usize) -> Result<(), ShellWordsError> {
    let first = hexadecimal(rest, digits).ok_or_else(no_digits)?;
    let mut ahead = rest.clone();
    let is_pair = (0xd800..0xdc00).contains(&first) && (ahead.next(), ahead.next()) == (Some('\\'), Some('u'));
    let code = match is_pair {
        true => {
            *rest = ahead;
            let second = hexadecimal(rest, digits).ok_or_else(no_digits)?;
            0x10000 + ((first - 0xd800) << 10) + second.saturating_sub(0xdc00)
        }
        false => first,
    };
    word.push(char::from_u32(code).ok_or_else(|| ShellWordsError(format!("`\\u{first:04x}` is not a character")))?);
    Ok(())
}

fn push_octal(rest: &mut Peekable<Chars<'_>>, word: &mut String, first: char) -> Result<(), ShellWordsError> {
    let mut code = first.to_digit(8).unwrap_or_default();
    for _ in 0..2 {
        let Some(digit) = rest.peek().and_then(|next| next.to_digit(8)) else { break };
        code = code * 8 + digit;
        rest.next();
    }
    match char::from_u32(code) {
        Some(character) if character.is_ascii() => word.push(character),
        _ => return Err(ShellWordsError(format!("`\\{code:o}` in `$'…'` is not a character of ASCII"))),
    }
    Ok(())
}

fn hexadecimal(rest: &mut Peekable<Chars<'_>>, most: usize) -> Option<u32> {
    let mut code = None;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|next| next.to_digit(16)) else { break };
        code = Some(code.unwrap_or(0) * 16 + digit);
        rest.next();
    }
    code
}

/// A shell would put something else in the place of `$TOKEN`, and nothing here knows what.
fn refuse_expansion(next: char, rest: &mut Peekable<Chars<'_>>) -> Result<(), ShellWordsError> {
    let mut ahead = rest.clone();
    match (next, ahead.next()) {
        ('`', _) => Err(for_a_shell("`…`")),
        ('$', Some('(')) => Err(for_a_shell("$(…)")),
        ('$', Some(first)) if first == '{' || first == '_' || first.is_ascii_alphabetic() => {
            let begin = if first == '{' { String::new() } else { first.to_string() };
            let name = ahead.take_while(|next| *next == '_' || next.is_ascii_alphanumeric());
            Err(for_a_shell(&format!("${begin}{}", name.collect::<String>())))
        }
        _ => Ok(()),
    }
}

fn for_a_shell(what: &str) -> ShellWordsError {
    ShellWordsError(format!(
        "`{what}` is for a shell, and no shell reads this text: write the value itself, or put it in single quotes if it is meant as it is"
    ))
}

fn unclosed(quote: char) -> ShellWordsError {
    ShellWordsError(format!("a quote is not closed: there is an odd number of {quote}"))
}

fn no_digits() -> ShellWordsError {
    ShellWordsError("`\\x` and `\\u` in `$'…'` need digits after them, such as `\\u00e9`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        shell_words(line).unwrap_or_else(|failure| panic!("{line}: {failure}"))
    }

    #[test]
    fn words_stand_between_blanks_unless_they_are_quoted() {
        assert_eq!(words("  a  b\tc\nd "), ["a", "b", "c", "d"]);
        assert_eq!(words(r#"'a b' "c d" e\ f '' g"#), ["a b", "c d", "e f", "", "g"]);
        assert_eq!(words(r#"a'b c'"d e"f"#), ["ab cd ef"]);
        assert_eq!(words("a \\\n  b \\\r\n c"), ["a", "b", "c"]);
    }

    #[test]
    fn a_backslash_escapes_in_double_quotes_what_is_special_there() {
        assert_eq!(words(r#""\"\\\$\`\n""#), [r#""\$`\n"#]);
        assert_eq!(words(r"'\n'"), [r"\n"]);
        assert_eq!(words("'$HOME' \"5 $ and $5\" \\$HOME"), ["$HOME", "5 $ and $5", "$HOME"]);
    }

    #[test]
    fn dollar_quotes_have_the_escapes_of_c() {
        assert_eq!(words(r"$'a\nb\t\'c\' \\ \x41 \u00e9 \101'"), ["a\nb\t'c' \\ A é A"]);
        assert_eq!(words(r"$'\xc3\xa9 \ud83d\ude00'"), ["é 😀"]);
        assert_eq!(words(r"$'\q'"), [r"\q"]);
    }

    #[test]
    fn what_only_a_shell_can_do_is_refused_by_name() {
        for (line, what) in [
            ("a \"Bearer $TOKEN\"", "`$TOKEN`"),
            ("a ${TOKEN}", "`$TOKEN`"),
            ("a $(date)", "`$(…)`"),
            ("a `date`", "``…``"),
            ("a | jq .", "`|`"),
            ("a http://host/?b=1&c=2", "`&`"),
            ("a > file", "`>`"),
        ] {
            let refusal = shell_words(line).unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("{what} is for a shell")), "{line}: {refusal}");
        }
    }

    #[test]
    fn a_quote_without_an_end_is_refused() {
        for line in ["'a", "\"a", "$'a", "\"a\\"] {
            assert!(shell_words(line).unwrap_err().to_string().contains("not closed"), "{line}");
        }
    }
}
