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

#[test]
fn workers_send_each_row_of_a_file_once() {
    if !broker::is_installed() {
        return;
    }
    let (place, server) = (Place::new(), ScriptedServer::start(|_| Reply::ok()));
    let rows: String = (0..100).map(|id| format!("{id}\n")).collect();
    place.file("ids.csv", &format!("id\n{rows}"));
    let url = format!("{}/{{csv:id}}", server.url);
    let ended = place.run(&["closed", &url, "-c", "10", "-n", "100", "--data-csv", "ids.csv", "--workers", "2"]);
    assert!([0, 102].contains(&ended.code), "{}{}", ended.out, ended.err);
    // An invalid measurement is made once more.
    let measurements = if ended.out.contains("measured twice") { 2 } else { 1 };
    for id in 0..100 {
        assert_eq!(server.received_at(&format!("/{id}")), measurements, "row {id}: {}{}", ended.out, ended.err);
    }
}

#[test]
fn a_worker_that_would_send_another_body_is_refused_with_what_to_look_at() {
    if !broker::is_installed() {
        return;
    }
    let (place, server) = (Place::new(), ScriptedServer::start(|_| Reply::ok()));
    place.file("body.json", "[1]");
    // On another machine, the file of this name has another content.
    place.file("launcher", "echo '[2]' >body.json\nexec \"$@\"\n");
    let launch = "sh launcher {command}";
    let ended =
        place.run(&["closed", &server.url, "-n", "10", "--json", "@body.json", "--workers", "1", "--launch", launch]);
    assert_eq!(ended.code, 102, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("was refused as a worker: its plan of tests is "), "{}", ended.err);
    assert!(ended.err.contains("the same content of every file that these name"), "{}", ended.err);
    assert_eq!(server.received().len(), 0);
}
