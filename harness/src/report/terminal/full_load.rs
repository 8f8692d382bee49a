//! What became of response times at full load.

use crate::outcome::{RunReport, degradation_sentence};
use crate::report::paint::Paint;
use crate::text::one_line;

/// A line for each test with several steady levels; empty if there is no such test.
pub(crate) fn full_load(run: &RunReport, paint: Paint) -> String {
    let sentences = run.tests.iter().filter_map(|test| Some((one_line(&test.id.name), degradation_sentence(test)?)));
    let lines: Vec<_> = sentences.collect();
    let Some(width) = lines.iter().map(|(name, _)| name.chars().count()).max() else { return String::new() };
    let lines: String = lines.iter().map(|(name, text)| format!("  {name:<width$}  {}\n", one_line(text))).collect();
    format!("{}\n{lines}", paint.heading("Full load compared with the first steady level"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn a_test_of_several_levels_has_a_line_and_others_have_not() {
        let run = RunReport { tests: vec![samples::passed(), samples::degraded()], ..samples::run() };
        assert_eq!(
            full_load(&run, Paint::plain()),
            "Full load compared with the first steady level\n  \
             profile::load  degraded: a mean of 41.2 ms at 10 users instead of 20.3 ms at 2 users, +103 % (95 %: +92.0 % to +115 %)\n"
        );
        assert_eq!(full_load(&samples::run(), Paint::plain()), "");
    }
}
