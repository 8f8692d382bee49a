//! A request as a server saw it, without what two clients may write differently.

use std::collections::BTreeMap;

use proofload_testing::http_server::{Received, ScriptedServer};

/// A request as a server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenRequest {
    /// `GET /a HTTP/1.1`
    pub(crate) line: String,
    /// By their names in lower case; several of one name are joined.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl SeenRequest {
    pub(crate) fn of(received: &Received) -> SeenRequest {
        let (head, body) = received.text.split_once("\r\n\r\n").expect("a head ends with an empty line");
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let mut headers = BTreeMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let joined: &mut String = headers.entry(name.to_ascii_lowercase()).or_default();
            joined.push_str(if joined.is_empty() { "" } else { ", " });
            joined.push_str(value.trim());
        }
        SeenRequest { line, headers, body: body.to_owned() }
    }

    /// Without what differs between two clients that send the same: their names, that curl accepts everything, blanks between
    /// cookies, and the boundary of a form.
    pub(crate) fn comparable(mut self) -> SeenRequest {
        let agent = self.headers.get("user-agent").map(String::as_str).unwrap_or_default();
        if agent.starts_with("curl/") || agent.starts_with("proofload/") {
            self.headers.remove("user-agent");
        }
        // curl joins them without the blank that RFC 6265 asks for.
        if let Some(cookie) = self.headers.get_mut("cookie") {
            *cookie = cookie.replace("; ", ";");
        }
        if self.headers.get("accept").is_some_and(|accept| accept == "*/*") {
            self.headers.remove("accept");
        }
        let boundary =
            self.headers.get("content-type").and_then(|kind| kind.split_once("boundary=")).map(|(_, it)| it.to_owned());
        if let Some(boundary) = boundary {
            self.headers.insert("content-type".to_owned(), "multipart/form-data".to_owned());
            self.headers.remove("content-length");
            self.body = self
                .body
                .replace(&boundary, "BOUNDARY")
                .replace("Content-", "content-")
                .replace("Disposition", "disposition")
                .replace("Type", "type");
        }
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    /// `/items/7?a=b`
    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

/// All that a server has received.
pub(crate) fn seen(server: &ScriptedServer) -> Vec<SeenRequest> {
    server.received().iter().map(SeenRequest::of).collect()
}

/// The only request that a server has received.
#[track_caller]
pub(crate) fn seen_once(server: &ScriptedServer) -> SeenRequest {
    let mut all = seen(server);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}
