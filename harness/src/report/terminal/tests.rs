//! The tables as they are printed.

use std::time::Duration;

use super::*;
use crate::measure::TimeSummary;
use crate::outcome::samples;
use crate::outcome::{Outcome, RunReport};
use crate::report::paint::Paint;

#[test]
fn the_load_table_shows_every_test_that_offered_load() {
    insta::assert_snapshot!(loads(&samples::run(), Paint::plain()));
}

#[test]
fn each_time_of_the_benchmark_table_has_its_own_unit() {
    let columns = Column::default_columns();
    insta::assert_snapshot!(benchmarks(&samples::run(), &columns, Sort::Run, Paint::plain()));
}

#[test]
fn the_benchmark_table_has_the_columns_asked_for_in_the_order_asked_for() {
    let columns = parse_columns("rounds,max,min").expect("known columns");
    insta::assert_snapshot!(benchmarks(&samples::run(), &columns, "min".parse().unwrap(), Paint::plain()));
}

#[test]
fn a_benchmark_that_often_failed_shows_the_ok_iterations_below_all() {
    let mut test = samples::benchmark("a", 100);
    let iteration = &mut test.measured.as_mut().expect("the sample has figures").iteration;
    (iteration.requests.ok, iteration.requests.failed) = (200, 200);
    iteration.ok_response_time = TimeSummary::of((0..200).map(|_| Duration::from_millis(7)));
    let run = RunReport { tests: vec![test, samples::benchmark("b", 100)], ..samples::run() };
    let text = benchmarks(&run, &[Column::Max, Column::Rounds], Sort::Run, Paint::plain());
    let rows: Vec<Vec<&str>> = text.lines().skip(2).take(3).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["the", "ok", "ones", "alone", "7.00", "ms", "200"], "{text}");
    assert_eq!((rows[0][0], rows[2][0]), ("a", "b"), "{text}");
}

#[test]
fn an_interval_that_would_begin_below_zero_is_not_printed() {
    let mut test = samples::benchmark("a", 100);
    let precision = test.measured.as_mut().expect("the sample has figures").precision.as_mut().expect("a precision");
    precision.half_width = 1.05;
    let run = RunReport { tests: vec![test], ..samples::run() };
    let text = benchmarks(&run, &[Column::Mean], Sort::Run, Paint::plain());
    assert!(text.contains("  a: times vary too much for an interval of the mean\n"), "{text}");
}

#[test]
fn benchmarks_are_sorted_by_name_or_by_a_column() {
    let mut run = samples::run();
    run.tests = vec![samples::benchmark("b", 90), samples::benchmark("c", 80), samples::benchmark("a", 100)];
    let order = |sort| {
        let text = benchmarks(&run, &[Column::Rounds], sort, Paint::plain());
        text.lines().skip(2).take(3).map(|line| line.trim_start().chars().next().unwrap()).collect::<String>()
    };
    assert_eq!([order(Sort::Run), order(Sort::Name), order(Sort::By(Column::Mean))], ["bca", "abc", "cba"]);
}

#[test]
fn a_percentile_with_too_few_samples_is_a_dash_in_the_tables() {
    let mut run = samples::run();
    run.tests = vec![samples::invalid()];
    let text = loads(&run, Paint::plain());
    // 120 samples are enough for p95 and not for p99.
    assert!(text.contains("11.4 ms    -"), "{text}");
}

#[test]
fn colours_do_not_move_the_columns() {
    let coloured = loads(&samples::run(), Paint::coloured());
    let mut plain = String::new();
    let mut inside = false;
    for letter in coloured.chars() {
        match letter {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            _ => plain.push(letter),
        }
    }
    assert_ne!(coloured, plain);
    assert_eq!(plain, loads(&samples::run(), Paint::plain()));
}

#[test]
fn without_tests_there_are_no_tables() {
    let mut run = samples::run();
    run.tests = vec![samples::ignored()];
    assert_eq!(loads(&run, Paint::plain()), "");
    assert_eq!(benchmarks(&run, &Column::default_columns(), Sort::Run, Paint::plain()), "");
    assert_eq!(durations(&run, 3), "");
}

#[test]
fn the_slowest_tests_come_first_up_to_the_number_asked_for() {
    insta::assert_snapshot!(durations(&samples::run(), 3));
}

#[test]
fn the_summary_counts_outcomes_and_names_what_was_written() {
    let written = [WrittenFile { description: "run record".into(), path: "target/proofload/latest/run.json".into() }];
    insta::assert_snapshot!(summary(&samples::run(), &written, Paint::plain()));
}

#[test]
fn tests_with_another_than_the_default_transport_are_named() {
    let mut run = samples::run();
    run.tests = vec![samples::passed(), samples::passed()];
    for (test, transport) in run.tests.iter_mut().zip(["http/1.1 (own)", "http/2 (reqwest)"]) {
        test.measured.as_mut().unwrap().generator.transports = vec![transport.to_owned()];
    }
    let (name, text) = (&run.tests[1].id.name, summary(&run, &[], Paint::plain()));
    assert!(text.ends_with(&format!("\ntransport http/2 (reqwest): {name}\n")), "{text}");
}

#[test]
fn an_interrupted_or_unoptimised_run_says_that_no_baseline_was_changed() {
    let mut run = samples::run();
    run.interrupted = Some("SIGINT".to_owned());
    run.environment.optimised = false;
    run.tests = vec![samples::passed()];
    run.tests[0].outcome = Outcome::Interrupted;
    insta::assert_snapshot!(summary(&run, &[], Paint::plain()));
}

#[test]
fn a_test_with_classes_of_users_has_a_row_for_each_below_its_own() {
    let run = RunReport { tests: vec![samples::mixed(), samples::passed()], ..samples::run() };
    let text = loads(&run, Paint::plain());
    let rows: Vec<Vec<&str>> = text.lines().skip(2).map(|line| line.split_whitespace().take(4).collect()).collect();
    assert_eq!(rows[1], ["everyday", "40", "users", "4,000"], "{text}");
    assert_eq!(rows[2], ["busy", "10", "users", "1,000"], "{text}");
    assert_eq!((rows[0][0], rows[3][0], rows.len()), ("shop::people", "agent::health", 4), "{text}");
    let everything = everything(&run, Paint::plain());
    assert!(everything.contains("  class busy, weight 1:\n"), "{everything}");
    assert!(everything.contains("GET /busy"), "{everything}");
}
