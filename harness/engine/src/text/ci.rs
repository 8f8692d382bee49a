//! Commands that CI systems read from a log.

use std::borrow::Cow;

/// `text` without a line that GitHub, Azure or TeamCity would obey: a backslash is put into each.
///
/// GitHub trims a line and looks for `::` at its start; `##[…]`, `##vso[…]` and `##teamcity[…]` count anywhere in a line.
/// GitLab looks for a carriage return and an escape sequence, which [`one_line`](super::one_line) replaces.
pub fn without_commands(text: &str) -> Cow<'_, str> {
    let begins_command = |line: &str| line.trim_start().starts_with("::");
    if !text.contains("##") && !text.lines().any(begins_command) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        if begins_command(line) {
            safe.push_str(&line[..line.len() - start.len()]);
            safe.push('\\');
        } else {
            safe.push_str(&line[..line.len() - start.len()]);
        }
        push_without_brackets(&mut safe, start);
    }
    Cow::Owned(safe)
}

/// `##vso[` becomes `#\#vso[`.
fn push_without_brackets(safe: &mut String, text: &str) {
    for (at, character) in text.char_indices() {
        safe.push(character);
        let is_command = || {
            let rest = text[at..].strip_prefix("##")?;
            rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('[').then_some(())
        };
        if character == '#' && is_command().is_some() {
            safe.push('\\');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_github_would_obey_gets_a_backslash() {
        assert_eq!(
            without_commands("x\n::error::y\n  ::set-output name=a::b"),
            "x\n\\::error::y\n  \\::set-output name=a::b"
        );
        assert_eq!(without_commands("a::b\nc"), "a::b\nc");
    }

    #[test]
    fn a_command_of_azure_or_teamcity_is_broken_wherever_it_is() {
        assert_eq!(without_commands("x ##[error]y ##vso[task.complete]"), "x #\\#[error]y #\\#vso[task.complete]");
        assert_eq!(without_commands("###[group]"), "##\\#[group]");
        assert_eq!(without_commands("##teamcity[testFailed name='a']"), "#\\#teamcity[testFailed name='a']");
        assert_eq!(without_commands("## heading"), "## heading");
    }
}
