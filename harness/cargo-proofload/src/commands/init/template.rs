//! Templates of files with words that stand for what differs.

/// The template with a value in place of each word. A value stays as it is, also if it has such a word in it.
pub(super) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let first = |text: &str| {
        let found = values.iter().filter_map(|&(word, value)| Some((text.find(word)?, word, value)));
        found.min_by_key(|(at, ..)| *at)
    };
    let mut text = String::new();
    let mut rest = template;
    while let Some((at, word, value)) = first(rest) {
        text.push_str(&rest[..at]);
        text.push_str(value);
        rest = &rest[at + word.len()..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_have_the_words_of_a_template() {
        let values = [("NAME", "my-TEST"), ("TEST", "NAME")];
        assert_eq!(filled("TEST of NAME: TEST.", &values), "NAME of my-TEST: NAME.");
        assert_eq!(filled("nothing", &values), "nothing");
    }
}
