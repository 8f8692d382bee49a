//! Forms with files.

use std::fmt::Display;
use std::sync::OnceLock;

use super::body::Body;

/// The boundary between the parts, unless a part contains it.
const BOUNDARY: &str = "proofload-form-boundary-5d1fb4a7";

/// The fields and files of a form, as [`Request::multipart`](crate::user::Request::multipart) sends them.
///
/// ```
/// use proofload::prelude::Form;
/// let form = Form::new().text("title", "A shop").file("photo", "front.png", "image/png", [0x89, b'P', b'N', b'G']);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Form {
    parts: Vec<Part>,
    /// As it is sent: written for the first request, and shared by all that send the same form.
    written: OnceLock<WrittenForm>,
}

/// A form as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct WrittenForm {
    pub(crate) content_type: String,
    pub(crate) body: Body,
}

#[derive(Debug, Clone)]
struct Part {
    head: String,
    content: Vec<u8>,
}

impl Form {
    /// A form without fields.
    pub fn new() -> Form {
        Form::default()
    }

    fn add(mut self, head: String, content: Vec<u8>) -> Form {
        self.parts.push(Part { head, content });
        self.written = OnceLock::new();
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn text(self, name: &str, value: impl Display) -> Form {
        let head = format!("content-disposition: form-data; name=\"{}\"\r\n\r\n", quoted(name));
        self.add(head, value.to_string().into_bytes())
    }

    /// Adds a field whose value has a type of its own, such as JSON.
    #[must_use]
    pub fn typed(self, name: &str, content_type: &str, value: impl Into<Vec<u8>>) -> Form {
        let head = format!(
            "content-disposition: form-data; name=\"{}\"\r\ncontent-type: {}\r\n\r\n",
            quoted(name),
            on_one_line(content_type)
        );
        self.add(head, value.into())
    }

    /// Adds a file with what is in it. Nothing is read from a disk: while load is offered, no user should wait for one.
    #[must_use]
    pub fn file(self, name: &str, file_name: &str, content_type: &str, content: impl Into<Vec<u8>>) -> Form {
        let (name, file_name) = (quoted(name), quoted(file_name));
        let head = format!(
            "content-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: {}\r\n\r\n",
            on_one_line(content_type)
        );
        self.add(head, content.into())
    }

    /// The type of the body and the body, as they are sent.
    #[doc(hidden)]
    pub fn into_parts(self) -> (String, Body) {
        let WrittenForm { content_type, body } = self.written().clone();
        (content_type, body)
    }

    /// The form as it is sent. Written once, however many requests send it.
    pub(crate) fn written(&self) -> &WrittenForm {
        self.written.get_or_init(|| {
            let mut body = Vec::new();
            let content_type = self.write(&mut body);
            WrittenForm { content_type, body: Body::from(body) }
        })
    }

    /// Writes the body, and says what its type is.
    fn write(&self, body: &mut Vec<u8>) -> String {
        let boundary = self.boundary();
        for part in &self.parts {
            body.extend_from_slice(format!("--{boundary}\r\n{}", part.head).as_bytes());
            body.extend_from_slice(&part.content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        format!("multipart/form-data; boundary={boundary}")
    }

    /// The same for each request, unless a part has it in itself.
    fn boundary(&self) -> String {
        let is_in_a_part = |boundary: &str| {
            let wanted = boundary.as_bytes();
            self.parts.iter().any(|part| part.content.windows(wanted.len()).any(|window| window == wanted))
        };
        let mut boundary = BOUNDARY.to_owned();
        let mut number = 0;
        while is_in_a_part(&boundary) {
            number += 1;
            boundary = format!("{BOUNDARY}-{number}-");
        }
        boundary
    }
}

fn on_one_line(content_type: &str) -> String {
    content_type.replace(['\r', '\n'], " ")
}

/// As browsers write names (WHATWG, "multipart/form-data").
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: &Form) -> (String, String) {
        let mut body = Vec::new();
        let content_type = form.write(&mut body);
        (content_type, String::from_utf8(body).unwrap())
    }

    #[test]
    fn fields_and_files_stand_between_boundaries() {
        let form = Form::new().text("a \"b\"\r\n", 7).file("photo", "front.txt", "text/plain", "words");
        let (content_type, body) = written(&form);
        assert_eq!(content_type, format!("multipart/form-data; boundary={BOUNDARY}"));
        let expected = "--B\r\ncontent-disposition: form-data; name=\"a %22b%22%0D%0A\"\r\n\r\n7\r\n\
                        --B\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"front.txt\"\r\n\
                        content-type: text/plain\r\n\r\nwords\r\n--B--\r\n";
        assert_eq!(body, expected.replace("--B", &format!("--{BOUNDARY}")));
    }

    #[test]
    fn a_field_may_have_a_type_of_its_own() {
        let (_, body) = written(&Form::new().typed("order", "application/json\r\nx: y", r#"{"id":7}"#));
        let expected = "--B\r\ncontent-disposition: form-data; name=\"order\"\r\ncontent-type: application/json  x: y\r\n\r\n\
                        {\"id\":7}\r\n--B--\r\n";
        assert_eq!(body, expected.replace("--B", &format!("--{BOUNDARY}")));
    }

    #[test]
    fn a_boundary_never_stands_in_a_part() {
        let form = Form::new().text("a", format!("x{BOUNDARY}y")).text("b", format!("{BOUNDARY}-1-"));
        let (content_type, body) = written(&form);
        let boundary = format!("{BOUNDARY}-2-");
        assert_eq!(content_type, format!("multipart/form-data; boundary={boundary}"));
        assert_eq!(body.matches(&format!("--{boundary}")).count(), 3);
    }
}
