//! A request as the bytes that are sent.

use http::Method;

use crate::http::address::{Address, USER_AGENT};
use crate::http::draft::RequestDraft;

/// Writes the head of `draft` into `out`, whose memory is reused. The body follows it unchanged.
pub(super) fn encode(out: &mut Vec<u8>, draft: &RequestDraft, address: &Address, closes: bool) {
    out.clear();
    for part in [draft.line().method.as_str(), " ", &address.prefix, draft.path()] {
        out.extend_from_slice(part.as_bytes());
    }
    match draft.has_host || draft.has_user_agent {
        false => out.extend_from_slice(&address.preamble),
        true => encode_preamble(out, draft, address),
    }
    out.extend_from_slice(draft.headers());
    if let Some(content_type) = draft.content_type() {
        for part in [b"content-type: ", content_type, b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
    if !draft.body_bytes().is_empty() || expects_length(&draft.line().method) {
        out.extend_from_slice(b"content-length: ");
        push_number(out, draft.body_bytes().len());
        out.extend_from_slice(b"\r\n");
    }
    if closes {
        out.extend_from_slice(b"connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// For a request that sets `host` or `user-agent` itself.
fn encode_preamble(out: &mut Vec<u8>, draft: &RequestDraft, address: &Address) {
    out.extend_from_slice(b" HTTP/1.1\r\n");
    if !draft.has_host {
        for part in ["host: ", &address.authority, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    if !draft.has_user_agent {
        out.extend_from_slice(USER_AGENT.as_bytes());
    }
}

/// Methods for which an empty body has a `content-length` of 0 (RFC 9110, 8.6).
fn expects_length(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn push_number(out: &mut Vec<u8>, number: usize) {
    let mut digits = [0; 20];
    let (mut left, mut first) = (number, digits.len());
    loop {
        first -= 1;
        digits[first] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        for number in [0, 7, 10, 999, 1_000_000, usize::MAX] {
            let mut out = Vec::new();
            push_number(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
