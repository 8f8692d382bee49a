//! Files to write, and pages to serve while the tests run.

use std::path::PathBuf;

use super::super::live::{LiveOptions, LivePage};
use super::super::{HtmlFile, ReportFiles};
use super::*;

#[test]
fn nothing_is_written_or_served_unless_it_is_asked_for() {
    let options = options(&[], &[], "");
    assert_eq!((options.files, options.live), (ReportFiles::default(), LiveOptions::default()));
}

#[test]
fn a_file_is_named_by_its_flag_or_else_by_its_variable() {
    let file = |line: &[&str]| options(line, &[("PROOFLOAD_JUNIT", "a.xml")], "").files.junit;
    assert_eq!((file(&[]), file(&["--junit", "b.xml"])), (Some("a.xml".into()), Some("b.xml".into())));
    let prefix = options(&["--csv", "out/shop"], &[], "").files.csv_prefix;
    assert_eq!(prefix, Some(PathBuf::from("out/shop")));
}

#[test]
fn the_page_goes_beside_the_record_unless_a_file_is_named() {
    let html = |line: &[&str], variables: &[(&str, &str)], file| options(line, variables, file).files.html;
    assert_eq!(html(&["--html"], &[], ""), Some(HtmlFile::BesideRecord));
    assert_eq!(html(&["--html=a.html"], &[], ""), Some(HtmlFile::At("a.html".into())));
    assert_eq!(html(&[], &[("PROOFLOAD_HTML", "1")], ""), Some(HtmlFile::BesideRecord));
    assert_eq!(html(&[], &[], "report = \"html\""), Some(HtmlFile::BesideRecord));
    assert_eq!(html(&[], &[("PROOFLOAD_HTML", "0")], "report = \"html\""), None, "the variable wins over the file");
    let line = refusal(&[], &[], "report = \"pdf\"");
    assert_eq!(line, "/shop/proofload.toml:1:10 expects `\"html\"`, not `pdf`");
}

#[test]
fn the_page_is_served_to_this_machine_unless_another_address_is_given() {
    let page = |line: &[&str]| options(line, &[], "").live.page;
    let at = |address: &str, drives| Some(LivePage { address: address.parse().unwrap(), drives });
    assert_eq!(page(&["--live"]), at("127.0.0.1:0", false));
    assert_eq!(page(&["--live=8089"]), at("127.0.0.1:8089", false));
    assert_eq!(page(&["--ui", "--live-bind", "::1"]), at("[::1]:0", true));
    assert_eq!(page(&["--live=8089", "--ui"]), at("127.0.0.1:0", true), "the page that drives shows everything, too");
    assert_eq!(options(&[], &[("PROOFLOAD_LIVE", "true")], "").live.page, at("127.0.0.1:0", false));
}

#[test]
fn a_mistake_in_what_is_served_is_named_with_an_example() {
    assert_eq!(
        refusal(&["--live=80890"], &[], ""),
        "--live expects a port from 0 to 65535, such as `8089`, not `80890`"
    );
    assert_eq!(refusal(&["--live-linger", "10"], &[], ""), "--live-linger expects a time, such as `10m`, not `10`");
    assert_eq!(
        refusal(&["--metrics", "9090"], &[], ""),
        "--metrics expects an address with a port, such as `127.0.0.1:0`, not `9090`"
    );
    let linger = options(&["--live-linger", "10min"], &[], "").live.linger;
    assert_eq!(linger, Duration::from_secs(600));
}
