use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

use super::super::journal::EventKind;
use super::super::plan::SessionPlan;
use super::*;
use crate::outcome::samples;

/// A server with nothing behind it, and the cookie of its viewer.
struct Running {
    server: LiveServer,
    feed: LiveFeed,
    host: String,
    cookie: String,
}

impl Running {
    fn start() -> Running {
        let feed = LiveFeed::new(&SessionPlan::default());
        let page = Some("127.0.0.1:0".parse().unwrap());
        let served = ServedSession { page, metrics: None, run: Arc::new(samples::run), driver: None };
        let server = LiveServer::start(served, &feed).unwrap();
        let (address, token) = server.link().unwrap().split_once("/#token=").unwrap();
        let host = address.strip_prefix("http://").unwrap().to_owned();
        let body = format!("{{\"token\":\"{token}\"}}");
        let head = format!(
            "POST /session HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        );
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Running { server, feed, host, cookie }
    }

    fn viewer(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        write!(stream, "GET /events HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", self.host, self.cookie).unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        stream
    }
}

/// Far more than the buffers of a connection hold.
const MUCH: usize = 12 << 20;

#[test]
fn a_viewer_that_reads_nothing_holds_up_neither_the_others_nor_the_end() {
    let running = Running::start();
    let mut slow = running.viewer();
    let reads = running.viewer();
    for _ in 0..MUCH / 1_000 {
        running.feed.push(EventKind::Log, &"x".repeat(1_000));
    }
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let mut reads = reads;
        while !text.ends_with("the last\"}\n\n\r\n") {
            let mut bytes = [0; 65_536];
            let read = reads.read(&mut bytes).unwrap();
            assert!(read > 0, "the stream has ended early");
            text.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        text.len()
    });
    running.feed.say("the last");
    assert!(reader.join().unwrap() > MUCH, "the other one has all of it");
    running.server.announce_end(&samples::run(), None);
    let begun = Instant::now();
    running.server.end();
    assert!(begun.elapsed() < FAREWELL * 10, "the end waited for a viewer");
    let mut got = Vec::new();
    // The connection may be reset.
    let _ = slow.read_to_end(&mut got);
    assert!(got.len() < MUCH, "it was behind, and nothing was kept for it: {}", got.len());
}
