//! hyper is the reference: the decoder reads the same response as hyper, or it counts a failure.
//!
//! Where we are stricter:
//! * heads over 64 KiB (hyper: 408 KiB), bodies over their limit (hyper has none);
//! * an invalid `content-length`, or two that differ, even where it does not matter (`HEAD`, 101, 204, 304);
//! * trailers with a line that ends in a bare LF;
//! * the connection is not used again after an answer with both a length and a transfer encoding.
//!
//! hyper is given each stream at once: in pieces it does not find the end of a head whose line ends are mixed, and we do.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::corpus;
use super::feed::{ReadResponse, read_whole};
use super::reference::{self, Reference};
use super::valid::valid;
use crate::http::http1::malformed::Malformed;

/// Both read the stream; a difference is an error that shows both results.
fn compare(stream: &[u8], answers_head: bool) -> Result<(), String> {
    let (ours, theirs) = (read_whole(stream, answers_head), reference::read(stream, answers_head));
    let shown = stream.escape_ascii();
    match (&ours, &theirs) {
        (Ok(ours), Ok(reference)) if as_reference(ours) != *reference => {
            Err(format!("{shown}\n ours: {ours:?}\nhyper: {reference:?}"))
        }
        (Ok(ours), Err(error)) => Err(format!("{shown}\n ours: {ours:?}\nhyper refuses it: {error:?}")),
        (Err(malformed), Ok(reference)) if !may_be_stricter(malformed, reference.status, answers_head) => {
            Err(format!("{shown}\n ours: {malformed}\nhyper: {reference:?}"))
        }
        (Ok(ours), _) if ours.keeps_open && !reference::keeps_open(stream, answers_head) => {
            Err(format!("{shown}\nwe keep the connection, and hyper does not"))
        }
        _ => Ok(()),
    }
}

fn as_reference(ours: &ReadResponse) -> Reference {
    let headers = ours.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let mut headers: Vec<_> = headers.collect();
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    Reference { status: ours.status, headers, body: ours.body.clone() }
}

fn may_be_stricter(malformed: &Malformed, status: u16, answers_head: bool) -> bool {
    match malformed {
        Malformed::LongHead(_) | Malformed::LongBody | Malformed::ChunkLine => true,
        Malformed::Length => answers_head || matches!(status, 101 | 204 | 304),
        _ => false,
    }
}

/// Somewhere in a stream, something else.
#[derive(Debug, Clone)]
enum Mutation {
    Replace(Index, u8),
    Remove(Index, usize),
    Insert(Index, &'static str),
    InsertLine(Index, &'static str),
    Repeat(Index, usize),
}

const BITS: [&str; 24] = [
    "\r",
    "\n",
    "\r\n",
    "\r\n\r\n",
    "\0",
    "\x0b",
    "\x7f",
    "\u{e9}",
    " ",
    "\t",
    ":",
    ";",
    ",",
    "0",
    "1",
    "-",
    "+",
    "f",
    "x",
    "0\r\n\r\n",
    "chunked",
    "close",
    "HTTP/1.1 200 OK\r\n",
    "5\r\nhello\r\n",
];

const LINES: [&str; 20] = [
    "content-length: 5",
    "Content-Length: 3, 3",
    "content-length: 3, 4",
    "content-length: -1",
    "content-length: +5",
    "content-length:",
    "content-length: 18446744073709551615",
    "content-length: 18446744073709551616",
    "content-length : 5",
    "transfer-encoding: chunked",
    "Transfer-Encoding: identity",
    "transfer-encoding: chunked, gzip",
    "transfer-encoding: \u{e9}, chunked",
    "transfer-encoding : chunked",
    " transfer-encoding: chunked",
    "connection: close",
    "connection: keep-alive",
    "connection: \u{e9}, close",
    "HTTP/1.1 100 Continue\r\n",
    "x:\x0b",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    let interesting = prop_oneof![select(b"\r\n\0 \t:;,0159afx-+".as_slice()), any::<u8>()];
    prop_oneof![
        (any::<Index>(), interesting).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<Index>(), 1_usize..6).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<Index>(), select(BITS.as_slice())).prop_map(|(at, bit)| Mutation::Insert(at, bit)),
        (any::<Index>(), select(LINES.as_slice())).prop_map(|(at, line)| Mutation::InsertLine(at, line)),
        (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Mutation::Repeat(at, length)),
    ]
}

impl Mutation {
    fn change(&self, stream: &mut Vec<u8>) {
        match self {
            Mutation::Replace(at, byte) => {
                let at = at.index(stream.len());
                stream[at] = *byte;
            }
            Mutation::Remove(at, length) => {
                let at = at.index(stream.len());
                stream.drain(at..(at + length).min(stream.len()));
            }
            Mutation::Insert(at, bit) => insert(stream, at.index(stream.len()), bit),
            Mutation::InsertLine(at, line) => {
                let ends: Vec<usize> =
                    stream.windows(2).enumerate().filter(|(_, w)| *w == b"\r\n").map(|(n, _)| n).collect();
                let place = if ends.is_empty() { 0 } else { ends[at.index(ends.len())] };
                insert(stream, place, line);
                insert(stream, place, "\r\n");
            }
            Mutation::Repeat(at, length) => {
                let at = at.index(stream.len());
                let repeated = stream[at..(at + length).min(stream.len())].to_vec();
                stream.splice(at..at, repeated);
            }
        }
        if stream.is_empty() {
            stream.push(b'H');
        }
    }
}

/// One byte a character, as in the heads of old servers.
fn insert(stream: &mut Vec<u8>, at: usize, text: &str) {
    stream.splice(at..at, text.chars().map(|c| c as u8));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_changed_response_is_read_as_hyper_reads_it_or_is_a_failure(
        valid in valid(),
        mutations in prop::collection::vec(mutation(), 1..4),
        answers_head in prop::bool::weighted(0.05),
    ) {
        let mut stream = valid.stream;
        mutations.iter().for_each(|mutation| mutation.change(&mut stream));
        let compared = compare(&stream, valid.answers_head || answers_head);
        prop_assert!(compared.is_ok(), "{}", compared.unwrap_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_valid_response_is_read_as_hyper_reads_it(valid in valid()) {
        let theirs = reference::read(&valid.stream, valid.answers_head);
        prop_assert_eq!(theirs.ok(), Some(as_reference(&valid.expected)));
        let compared = compare(&valid.stream, valid.answers_head);
        prop_assert!(compared.is_ok(), "{}", compared.unwrap_err());
    }
}

#[test]
fn the_awkward_responses_are_read_as_hyper_reads_them_or_are_failures() {
    let differences: Vec<String> = corpus::streams()
        .into_iter()
        .filter_map(|(name, stream)| {
            let difference = compare(&stream, corpus::answers_head(&name)).err()?;
            Some(format!("{name}: {}", difference.chars().take(2_000).collect::<String>()))
        })
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}
