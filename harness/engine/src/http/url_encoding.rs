//! Paths and query strings, encoded as browsers encode them (<https://url.spec.whatwg.org>).

/// What a path has to encode besides control characters and what is not ASCII.
const NOT_IN_PATHS: &[u8] = b" \"#<>?`{}";

/// What a query string has to encode besides those.
const NOT_IN_QUERIES: &[u8] = b" \"#<>'";

/// Appends a path that begins with a slash, with its query string if it has one: dots are resolved, spaces and umlauts encoded,
/// and what begins with `#` is left out.
pub(super) fn push_path(out: &mut String, path: &str) {
    let path = path.trim_end_matches(|c| c <= ' ');
    let path = path.split_once('#').map_or(path, |(before, _)| before);
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let begins = out.len();
    let mut segments = path.split(['/', '\\']).skip(1).peekable();
    while let Some(segment) = segments.next() {
        let before = out.len();
        out.push('/');
        push_encoded(out, segment, NOT_IN_PATHS);
        let Some(dots) = dots(&out[before + 1..]) else { continue };
        out.truncate(before);
        if dots == 2 {
            out.truncate(out[begins..].rfind('/').map_or(begins, |slash| begins + slash));
        }
        if segments.peek().is_none() {
            out.push('/');
        }
    }
    if let Some(query) = query {
        out.push('?');
        push_encoded(out, query, NOT_IN_QUERIES);
    }
}

/// How many dots a segment is, if it is nothing else than one or two.
fn dots(segment: &str) -> Option<usize> {
    let rest = strip_dot(segment)?;
    match strip_dot(rest) {
        None if rest.is_empty() => Some(1),
        Some("") => Some(2),
        _ => None,
    }
}

fn strip_dot(text: &str) -> Option<&str> {
    [".", "%2e", "%2E"].into_iter().find_map(|dot| text.strip_prefix(dot))
}

fn push_encoded(out: &mut String, text: &str, not_in_it: &[u8]) {
    for byte in text.bytes().filter(|byte| !b"\t\n\r".contains(byte)) {
        match byte.is_ascii() && !byte.is_ascii_control() && !not_in_it.contains(&byte) {
            true => out.push(char::from(byte)),
            false => push_hexadecimal(out, byte),
        }
    }
}

/// Appends `name=value` to the pairs that begin at `begins`, as a form is encoded.
pub fn push_pair(out: &mut String, begins: usize, name: &str, value: &str) {
    if out.len() > begins {
        out.push('&');
    }
    push_of_form(out, name);
    out.push('=');
    push_of_form(out, value);
}

fn push_of_form(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => out.push(char::from(byte)),
            _ => push_hexadecimal(out, byte),
        }
    }
}

fn push_hexadecimal(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::{Position, Url};

    use super::*;

    fn encoded(path: &str) -> String {
        let mut out = "before".to_owned();
        push_path(&mut out, path);
        out.split_off("before".len())
    }

    #[test]
    fn dots_are_resolved_and_never_leave_the_path() {
        for (path, sent) in [
            ("/a/../b/./c", "/b/c"),
            ("/..", "/"),
            ("/../../a", "/a"),
            ("/a/.", "/a/"),
            ("/a/b/..", "/a/"),
            ("/a/%2E%2e/b", "/b"),
            ("/a//../b", "/a/b"),
            ("/...", "/..."),
            ("/a?b/../c", "/a?b/../c"),
        ] {
            assert_eq!(encoded(path), sent, "{path}");
        }
    }

    /// Of what is special in a path or a pair, and a few letters.
    fn text() -> impl Strategy<Value = String> {
        proptest::string::string_regex(r"([./\\?#%&+= a-c2eE'`\t\n\x00\x7f|^\[\]{}<>:@-]|\PC){0,24}").expect("valid")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn a_path_is_encoded_as_the_crate_url_encodes_it(rest in text()) {
            let path = format!("/{rest}");
            let reference = Url::parse(&format!("http://host{path}")).expect("a path is no reason to refuse an address");
            prop_assert_eq!(encoded(&path), &reference[Position::BeforePath..Position::AfterQuery]);
        }

        #[test]
        fn pairs_are_encoded_as_the_crate_url_encodes_them(pairs in prop::collection::vec((text(), text()), 0..4)) {
            let reference = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            let mut out = "/?".to_owned();
            pairs.iter().for_each(|(name, value)| push_pair(&mut out, 2, name, value));
            prop_assert_eq!(&out[2..], reference);
        }
    }
}
