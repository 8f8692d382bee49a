//! A run with a live page, and viewers of it over plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;
use std::time::Duration;

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::process::{DEADLINE, signal};
use serde_json::Value;

/// A run with a live page.
pub(crate) struct Watched {
    workspace: Workspace,
    pub(crate) child: Child,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) metrics: Option<u16>,
    /// What it prints on standard error after its link.
    rest: Option<std::thread::JoinHandle<String>>,
}

impl Watched {
    pub(crate) fn start(arguments: &[&str]) -> Watched {
        let workspace = Workspace::new();
        let lock = workspace.path().join("own-lock");
        std::fs::write(&lock, "").expect("written");
        let mut command = workspace.command(arguments);
        // Other perf runs on this machine neither wait nor disturb.
        command.env("PROOFLOAD_INTERNAL_LOCK", lock);
        let mut child = command.spawn().expect("the perf binary starts");
        let mut errors = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = || {
            let mut line = String::new();
            errors.read_line(&mut line).expect("text");
            line
        };
        let link = line();
        let link = link.strip_prefix("live page: http://127.0.0.1:").unwrap_or_else(|| panic!("a link: {link}"));
        let (port, token) = link.trim().split_once("/#token=").expect("a token");
        let wants_metrics = arguments.iter().any(|argument| argument.starts_with("--metrics"));
        let metrics = wants_metrics.then(|| {
            let line = line();
            let port = line.trim().rsplit_once(':').and_then(|(_, port)| port.strip_suffix("/metrics")?.parse().ok());
            port.unwrap_or_else(|| panic!("an address: {line}"))
        });
        let (port, token) = (port.parse().expect("a port"), token.to_owned());
        let rest = std::thread::spawn(move || {
            let mut rest = String::new();
            errors.read_to_string(&mut rest).expect("text");
            rest
        });
        Watched { workspace, child, port, token, metrics, rest: Some(rest) }
    }

    /// The status and the whole text of the answer to a request with these lines; `Host` is added unless it is there.
    pub(crate) fn ask(&self, method_and_path: &str, headers: &[&str], body: &str) -> (u16, String) {
        ask(self.port, method_and_path, headers, body)
    }

    pub(crate) fn cookie(&self) -> String {
        let body = format!("{{\"token\":\"{}\"}}", self.token);
        let (status, text) = self.ask("POST /session", &["Content-Type: application/json"], &body);
        assert_eq!(status, 200, "{text}");
        let cookie = text.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        assert!(cookie.contains("HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
        format!("Cookie: {}", cookie.split(';').next().expect("a pair"))
    }

    pub(crate) fn viewer(&self, after: u64) -> Viewer {
        Viewer::open(self.port, &self.cookie(), after).unwrap_or_else(|answer| panic!("a stream of events: {answer}"))
    }

    pub(crate) fn finish(mut self) -> FinishedRun {
        let mut output = self.child.wait_with_output().expect("ends");
        output.stderr = self.rest.take().expect("a thread").join().expect("text").into_bytes();
        self.workspace.finished(&output, Duration::ZERO)
    }

    pub(crate) fn interrupt(self) -> FinishedRun {
        signal("INT", self.child.id());
        self.finish()
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("the page listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    stream
}

pub(crate) fn ask(port: u16, method_and_path: &str, headers: &[&str], body: &str) -> (u16, String) {
    let mut stream = connect(port);
    let mut head = format!("{method_and_path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|header| header.starts_with("Host:")) {
        head.push_str(&format!("Host: 127.0.0.1:{port}\r\n"));
    }
    headers.iter().for_each(|header| head.push_str(&format!("{header}\r\n")));
    write!(stream, "{head}\r\n{body}").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("a status: {answer}")), answer)
}

/// A stream of events.
pub(crate) struct Viewer {
    reader: BufReader<TcpStream>,
}

/// What came: the id, the name and the data.
pub(crate) type Event = (u64, String, Value);

impl Viewer {
    /// The stream, or the whole answer if it is another one.
    pub(crate) fn open(port: u16, cookie: &str, after: u64) -> Result<Viewer, String> {
        let mut stream = connect(port);
        let last = if after > 0 { format!("Last-Event-ID: {after}\r\n") } else { String::new() };
        write!(stream, "GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}\r\n{last}\r\n").expect("sent");
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).expect("a head") > 0 {}
        if head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream") {
            return Ok(Viewer { reader });
        }
        Err(head)
    }

    /// The next event; `None` if the stream has ended. The lines of the chunked encoding have no field's name.
    pub(crate) fn next(&mut self) -> Option<Event> {
        let (mut id, mut name, mut data) = (0, String::new(), None);
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            if let Some(value) = line.strip_prefix("id: ") {
                id = value.parse().expect("a number");
            } else if let Some(value) = line.strip_prefix("event: ") {
                value.clone_into(&mut name);
            } else if let Some(value) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(value).expect("JSON"));
            } else if line.is_empty()
                && let Some(data) = data.take()
            {
                return Some((id, name, data));
            }
        }
    }

    pub(crate) fn wait_for(&mut self, wanted: &str) -> Event {
        loop {
            let event = self.next().unwrap_or_else(|| panic!("the stream has ended without `{wanted}`"));
            if event.1 == wanted {
                return event;
            }
        }
    }

    /// Everything up to the last event of the run.
    pub(crate) fn rest(mut self) -> Vec<Event> {
        let mut is_over = false;
        std::iter::from_fn(|| {
            let event = if is_over { None } else { self.next() };
            is_over = event.as_ref().is_some_and(|event| event.1 == "end");
            event
        })
        .collect()
    }
}
