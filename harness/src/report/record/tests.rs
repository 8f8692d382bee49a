//! The record's shape, its reader, and its schema.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::file::schema_of_the_types;
use super::*;
use crate::outcome::samples;

/// Set to write the schema instead of comparing it.
const BLESS: &str = "PROOFLOAD_BLESS";

fn run_of(tests: Vec<TestReport>) -> RunReport {
    RunReport { tests, ..samples::run() }
}

fn value(run: &RunReport) -> Value {
    serde_json::from_str(&to_json(run)).expect("JSON")
}

/// The tests as they are written, for comparisons.
fn tests(run: &RunReport) -> Vec<Value> {
    value(run)["tests"].as_array().expect("a list").clone()
}

fn read_again(run: &RunReport) -> RunReport {
    parse(&to_json(run)).expect("our own text")
}

/// Compressed text may differ from one version of the compressor to the next.
fn without_histograms(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split_once("\"HISTF").map_or(line.to_owned(), |(name, _)| format!("{name}\"HISTF…\"")));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_record_of_a_test_holds_everything_about_it() {
    insta::assert_snapshot!(without_histograms(&to_json(&run_of(vec![samples::passed()]))));
}

#[test]
fn what_is_written_reads_back_as_the_same() {
    let run = RunReport { tests: [samples::run().tests, vec![samples::open()]].concat(), ..samples::run() };
    assert_eq!(to_json(&read_again(&run)), to_json(&run));
}

/// Records of the build before these types: each field is read, and written with the same value.
#[test]
fn committed_records_are_read_and_written_with_equal_fields() {
    for name in ["load", "open", "capacity"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/records/{name}.json"));
        let text = std::fs::read_to_string(&path).expect("the committed record");
        let before: Value = serde_json::from_str(&text).expect("JSON");
        let after = value(&parse(&text).expect("a record of an earlier build"));
        let mut differences = Vec::new();
        compare(name, &before, &after, &mut differences);
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
}

/// What of `before` is missing or different in `after`, which may have more fields.
fn compare(path: &str, before: &Value, after: &Value, differences: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, before) in before {
                let path = format!("{path}/{name}");
                match after.get(name) {
                    Some(after) => compare(&path, before, after, differences),
                    None => differences.push(format!("{path} is missing")),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(&format!("{path}/{index}"), before, after, differences);
            }
        }
        _ if before == after => {}
        _ => differences.push(format!("{path}: {before} became {after}")),
    }
}

#[test]
fn a_comparison_of_records_sees_what_is_lost_or_changed() {
    let before = serde_json::json!({"a": [1, {"b": null}], "c": 1.5});
    let after = serde_json::json!({"a": [1, {"d": 2}], "c": 1.25});
    let mut differences = Vec::new();
    compare("record", &before, &after, &mut differences);
    assert_eq!(differences, ["record/a/1/b is missing", "record/c: 1.5 became 1.25"]);
}

#[test]
fn every_field_of_the_committed_records_is_in_the_schema() {
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    for name in ["load", "open", "capacity"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/records/{name}.json"));
        let record = serde_json::from_str(&std::fs::read_to_string(&path).expect("the record")).expect("JSON");
        let mut unknown = Vec::new();
        describe(name, &record, &schema, &schema, &mut unknown);
        assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    }
}

/// The fields of `value` that `schema` does not name. Follows references and alternatives; free-form maps end it.
fn describe(path: &str, value: &Value, schema: &Value, root: &Value, unknown: &mut Vec<String>) {
    let schema = resolved(value, schema, root);
    match value {
        Value::Object(fields) if schema.get("properties").is_some() => {
            for (name, value) in fields {
                let path = format!("{path}/{name}");
                match schema["properties"].get(name) {
                    Some(schema) => describe(&path, value, schema, root, unknown),
                    None => unknown.push(path),
                }
            }
        }
        Value::Object(_) if schema.get("additionalProperties").is_none() => unknown.push(path.to_owned()),
        Value::Array(values) if schema.get("items").is_some() => {
            values.iter().for_each(|value| describe(path, value, &schema["items"], root, unknown));
        }
        _ => {}
    }
}

/// The schema itself: the target of a reference, and the alternative that is not `null` for a value.
fn resolved<'s>(value: &Value, schema: &'s Value, root: &'s Value) -> &'s Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.trim_start_matches('#')).expect("the reference has a target");
        return resolved(value, target, root);
    }
    let alternatives = schema.get("anyOf").and_then(Value::as_array).filter(|_| !value.is_null());
    let other = alternatives.and_then(|all| all.iter().find(|schema| schema["type"] != "null"));
    other.map_or(schema, |schema| resolved(value, schema, root))
}

#[test]
fn a_calibration_keeps_its_probes_and_the_test_that_searched() {
    let found = Found {
        converged: true,
        capacity_per_s: Some(497.0),
        breaks_at_per_s: Some(519.0),
        disturbed: 1,
        ..Found::default()
    };
    let mut test = samples::passed();
    test.calibration = Some(CalibrationReport::new(0.5, "agent::half".to_owned(), found, Vec::new()));
    let run = run_of(vec![test]);
    let calibration = &value(&run)["tests"][0]["calibration"];
    assert_eq!((&calibration["rate_per_s"], &calibration["found_by"]), (&248.5.into(), &"agent::half".into()));
    let search = &calibration["search"];
    assert_eq!((&search["converged"], &search["breaks_at_per_s"]), (&true.into(), &519.0.into()));
    assert_eq!(search["disturbed_probes"], 1);
    assert_eq!(to_json(&read_again(&run)), to_json(&run));
}

#[test]
fn levels_and_probes_keep_what_was_asked_of_them() {
    let probe = |load, purpose| ProbeRow {
        load,
        purpose,
        outcome: Outcome::Passed,
        reason: None,
        borderline: false,
        judged: true,
        median: false,
        requests: 100,
        sent_share: None,
        success_rate: Some(1.0),
        throughput_per_s: Some(99.0),
        mean_s: Some(0.01),
        p95_s: None,
        p99_s: None,
    };
    let level = probe(LoadLevel::Users(20), None);
    let search = probe(LoadLevel::PerSecond(400.0), Some(Purpose::Validation));
    let run = run_of(vec![TestReport { probes: vec![level, search], ..samples::passed() }]);
    let written = &value(&run)["tests"][0]["probes"];
    assert_eq!((&written[0]["users"], &written[0]["purpose"]), (&20.into(), &"level".into()));
    assert_eq!((&written[1]["rate_per_s"], &written[1]["purpose"]), (&400.0.into(), &"validation".into()));
    assert_eq!(read_again(&run).tests[0].probes, run.tests[0].probes);
}

#[test]
fn response_times_keep_every_percentile_through_their_histogram() {
    let run = run_of(vec![samples::passed()]);
    let written = &value(&run)["tests"][0];
    for place in ["/totals", "/iteration", "/endpoints/0"] {
        let histogram = written.pointer(&format!("{place}/response_time/histogram")).and_then(Value::as_str);
        assert!(histogram.is_some_and(|text| text.starts_with("HISTF")), "{place}: {histogram:?}");
        let service = written.pointer(&format!("{place}/service_time/histogram"));
        assert_eq!(service, Some(&Value::Null), "{place}: the same times as the response times");
    }
    let times = |run: &RunReport| run.tests[0].measured.as_ref().expect("figures").total.response_time.clone();
    let (before, after) = (times(&run), times(&read_again(&run)));
    for percent in [0.1, 37.5, 97.0, 99.99] {
        let percentile = crate::metric::Percentile::new(percent).expect("a percentile");
        let (before_s, after_s) = (before.percentile_s(percentile), after.percentile_s(percentile));
        assert_eq!(before_s, after_s, "{percent}");
    }
}

#[test]
fn a_record_without_histograms_knows_the_percentiles_that_it_names() {
    let mut value = value(&run_of(vec![samples::passed()]));
    value["tests"][0]["totals"]["response_time"].as_object_mut().expect("fields").remove("histogram");
    let run = parse(&value.to_string()).expect("a record of an earlier version");
    let times = &run.tests[0].measured.as_ref().expect("figures").total.response_time;
    let percentile_s = |percent| times.percentile_s(crate::metric::Percentile::new(percent).expect("a percentile"));
    assert_eq!((percentile_s(95.0), percentile_s(97.0)), (times.p95_s, None));
}

#[test]
fn a_reader_ignores_fields_it_does_not_know() {
    let newer = to_json(&samples::run()).replace("\"name\":", "\"colour\": {\"of\": [1]},\n\"name\":");
    assert_eq!(to_json(&parse(&newer).expect("more fields")), to_json(&samples::run()));
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
    let run = parse(text).expect("everything the design names");
    assert_eq!((run.tests[0].outcome, run.tests[0].measured.is_none()), (Outcome::Ignored, true));
}

#[test]
fn a_test_without_figures_has_every_field_without_a_value() {
    let with = &tests(&run_of(vec![samples::passed()]))[0];
    let without = &tests(&run_of(vec![samples::ignored()]))[0];
    let names = |test: &Value| test.as_object().expect("fields").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(with), names(without));
    assert_eq!((&without["totals"], &without["span_s"]), (&Value::Null, &Value::Null));
    assert_eq!(without["timeline"], Value::Array(Vec::new()));
}

#[test]
fn another_schema_and_broken_text_are_refused() {
    let other = parse(r#"{"schema": "proofload/run/2"}"#).unwrap_err().to_string();
    assert!(other.starts_with("the run record is of schema `proofload/run/2`"), "{other}");
    assert!(matches!(parse("{"), Err(RecordError::Unreadable(_))));
}

#[test]
fn what_is_not_a_number_is_missing_and_never_zero() {
    let mut test = samples::passed();
    test.thresholds[0].actual = Some(f64::NAN);
    let measured = test.measured.as_mut().expect("figures");
    measured.total.throughput_per_s = Some(f64::INFINITY);
    measured.total.response_time = TimeSummary::default();
    let run = run_of(vec![test]);
    let written = &value(&run)["tests"][0];
    let totals = &written["totals"];
    assert_eq!((&written["thresholds"][0]["actual"], &totals["throughput_per_s"]), (&Value::Null, &Value::Null));
    let times = &totals["response_time"];
    assert_eq!((&times["mean_s"], &times["p95_s"]), (&Value::Null, &Value::Null));
    assert_eq!(to_json(&read_again(&run)), to_json(&run));
}

#[test]
fn the_parts_of_a_slow_request_are_written_where_they_are_known() {
    let mut test = samples::passed();
    let measured = test.measured.as_mut().expect("figures");
    measured.generator.resent = 3;
    measured.slowest[0].phases.first_byte = Some(Duration::from_millis(480));
    measured.slowest[0].phases.body = Some(Duration::from_millis(20));
    let run = run_of(vec![test]);
    let written = &value(&run)["tests"][0];
    let slow = &written["slowest"][0];
    assert_eq!((&slow["connect_s"], &slow["first_byte_s"]), (&Value::Null, &0.48.into()));
    assert_eq!((&slow["body_s"], &written["generator"]["resent"]), (&0.02.into(), &3.into()));
}

#[test]
fn runs_of_one_id_merge_test_by_test() {
    let mut first = samples::run();
    first.tests.truncate(2);
    let mut second = samples::run();
    second.tests.drain(..1);
    second.tests[0].elapsed = Duration::from_secs(99);
    second.finished += Duration::from_secs(60);
    let merged = merge_runs(first, second);
    let names: Vec<_> = merged.tests.iter().map(|test| &test.id.name).collect();
    assert_eq!(names, samples::run().tests.iter().map(|test| &test.id.name).collect::<Vec<_>>());
    assert_eq!(merged.tests[1].elapsed, Duration::from_secs(99));
    let finished = samples::run().finished + Duration::from_secs(60);
    assert_eq!((merged.started, merged.finished), (samples::run().started, finished));
}

#[test]
fn a_test_that_another_process_ignored_keeps_its_figures() {
    let mut ignoring = samples::run();
    for test in &mut ignoring.tests {
        test.outcome = Outcome::Ignored;
        test.measured = None;
    }
    assert_eq!(tests(&merge_runs(samples::run(), ignoring)), tests(&samples::run()));
}

#[test]
fn two_binaries_with_tests_of_one_name_keep_both() {
    let mut second = samples::run();
    second.tests.truncate(1);
    second.tests[0].id.target = "nightly".to_owned();
    let merged = merge_runs(samples::run(), second);
    assert_eq!(merged.tests.len(), samples::run().tests.len() + 1);
    assert_eq!(tests(&merged)[0], tests(&samples::run())[0]);
}

#[test]
fn a_test_of_a_record_without_targets_is_replaced_and_not_doubled() {
    let mut old = samples::run();
    old.tests.retain(|test| test.outcome != Outcome::Ignored);
    old.tests.iter_mut().for_each(|test| test.id.target.clear());
    assert_eq!(tests(&merge_runs(old, samples::run())), tests(&samples::run()));
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/run-1.json");
    let is_current = std::fs::read_to_string(&path).is_ok_and(|text| text == schema_of_the_types());
    // A file that is written anew has everything that includes it compiled again.
    if std::env::var_os(BLESS).is_some() && !is_current {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, schema_of_the_types()).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == schema_of_the_types(),
        "{} differs from the types: run `{BLESS}=1 cargo test -p proofload --lib record` and commit the file",
        path.display()
    );
}
