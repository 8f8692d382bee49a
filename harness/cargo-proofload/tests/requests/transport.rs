//! How requests travel: the options that are settings of a test.

use std::time::Duration;

use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::command::Place;
use crate::seen::{seen, seen_once};

#[test]
fn without_keepalive_each_request_has_a_connection_of_its_own() {
    let server = ScriptedServer::start(|_| Reply::ok());
    Place::new().passes(&server.url, &["-n", "3", "--disable-keepalive"]);
    assert_eq!(server.connections(), 3);
    assert!(seen(&server).iter().all(|request| request.header("connection") == "close"));
    let server = ScriptedServer::start(|_| Reply::ok());
    Place::new().passes(&server.url, &["-n", "3"]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn redirects_are_followed_if_asked_for() {
    let server = ScriptedServer::start(|received| match received.path.as_str() {
        "/a" => Reply::send("HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n"),
        _ => Reply::ok(),
    });
    let url = format!("{}/a", server.url);
    Place::new().passes(&url, &[]);
    assert_eq!(server.received_at("/b"), 0);
    Place::new().passes(&url, &["-L"]);
    assert_eq!(server.received_at("/b"), 1);
    let ended = Place::new().closed(&url, &["-L", "--max-redirs", "0", "--expect", "200"]);
    assert_eq!(ended.code, 101, "a redirect is the response, and 302 is not expected: {}", ended.text);
}

#[test]
fn a_status_that_is_not_expected_is_a_failure() {
    let server = ScriptedServer::start(|_| Reply::response("404 Not Found", ""));
    assert_eq!(Place::new().closed(&server.url, &[]).code, 101);
    Place::new().passes(&server.url, &["--expect", "404"]);
    Place::new().passes(&server.url, &["--expect", "2xx,404"]);
    let ended = Place::new().closed(&server.url, &["--expect", "2xx"]);
    assert!(ended.code == 101 && ended.text.contains("status 404"), "{}", ended.text);
}

#[test]
fn a_response_that_takes_longer_than_the_timeout_is_a_failure() {
    let server = ScriptedServer::start(|_| Reply::send_after(Duration::from_secs(30), "HTTP/1.1 200 OK\r\n\r\n"));
    let ended = Place::new().closed(&server.url, &["--timeout", "0.2"]);
    assert!(ended.code == 101 && ended.text.contains("timed out"), "{}", ended.text);
}

#[test]
fn a_compressed_response_is_asked_for_and_decoded() {
    // printf hello | gzip -n | xxd -i
    const HELLO: [u8; 25] =
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0];
    let encoded = |body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
        Reply::send([head.as_bytes(), body].concat())
    };
    let server = ScriptedServer::start(move |_| encoded(&HELLO));
    Place::new().passes(&server.url, &["--compressed"]);
    assert_eq!(seen_once(&server).header("accept-encoding"), "gzip, deflate");
    let broken = ScriptedServer::start(move |_| encoded(&HELLO[..12]));
    let ended = Place::new().closed(&broken.url, &["--compressed"]);
    assert_eq!(ended.code, 101, "a body that cannot be decoded is a failure: {}", ended.text);
}

#[test]
fn a_proxy_gets_the_whole_address() {
    let proxy = ScriptedServer::start(|_| Reply::ok());
    Place::new().passes("http://shop.invalid/a?b=c", &["-x", proxy.url.trim_start_matches("http://")]);
    assert_eq!(seen_once(&proxy).path(), "http://shop.invalid/a?b=c");
}

#[test]
fn http2_is_spoken_and_nothing_else() {
    let server = ScriptedServer::start(|_| Reply::close("no HTTP/2 here"));
    let ended = Place::new().closed(&server.url, &["--http2", "--timeout", "2s"]);
    assert_eq!(ended.code, 101, "{}", ended.text);
    assert!(server.received().iter().all(|received| received.method == "PRI"), "{:?}", server.received());
}
