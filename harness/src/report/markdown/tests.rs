//! The page as it is written.

use super::*;
use crate::baseline::{Acceptance, KnownTests};
use crate::outcome::RunReport;
use crate::outcome::samples;

fn after(baselines: &Baselines, run: &RunReport) -> Baselines {
    baselines.merge(run, &KnownTests::new(), Acceptance::Necessary).baselines
}

#[test]
fn the_page_has_a_section_for_each_question_and_names_the_command() {
    let page = baselines(&after(&Baselines::default(), &samples::run()));
    insta::assert_snapshot!(page);
}

#[test]
fn rows_refer_to_the_machine_they_were_measured_on() {
    let mut elsewhere = samples::run();
    elsewhere.environment.cores = Some(64);
    elsewhere.tests = vec![samples::benchmark("agent::elsewhere", 50)];
    let page = baselines(&after(&after(&Baselines::default(), &samples::run()), &elsewhere));
    assert!(page.contains("| A       | AMD EPYC 7B13 |     2 |"), "{page}");
    assert!(page.contains("| B       | AMD EPYC 7B13 |    64 |"), "{page}");
    let row = page.lines().find(|line| line.contains("agent::elsewhere")).expect("its row");
    assert!(row.contains("| B       |"), "{row}");
}

#[test]
fn rows_of_one_machine_with_another_kernel_refer_to_one_machine() {
    let mut updated = samples::run();
    updated.environment.kernel = Some("6.19.0".to_owned());
    updated.tests = vec![samples::benchmark("agent::elsewhere", 50)];
    let page = baselines(&after(&after(&Baselines::default(), &samples::run()), &updated));
    assert!(page.contains("| A       | AMD EPYC 7B13 |     2 |") && !page.contains("| B "), "{page}");
}

#[test]
fn a_page_without_rows_says_so() {
    assert!(baselines(&Baselines::default()).ends_with("No test has passed yet.\n"));
}
