//! Bodies as they were sent, read into their fields.

use url::form_urlencoded;

use super::raw_session::{RawBody, RawPart};

impl RawBody {
    /// A body with the content type that it was sent with.
    pub(super) fn read(content_type: Option<&str>, text: &str) -> RawBody {
        let kind = content_type.unwrap_or_default();
        let lower = kind.to_lowercase();
        if lower.starts_with("application/x-www-form-urlencoded") && !text.trim_start().starts_with(['{', '[', '<']) {
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

/// `None` if the text is not what the content type says.
fn parts(content_type: &str, text: &str) -> Option<Vec<RawPart>> {
    let boundary = parameter(content_type, "boundary")?;
    let text = text.replace("\r\n", "\n");
    let delimiter = format!("--{boundary}");
    let sections = text.split(&delimiter).map(|section| section.trim_start_matches('\n'));
    let parts: Vec<RawPart> =
        sections.filter(|section| !section.is_empty() && !section.starts_with("--")).filter_map(part).collect();
    (!parts.is_empty()).then_some(parts)
}

fn part(section: &str) -> Option<RawPart> {
    let (head, value) = section.split_once("\n\n")?;
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
        value: value.strip_suffix('\n').unwrap_or(value).to_owned(),
        file: parameter(&disposition, "filename").map(|file| (file, content_type)),
    })
}

/// `form-data; name="a"` and `name` → `a`
fn parameter(header: &str, wanted: &str) -> Option<String> {
    header.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name.trim() == wanted).then(|| value.trim().trim_matches('"').to_owned())
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
    fn everything_else_is_text() {
        let json = RawBody::read(Some("application/json"), "{}");
        assert_eq!(json, RawBody::Text(Some("application/json".to_owned()), "{}".to_owned()));
        assert_eq!(RawBody::read(None, "a=1"), RawBody::Text(None, "a=1".to_owned()));
    }
}
