//! Valid answers, in every spelling that servers use.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::feed::ReadResponse;

/// A valid answer, and what it says.
#[derive(Debug, Clone)]
pub(super) struct Valid {
    pub(super) stream: Vec<u8>,
    pub(super) answers_head: bool,
    /// What the decoder should read.
    pub(super) expected: ReadResponse,
    /// Only the end of the connection completes it.
    pub(super) lasts_until_close: bool,
}

#[derive(Debug, Clone)]
struct Recipe {
    http_1_1: bool,
    answers_head: bool,
    interims: Vec<&'static str>,
    status: u16,
    reason: &'static str,
    framing: ChosenFraming,
    connection: Option<&'static str>,
    headers: Vec<(String, &'static str, &'static str)>,
    body: Vec<u8>,
    place: Index,
    capitals: u64,
}

#[derive(Debug, Clone)]
enum ChosenFraming {
    Length(&'static str),
    Chunked { spelling: &'static str, sizes: Vec<usize>, extension: &'static str, trailers: &'static str },
    UntilClose,
}

const INTERIMS: [&str; 3] =
    ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", "HTTP/1.1 102 \r\n\r\n"];
const CONNECTIONS: [&str; 6] = ["close", "keep-alive", "Keep-Alive, x", "upgrade , CLOSE", "x", ""];
const VALUES: [&str; 10] =
    ["", "b", "a, b", "\"quoted\"", "\tblanks and\ttabs ", "caf\u{e9}", "0", "close", "chunked", "7"];

pub(super) fn valid() -> impl Strategy<Value = Valid> {
    recipe().prop_map(cook)
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let body = prop_oneof![
        3 => proptest::collection::vec(any::<u8>(), 0..80),
        1 => select(vec![&b""[..], b"HTTP/1.1 200 OK\r\n\r\n", b"0\r\n\r\n", b"\r\n", b"hello\r\n"]).prop_map(<[u8]>::to_vec),
    ];
    let head = (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.1),
        proptest::collection::vec(select(INTERIMS.as_slice()), 0..3),
        select([200, 201, 299, 302, 404, 500, 599, 999, 204, 304].as_slice()),
        select([" OK", "", " ", " Not Found", " \u{dc}ber"].as_slice()),
    );
    let name = "[xX]-[a-zA-Z0-9_!~]{0,9}";
    let headers =
        proptest::collection::vec((name, select(["", " ", "\t "].as_slice()), select(VALUES.as_slice())), 0..6);
    let connection = proptest::option::of(select(CONNECTIONS.as_slice()));
    (head, framing(), connection, headers, body, any::<Index>(), any::<u64>()).prop_map(
        |(head, framing, connection, headers, body, place, capitals)| {
            let (http_1_1, answers_head, interims, status, reason) = head;
            Recipe {
                http_1_1,
                answers_head,
                interims,
                status,
                reason,
                framing,
                connection,
                headers,
                body,
                place,
                capitals,
            }
        },
    )
}

fn framing() -> impl Strategy<Value = ChosenFraming> {
    let chunked = (
        select(["chunked", "Chunked", "gzip, chunked", "gzip,CHUNKED "].as_slice()),
        proptest::collection::vec(1_usize..40, 1..6),
        select(["", ";a", " ; name=\"va;lue\"", "\t", ";a=1;b=2"].as_slice()),
        select(["", "x-sum: 7\r\n", "a:\r\nB: c d\r\n", "content-length: 3\r\n", "connection: close\r\n"].as_slice()),
    );
    prop_oneof![
        4 => select(["N", "00N", "N, N", "twice"].as_slice()).prop_map(ChosenFraming::Length),
        4 => chunked.prop_map(|(spelling, sizes, extension, trailers)| ChosenFraming::Chunked {
            spelling,
            sizes,
            extension,
            trailers
        }),
        1 => Just(ChosenFraming::UntilClose),
    ]
}

fn cook(recipe: Recipe) -> Valid {
    let mut recipe = recipe;
    if !recipe.http_1_1 && matches!(recipe.framing, ChosenFraming::Chunked { .. }) {
        recipe.framing = ChosenFraming::Length("N");
    }
    let mut headers: Vec<(String, String, String)> = Vec::new();
    for (name, blank, value) in &recipe.headers {
        headers.push((name.clone(), (*blank).to_owned(), (*value).to_owned()));
    }
    let mut place = |name: &str, value: String| {
        let at = recipe.place.index(headers.len() + 1);
        headers.insert(at, (in_case(name, recipe.capitals), " ".to_owned(), value));
    };
    let length = recipe.body.len();
    match &recipe.framing {
        ChosenFraming::Length("twice") => {
            place("content-length", length.to_string());
            place("content-length", format!("0{length}"));
        }
        ChosenFraming::Length(spelling) => place("content-length", spelling.replace('N', &length.to_string())),
        ChosenFraming::Chunked { spelling, .. } => place("transfer-encoding", (*spelling).to_owned()),
        ChosenFraming::UntilClose => {}
    }
    if let Some(connection) = recipe.connection {
        place("connection", connection.to_owned());
    }
    recipe.serve(&headers)
}

impl Recipe {
    fn serve(self, headers: &[(String, String, String)]) -> Valid {
        let mut stream = self.interims.concat().into_bytes();
        stream.extend(format!("HTTP/1.{} {}", u8::from(self.http_1_1), self.status).bytes());
        // One byte a character, as servers once wrote them.
        stream.extend(self.reason.chars().map(|c| c as u8));
        stream.extend(b"\r\n");
        for (name, blank, value) in headers {
            stream.extend(format!("{name}:{blank}").bytes());
            stream.extend(value.chars().map(|c| c as u8));
            stream.extend(b"\r\n");
        }
        stream.extend(b"\r\n");
        let has_body = !self.answers_head && !matches!(self.status, 204 | 304);
        let lasts_until_close = has_body && matches!(self.framing, ChosenFraming::UntilClose);
        if has_body {
            self.write_body(&mut stream);
        }
        let headers = headers.iter().map(|(name, _, value)| {
            let value: Vec<u8> = value.trim_matches([' ', '\t']).chars().map(|c| c as u8).collect();
            (name.clone(), value)
        });
        let expected = ReadResponse {
            status: self.status,
            headers: headers.collect(),
            keeps_open: self.keeps_open() && !lasts_until_close,
            body: if has_body { self.body } else { Vec::new() },
        };
        Valid { stream, answers_head: self.answers_head, expected, lasts_until_close }
    }

    fn write_body(&self, stream: &mut Vec<u8>) {
        let ChosenFraming::Chunked { sizes, extension, trailers, .. } = &self.framing else {
            stream.extend(&self.body);
            return;
        };
        let (mut rest, mut sizes) = (self.body.as_slice(), sizes.iter().cycle());
        while let Some(size) = sizes.next().filter(|_| !rest.is_empty()) {
            let (chunk, later) = rest.split_at((*size).min(rest.len()));
            let line = match self.capitals & 1 {
                0 => format!("{:x}{extension}\r\n", chunk.len()),
                _ => format!("0{:X}{extension}\r\n", chunk.len()),
            };
            stream.extend(line.bytes());
            stream.extend(chunk);
            stream.extend(b"\r\n");
            rest = later;
        }
        stream.extend(format!("0{extension}\r\n{trailers}\r\n").bytes());
    }

    fn keeps_open(&self) -> bool {
        match self.connection {
            Some("close" | "upgrade , CLOSE") => false,
            Some("keep-alive" | "Keep-Alive, x") => true,
            _ => self.http_1_1,
        }
    }
}

/// Capitals where the bits say.
fn in_case(name: &str, capitals: u64) -> String {
    let letters = name.chars().enumerate();
    letters.map(|(at, c)| if capitals >> at & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect()
}
