//! `--workers`: several processes offer the load of a command.

use proofload_testing::broker;
use proofload_testing::http_server::{Reply, ScriptedServer};
use serde_json::Value;

use crate::program::Place;

/// The requests of the run, which must be those of its two workers together, and those that the server received.
fn requests_of_two(load: &[&str]) -> u64 {
    let (place, server) = (Place::new(), ScriptedServer::start(|_| Reply::ok()));
    let [command, options @ ..] = load else { panic!("no command") };
    let ended = place.run(&[&[command, server.url.as_str(), "--workers", "2"], options].concat());
    // A machine that is busy with other work makes a measurement invalid, and no request less.
    assert!([0, 102].contains(&ended.code), "{}{}", ended.out, ended.err);
    let test = &ended.record["tests"][0];
    let ok = |of: &Value| of["requests"]["ok"].as_u64();
    let workers = test["workers"].as_array().cloned().unwrap_or_default();
    assert_eq!(workers.len(), 2, "{}{}", ended.out, ended.err);
    let total = ok(&test["totals"]).expect("its requests are counted");
    assert_eq!(workers.iter().map(ok).sum::<Option<u64>>(), Some(total), "{test:#}");
    // An invalid measurement is made once more.
    let measurements = if ended.out.contains("measured twice") { 2 } else { 1 };
    assert_eq!(server.received().len() as u64, measurements * total, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("2 workers on 1 machine"), "{}", ended.out);
    total
}

#[test]
fn the_requests_of_a_closed_load_are_those_of_two_workers() {
    if broker::is_installed() {
        assert_eq!(requests_of_two(&["closed", "-c", "4", "-n", "40"]), 40);
    }
}

#[test]
fn the_arrivals_of_an_open_load_are_those_of_two_workers() {
    if broker::is_installed() {
        assert_eq!(requests_of_two(&["open", "--rate", "100/s", "-d", "1s"]), 100);
    }
}
