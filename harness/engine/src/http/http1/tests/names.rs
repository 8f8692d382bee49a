//! What is wrong with a head is said with the name of the header, however the bytes arrive.

use super::feed::prove;

fn cause(head: &str) -> String {
    prove(head.as_bytes(), false).unwrap_err()
}

#[test]
fn an_invalid_header_is_named() {
    for (line, said) in [
        ("x-good: 1\r\nx-bad : 2", "not HTTP: invalid header name, at the header `x-bad`"),
        ("x-bad: a\u{0}b\r\nx-good: 1", "not HTTP: invalid header value, at the header `x-bad`"),
        ("x-good: 1\r\nx-(bad): 2", "not HTTP: invalid header name, at the header `x-`"),
        ("x-good: 1\r\nx-split: a\rb", "not HTTP: invalid header value, at the header `x-split`"),
    ] {
        assert_eq!(cause(&format!("HTTP/1.1 200 OK\r\n{line}\r\nx-last: 3\r\n\r\n")), said);
    }
}

#[test]
fn too_many_headers_and_a_head_that_is_too_long_say_the_limit() {
    let many = "x: 1\r\n".repeat(101);
    assert_eq!(cause(&format!("HTTP/1.1 200 OK\r\n{many}\r\n")), "the head of the response has more than 100 headers");
    let long = format!("HTTP/1.1 200 OK\r\nx-short: 1\r\nset-cookie: {}\r\n\r\n", "y".repeat(70_000));
    assert_eq!(cause(&long), "the head of the response is longer than 64 KiB; its longest header is `set-cookie`");
}

#[test]
fn another_protocol_is_named_even_if_its_first_bytes_come_alone() {
    for (bytes, said) in [
        ("SSH-2.0-OpenSSH_9.6\r\n", "the banner of an SSH server"),
        ("\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}(", "a TLS alert"),
        ("\u{16}\u{3}\u{1}", "a TLS handshake"),
        ("\u{0}\u{0}\u{12}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}", "frames of HTTP/2"),
    ] {
        let cause = cause(bytes);
        assert!(cause.starts_with(&format!("not HTTP/1.1 but {said}")), "{cause}");
    }
}
