//! What a CI system finds.

use super::text;
use crate::outcome::{RunReport, TestReport, samples};
use crate::report::record;

fn xml(tests: Vec<TestReport>) -> String {
    text(&RunReport { tests, ..samples::run() }).expect("a report")
}

/// The start tag of the case of a test.
fn case<'a>(xml: &'a str, name: &str) -> &'a str {
    let tag = xml.split('<').find(|tag| tag.starts_with(&format!("testcase name=\"{name}\"")));
    tag.unwrap_or_else(|| panic!("no case {name} in {xml}"))
}

#[test]
fn a_report_with_a_failure_an_error_and_an_ignored_test() {
    insta::assert_snapshot!(xml(vec![samples::failed(), samples::invalid(), samples::ignored()]));
}

#[test]
fn the_report_of_a_record_is_that_of_the_run() {
    let run = samples::run();
    let read = record::parse(&record::to_json(&run)).expect("our own record");
    assert_eq!(text(&read), text(&run));
}

#[test]
fn a_failed_test_is_a_failure_and_what_proves_nothing_is_an_error() {
    let xml =
        xml(vec![samples::passed(), samples::failed(), samples::invalid(), samples::errored(), samples::ignored()]);
    let suite = xml.split('<').find(|tag| tag.starts_with("testsuite ")).expect("a suite");
    assert!(suite.contains(r#"tests="5" skipped="1" errors="2" failures="1""#), "{suite}");
    let of_kind = |tag: &str| xml.matches(&format!("<{tag} ")).count();
    assert_eq!((of_kind("failure"), of_kind("error"), of_kind("skipped")), (1, 2, 1));
}

#[test]
fn a_case_says_where_it_is_declared_and_its_class_is_its_module() {
    let xml = xml(vec![samples::passed()]);
    let case = case(&xml, "agent::health");
    for attribute in [
        r#"classname="perf-tests.perf.agent""#,
        r#"file="perf-tests/tests/perf/agent.rs" line="12""#,
        r#"time="10.380""#,
    ] {
        assert!(case.contains(attribute), "{attribute} is not in {case}");
    }
}

#[test]
fn each_binary_is_a_suite() {
    let mut other = samples::passed();
    other.id.target = "nightly".to_owned();
    let xml = xml(vec![samples::passed(), other, samples::failed()]);
    assert!(xml.contains(r#"<testsuite name="perf-tests::perf" tests="2""#), "{xml}");
    assert!(xml.contains(r#"<testsuite name="perf-tests::nightly" tests="1""#), "{xml}");
}

#[test]
fn a_missing_figure_has_no_property() {
    let mut test = samples::passed();
    let total = &mut test.measured.as_mut().expect("figures").total;
    (total.throughput_per_s, total.response_time.p99_s) = (None, Some(f64::NAN));
    test.thresholds[0].actual = None;
    let xml = xml(vec![test]);
    assert!(!xml.contains("throughput_per_s") && !xml.contains("response_time.p99_s"), "{xml}");
    assert!(xml.contains("response_time.p95_s") && xml.contains(r#"value="holds: no data""#), "{xml}");
}

/// `scripts/check-reports` has it read by an XML parser.
#[test]
fn no_character_is_in_the_report_that_xml_forbids() {
    let hostile = "]]></failure><!-- &#0; \"'\u{0}\u{1b}[31m\u{8}\r\u{9b}\u{fffe}\u{ffff}\u{202e}";
    let mut test = samples::failed();
    test.id.name = hostile.to_owned();
    (test.reason, test.documentation) = (Some(hostile.to_owned()), Some(hostile.to_owned()));
    test.source = Some(format!("{hostile}:1"));
    test.measured.as_mut().expect("figures").total.failures = [(hostile.to_owned(), 3)].into();
    let xml = xml(vec![test]);
    let forbidden = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!xml.contains(forbidden), "{xml:?}");
    assert!(xml.contains("\\u{1b}[31m") && xml.contains("\\u{fffe}"), "it can still be read: {xml}");
    assert_eq!(xml.matches("<failure").count(), 1);
}

#[test]
fn a_load_of_several_processes_says_of_how_many_and_how_far_apart_they_began() {
    let xml = xml(vec![samples::of_workers()]);
    for property in [r#"name="workers" value="3""#, r#"name="generator.start_skew_s" value="0.0008""#] {
        assert!(xml.contains(property), "no {property} in {xml}");
    }
    assert!(!self::xml(vec![samples::passed()]).contains("start_skew"));
}
