//! The page as it is written.

use super::*;
use crate::baseline::KnownTests;
use crate::outcome::samples;

#[test]
fn the_page_has_a_section_for_each_question_and_names_the_command() {
    let known = KnownTests::new();
    let page = baselines(&Baselines::default().merge(&samples::run(), &known));
    insta::assert_snapshot!(page);
}

#[test]
fn rows_refer_to_the_machine_they_were_measured_on() {
    let known = KnownTests::new();
    let mut elsewhere = samples::run();
    elsewhere.environment.cores = Some(64);
    elsewhere.tests = vec![samples::benchmark("agent::elsewhere", 50)];
    let page = baselines(&Baselines::default().merge(&samples::run(), &known).merge(&elsewhere, &known));
    assert!(page.contains("| A       | AMD EPYC 7B13 |     2 |"), "{page}");
    assert!(page.contains("| B       | AMD EPYC 7B13 |    64 |"), "{page}");
    let row = page.lines().find(|line| line.contains("agent::elsewhere")).expect("its row");
    assert!(row.contains("| B       |"), "{row}");
}

#[test]
fn a_page_without_rows_says_so() {
    assert!(baselines(&Baselines::default()).ends_with("No test has passed yet.\n"));
}
