//! Bytes of another protocol where a response should begin, and headers that are not valid, by name.

/// Another protocol than HTTP/1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    TlsAlert,
    TlsHandshake,
    Http2Preface,
    Http2Frames,
    Ssh,
}

/// How another protocol begins; `None` stands for any byte.
const BEGINNINGS: [(Protocol, &[Option<u8>]); 5] = [
    (Protocol::TlsAlert, &[Some(0x15), Some(3)]),
    (Protocol::TlsHandshake, &[Some(0x16), Some(3)]),
    (Protocol::Http2Preface, &[Some(b'P'), Some(b'R'), Some(b'I'), Some(b' '), Some(b'*'), Some(b' ')]),
    // A frame with settings, on the whole connection: the first that each side sends.
    (Protocol::Http2Frames, &[Some(0), Some(0), None, Some(4), Some(0), Some(0), Some(0), Some(0), Some(0)]),
    (Protocol::Ssh, &[Some(b'S'), Some(b'S'), Some(b'H'), Some(b'-')]),
];

/// What bytes that are not HTTP are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognised {
    Yes(Protocol),
    /// Too few of them have come.
    NotYet,
    No,
}

/// Which protocol begins with `bytes`.
#[cold]
pub(super) fn recognise(bytes: &[u8]) -> Recognised {
    let matches = |pattern: &[Option<u8>]| {
        bytes.iter().zip(pattern).all(|(byte, wanted)| wanted.is_none_or(|wanted| wanted == *byte))
    };
    match BEGINNINGS.iter().find(|(_, pattern)| matches(pattern)) {
        Some((protocol, pattern)) if bytes.len() >= pattern.len() => Recognised::Yes(*protocol),
        Some(_) => Recognised::NotYet,
        None => Recognised::No,
    }
}

impl std::fmt::Display for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Protocol::TlsAlert => "a TLS alert: the server speaks TLS, so its address begins with `https://`",
            Protocol::TlsHandshake => "a TLS handshake: the server speaks TLS, so its address begins with `https://`",
            Protocol::Http2Preface => "the preface of an HTTP/2 client: this is no server",
            Protocol::Http2Frames => "frames of HTTP/2: the server speaks it without an upgrade; set `http2 = true`",
            Protocol::Ssh => "the banner of an SSH server: is it the right port?",
        })
    }
}

/// More of a header's name is not shown.
const LONGEST_NAME: usize = 64;

/// The name of the first header in the lines of `head` at which `is_invalid` finds all lines up to it invalid. It must not
/// find them valid again when there are more.
#[cold]
pub(super) fn invalid_header(head: &[u8], is_invalid: impl Fn(&[u8]) -> bool) -> String {
    let ends: Vec<usize> = (0..head.len()).filter(|at| head[*at] == b'\n').map(|at| at + 1).collect();
    let valid = ends.partition_point(|end| !is_invalid(&head[..*end]));
    let begins = valid.checked_sub(1).map_or(0, |last| ends[last]);
    if begins == 0 {
        return "the status line".to_owned();
    }
    format!("the header `{}`", name_of(&head[begins..]))
}

/// The name of the header with the longest line, of several the first.
#[cold]
pub(super) fn longest_header(head: &[u8]) -> String {
    let lines = head.split(|byte| *byte == b'\n').collect::<Vec<_>>();
    name_of(lines.iter().skip(1).rev().max_by_key(|line| line.len()).copied().unwrap_or_default())
}

fn name_of(line: &[u8]) -> String {
    // A byte that no name may have ends it, so that the name does not depend on how much has come.
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_|~".contains(byte);
    line.iter().take_while(|byte| is_name(byte)).take(LONGEST_NAME).map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_recognised_once_enough_of_it_has_come_and_never_taken_for_another() {
        let settings = [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3];
        for (bytes, protocol, enough) in [
            (&[0x15, 3, 3, 0, 2, 2, 40][..], Protocol::TlsAlert, 2),
            (&[0x16, 3, 1, 2, 0], Protocol::TlsHandshake, 2),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Protocol::Http2Preface, 6),
            (&settings, Protocol::Http2Frames, 9),
            (b"SSH-2.0-OpenSSH_9.6\r\n", Protocol::Ssh, 4),
        ] {
            for count in 0..=bytes.len() {
                let expected = if count < enough { Recognised::NotYet } else { Recognised::Yes(protocol) };
                assert_eq!(recognise(&bytes[..count]), expected, "{count} bytes of {protocol:?}");
            }
        }
        assert_eq!(recognise(b"220 mail.example ESMTP"), Recognised::No);
    }
}
