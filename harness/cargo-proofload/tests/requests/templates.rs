//! `{random}`, `{uuid}` and braces as they are.

use std::collections::BTreeSet;

use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::command::Place;
use crate::seen::{seen, seen_once};

#[test]
fn a_number_is_another_for_each_request_and_the_endpoint_is_the_template() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let url = format!("{}/items/{{random:1..=3}}?again={{random}}", server.url);
    let ended = Place::new().passes(&url, &["-n", "60"]);
    let paths: Vec<String> = seen(&server).iter().map(|request| request.path().to_owned()).collect();
    let items: BTreeSet<&str> = paths.iter().filter_map(|path| path.split('?').next()).collect();
    assert_eq!(items.into_iter().collect::<Vec<_>>(), ["/items/1", "/items/2", "/items/3"]);
    let again: BTreeSet<&String> = paths.iter().collect();
    assert!(again.len() > 50, "{} of 60 paths differ", again.len());
    assert_eq!(ended.endpoints(), [("GET /items/{random:1..=3}".to_owned(), 60)]);
}

#[test]
fn the_same_run_again_sends_the_same_numbers() {
    let sent = || {
        let server = ScriptedServer::start(|_| Reply::ok());
        Place::new().passes(&format!("{}/{{random}}/{{uuid}}", server.url), &["-n", "5"]);
        seen(&server).into_iter().map(|request| request.line).collect::<Vec<_>>()
    };
    assert_eq!(sent(), sent());
}

#[test]
fn headers_and_bodies_are_filled_and_json_stays_as_it_is() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let options = ["-H", "x-id: {uuid}", "--json", r#"{"a":{"b":{random:5..6}},"c":"{{uuid}} {d}"}"#];
    Place::new().passes(&server.url, &options);
    let request = seen_once(&server);
    assert_eq!(request.body, r#"{"a":{"b":5},"c":"{uuid} {d}"}"#);
    let id = request.header("x-id");
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
    assert!(id[14..].starts_with('4') && "89ab".contains(&id[19..20]), "version 4: {id}");
}

#[test]
fn doubled_braces_in_a_url_are_braces() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let ended = Place::new().passes(&format!("{}/a/{{{{id}}}}", server.url), &[]);
    assert_eq!(seen_once(&server).path(), "/a/%7Bid%7D");
    assert_eq!(ended.endpoints().len(), 1);
}
