//! Tear-downs that failed: the verdict stands, and the run does not end with 0.

use crate::outcome::{RunReport, TestReport};
use crate::text;

/// The first failure on one line, and how many others there are: for the line of the test. `None` if nothing failed.
pub(crate) fn beside(test: &TestReport) -> Option<String> {
    let first = one_line(test.after.first()?);
    Some(match test.after.len() - 1 {
        0 => format!("(afterwards: {first})"),
        others => format!("(afterwards: {first}; and {others} more)"),
    })
}

/// One line for each test whose tear-down failed, with what follows from it.
pub(crate) fn closing_lines(run: &RunReport) -> Vec<String> {
    let failed = run.tests.iter().filter_map(|test| Some((test, beside(test)?)));
    failed
        .map(|(test, beside)| format!("tear-down failed: {} {beside}, so the exit code is not 0", test.id.name))
        .collect()
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text::without_commands(&text::one_line(&line)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn a_failed_tear_down_is_one_line_with_the_number_of_the_others() {
        let mut test = samples::passed();
        assert_eq!(beside(&test), None);
        test.after = vec!["tear-down of `a`:\n  refused".to_owned()];
        assert_eq!(beside(&test).unwrap(), "(afterwards: tear-down of `a`: refused)");
        test.after.extend(["tear-down of `b`", "tear-down of `c`"].map(str::to_owned));
        assert_eq!(beside(&test).unwrap(), "(afterwards: tear-down of `a`: refused; and 2 more)");
        let run = RunReport { tests: vec![samples::passed(), test], ..samples::run() };
        let lines = closing_lines(&run);
        assert!(lines.len() == 1 && lines[0].starts_with("tear-down failed: agent::health (afterwards: "), "{lines:?}");
    }
}
