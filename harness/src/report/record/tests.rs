//! The record's shape, its reader, and its schema.

use std::path::Path;

use super::*;
use crate::outcome::search::Found;
use crate::outcome::{CalibrationReport, samples};

/// Set to write the schema instead of comparing it.
const BLESS: &str = "PROOFLOAD_BLESS";

fn record() -> Record {
    Record::from(&samples::run())
}

#[test]
fn the_record_of_a_test_holds_everything_about_it() {
    let mut run = samples::run();
    run.tests = vec![samples::passed()];
    insta::assert_snapshot!(Record::from(&run).to_json());
}

#[test]
fn what_is_written_reads_back_as_the_same() {
    assert_eq!(Record::parse(&record().to_json()).expect("our own text"), record());
}

#[test]
fn a_calibration_keeps_its_probes_and_whose_they_are() {
    let found = Found { capacity_per_s: Some(497.0), breaks_at_per_s: Some(519.0), disturbed: 1, ..Found::default() };
    let mut test = samples::passed();
    test.calibration =
        Some(CalibrationReport { share: 0.5, found_by: "agent::half".to_owned(), found, probes: Vec::new() });
    let record = Record::from(&crate::outcome::RunReport { tests: vec![test], ..samples::run() });
    let calibration = record.tests[0].calibration.clone().expect("it is kept");
    assert_eq!((calibration.rate_per_s, calibration.found_by.as_str()), (Some(248.5), "agent::half"));
    let search = &calibration.search;
    assert_eq!((search.converged, search.breaks_at_per_s, search.disturbed_probes), (true, Some(519.0), 1));
    assert_eq!(Record::parse(&record.to_json()).expect("our own text"), record);
}

#[test]
fn a_reader_passes_over_fields_it_does_not_know() {
    let newer = record().to_json().replace("\"name\":", "\"colour\": {\"of\": [1]},\n\"name\":");
    assert_eq!(Record::parse(&newer).expect("fields more"), record());
}

#[test]
fn a_record_with_no_more_than_the_design_names_is_read() {
    let text = r#"{
        "schema": "proofload/run/1", "started": "2026-11-20T18:55:44.000Z", "finished": "2026-11-20T18:57:17.000Z",
        "environment": {"os": "linux", "kernel": null, "cpu_model": null, "cores": null, "memory_bytes": null,
            "optimised": true, "rustc": null, "version": "0.1.0", "git_commit": null, "git_dirty": null},
        "tests": [{"name": "a", "kind": "load", "markers": [], "outcome": "ignored", "reason": null, "workload": null,
            "elapsed_s": 0.0, "totals": null, "endpoints": [], "thresholds": [], "timeline": [], "generator": null,
            "servers": []}]
    }"#;
    let record = Record::parse(text).expect("everything the design names");
    assert_eq!(record.tests[0].outcome, OutcomeName::Ignored);
}

#[test]
fn another_schema_and_broken_text_are_refused() {
    let other = Record::parse(r#"{"schema": "proofload/run/2"}"#).unwrap_err().to_string();
    assert!(other.starts_with("the run record is of schema `proofload/run/2`"), "{other}");
    assert!(matches!(Record::parse("{"), Err(RecordError::Unreadable(_))));
}

#[test]
fn what_is_not_a_number_is_missing_and_never_zero() {
    let mut run = samples::run();
    let mut test = samples::passed();
    test.thresholds[0].actual = Some(f64::NAN);
    let measured = test.measured.as_mut().expect("figures");
    measured.total.throughput_per_s = Some(f64::INFINITY);
    measured.total.response_time = crate::measure::TimeSummary::default();
    run.tests = vec![test];
    let record = Record::from(&run);
    let totals = record.tests[0].totals.as_ref().expect("totals");
    assert_eq!((record.tests[0].thresholds[0].actual, totals.throughput_per_s), (None, None));
    assert_eq!((totals.response_time.mean_s, totals.response_time.p95_s), (None, None));
    assert!(record.to_json().contains("\"throughput_per_s\": null"));
    assert_eq!(Record::parse(&record.to_json()).expect("no not-a-number inside"), record);
}

#[test]
fn the_parts_of_a_slow_request_are_told_where_they_are_known() {
    let mut run = samples::run();
    let mut test = samples::passed();
    let measured = test.measured.as_mut().expect("figures");
    measured.generator.resent = 3;
    let ms = std::time::Duration::from_millis;
    measured.slowest[0].phases.first_byte = Some(ms(480));
    measured.slowest[0].phases.body = Some(ms(20));
    run.tests = vec![test];
    let record = Record::from(&run);
    let slow = &record.tests[0].slowest[0];
    assert_eq!((slow.connect_s, slow.first_byte_s, slow.body_s), (None, Some(0.48), Some(0.02)));
    assert_eq!(record.tests[0].generator.as_ref().map(|generator| generator.resent), Some(3));
}

#[test]
fn runs_of_one_id_merge_test_by_test() {
    let mut first = record();
    first.tests.truncate(2);
    let mut second = record();
    second.tests.drain(..1);
    second.tests[0].elapsed_s = 99.0;
    second.finished = "2026-11-20T19:00:00.000Z".to_owned();
    let merged = merge_runs(first, second);
    let names: Vec<_> = merged.tests.iter().map(|test| &test.id.name).collect();
    assert_eq!(names, record().tests.iter().map(|test| &test.id.name).collect::<Vec<_>>());
    assert_eq!(merged.tests[1].elapsed_s, 99.0);
    assert_eq!((merged.started, merged.finished.as_str()), (record().started, "2026-11-20T19:00:00.000Z"));
}

#[test]
fn a_test_that_another_process_ignored_keeps_its_figures() {
    let mut ignoring = record();
    for test in &mut ignoring.tests {
        test.outcome = OutcomeName::Ignored;
        test.totals = None;
    }
    assert_eq!(merge_runs(record(), ignoring).tests, record().tests);
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/run-1.json");
    if std::env::var_os(BLESS).is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, schema()).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == schema(),
        "{} differs from the types: run `{BLESS}=1 cargo test -p proofload --lib record` and commit the file",
        path.display()
    );
}

#[test]
fn two_binaries_with_tests_of_one_name_keep_both() {
    let (first, mut second) = (record(), record());
    second.tests.truncate(1);
    second.tests[0].id.target = "nightly".to_owned();
    let merged = merge_runs(first, second);
    assert_eq!(merged.tests.len(), record().tests.len() + 1);
    assert_eq!(merged.tests[0], record().tests[0]);
}

#[test]
fn a_test_of_a_record_without_targets_is_replaced_and_not_doubled() {
    let mut old = record();
    old.tests.retain(|test| test.outcome != OutcomeName::Ignored);
    old.tests.iter_mut().for_each(|test| test.id.target.clear());
    assert_eq!(merge_runs(old, record()).tests, record().tests);
}
