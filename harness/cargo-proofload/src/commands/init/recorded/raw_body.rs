//! Bodies as they were sent, read into their fields.

use url::form_urlencoded;

use super::raw_session::{RawBody, RawPart};

impl RawBody {
    /// A body with the content type that it was sent with.
    pub(super) fn read(content_type: Option<&str>, text: &str) -> RawBody {
        let kind = content_type.unwrap_or_default();
        let lower = kind.to_lowercase();
        if lower.starts_with("application/x-www-form-urlencoded") && is_form(text) {
            return RawBody::Form(form_urlencoded::parse(text.trim_end().as_bytes()).into_owned().collect());
        }
        if lower.starts_with("multipart/form-data")
            && let Some(parts) = parts(kind, text)
        {
            return RawBody::Multipart(parts);
        }
        RawBody::Text(content_type.map(str::to_owned), text.to_owned())
    }
}

/// curl sends all data under the type of a form. A form has one `=` in each pair, because any other is encoded.
fn is_form(text: &str) -> bool {
    let mut pairs = text.trim_end().split('&').filter(|pair| !pair.is_empty()).peekable();
    !text.trim_start().starts_with(['{', '[', '<'])
        && pairs.peek().is_some()
        && pairs.all(|pair| pair.matches('=').count() == 1)
}

/// `None` if the text is not what the content type says; then it is sent as it is.
fn parts(content_type: &str, text: &str) -> Option<Vec<RawPart>> {
    let boundary = parameter(content_type, "boundary")?;
    // Who writes such a body by hand may end its lines as a text file does.
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    // The first delimiter has no line before it.
    let text = format!("{line_end}{text}");
    let delimiter = format!("{line_end}--{boundary}");
    let mut sections = text.split(&delimiter).skip(1);
    let mut parts = Vec::new();
    loop {
        match sections.next()? {
            end if end.starts_with("--") => return (!parts.is_empty()).then_some(parts),
            section => parts.push(part(section.strip_prefix(line_end)?, line_end)?),
        }
    }
}

fn part(section: &str, line_end: &str) -> Option<RawPart> {
    // Some recordings leave out the content of a file and the empty line before it.
    let without_content = || Some((section.strip_suffix(line_end)?, ""));
    let (head, value) = section.split_once(&line_end.repeat(2)).or_else(without_content)?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    let content_type = header("content-type").unwrap_or_else(|| "application/octet-stream".to_owned());
    Some(RawPart {
        name: parameter(&disposition, "name")?,
        value: value.to_owned(),
        file: parameter(&disposition, "filename").map(|file| (file, content_type)),
    })
}

/// `form-data; name="a;b"` and `name` → `a;b`
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut is_quoted = false;
    // A quote in a name is no quote here: browsers write `%22`.
    let mut pairs = header.split(|letter: char| {
        is_quoted ^= letter == '"';
        letter == ';' && !is_quoted
    });
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_fields() {
        let form = RawBody::read(Some("application/x-www-form-urlencoded; charset=UTF-8"), "a=1&b=c+d%21");
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form, RawBody::Form(vec![field("a", "1"), field("b", "c d!")]));
    }

    #[test]
    fn a_form_with_files_has_parts() {
        let text = "--X\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nfront\r\n--X\r\n\
                    Content-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\r\n--X--\r\n";
        let RawBody::Multipart(parts) = RawBody::read(Some("multipart/form-data; boundary=X"), text) else { panic!() };
        assert_eq!((parts[0].name.as_str(), parts[0].value.as_str(), &parts[0].file), ("title", "front", &None));
        assert_eq!(parts[1].file, Some(("a.png".to_owned(), "image/png".to_owned())));
    }

    #[test]
    fn what_is_no_form_stays_text_whatever_its_type_says() {
        let kind = "application/x-www-form-urlencoded";
        for text in ["hello world", "a=1&b", "YWJjZA==", "", r#"{"a":"b=c"}"#] {
            assert_eq!(RawBody::read(Some(kind), text), RawBody::Text(Some(kind.to_owned()), text.to_owned()));
        }
        let kind = "multipart/form-data; boundary=X";
        for text in ["--X\r\nno header\r\n\r\na\r\n--X--\r\n", "--XY\r\n--XY--\r\n", "--X", "a"] {
            assert_eq!(RawBody::read(Some(kind), text), RawBody::Text(Some(kind.to_owned()), text.to_owned()));
        }
    }

    #[test]
    fn a_part_has_its_lines_and_the_name_of_its_file_as_they_were_sent() {
        let text = "--X\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n\r\n1\r\n-- X\n2\r\n\r\n--X\r\n\
                    Content-Disposition: form-data; name=\"photo\"; filename=\"a;b.png\"\r\n\r\n--X--\r\n";
        let RawBody::Multipart(parts) = RawBody::read(Some("multipart/form-data; boundary=X"), text) else { panic!() };
        assert_eq!(parts[0].value, "\r\n1\r\n-- X\n2\r\n");
        assert_eq!(parts[1].file, Some(("a;b.png".to_owned(), "application/octet-stream".to_owned())));
        assert_eq!(parts[1].value, "");
    }

    #[test]
    fn everything_else_is_text() {
        let json = RawBody::read(Some("application/json"), "{}");
        assert_eq!(json, RawBody::Text(Some("application/json".to_owned()), "{}".to_owned()));
        assert_eq!(RawBody::read(None, "a=1"), RawBody::Text(None, "a=1".to_owned()));
    }
}
