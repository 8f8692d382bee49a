//! The fields and files of `-F`, as curl reads them.

use proofload::__command::Form;

use super::files::content;
use super::template::has_template;
use crate::failure::UsageFailure;

/// A form as it is sent, before its templates are filled.
#[derive(Debug, Clone)]
pub(super) struct WrittenFields {
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    /// A field has a template, and no file has anything that looks like one.
    pub(super) has_templates: bool,
}

/// The form of `-F` and `--form-string`; `None` without these options.
pub(super) fn written(fields: &[String], texts: &[String]) -> Result<Option<WrittenFields>, UsageFailure> {
    let mut parts = fields.iter().map(|field| FormField::read(field)).collect::<Result<Vec<_>, _>>()?;
    for text in texts {
        let (name, value) = text.split_once('=').ok_or_else(|| no_field(text))?;
        parts.push(FormField {
            name: name.to_owned(),
            value: FieldValue::Text(value.to_owned()),
            ..FormField::default()
        });
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let has_templates = parts.iter().any(FormField::has_template);
    let (content_type, body) =
        parts.into_iter().try_fold(Form::new(), |form, part| part.add_to(form, has_templates))?.into_parts();
    Ok(Some(WrittenFields { content_type, body: body.bytes().to_vec(), has_templates }))
}

/// One `-F`.
#[derive(Debug, Default, PartialEq, Eq)]
struct FormField {
    name: String,
    value: FieldValue,
    content_type: Option<String>,
    /// The name that the file has for the server.
    file_name: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum FieldValue {
    Text(String),
    File(String),
}

impl Default for FieldValue {
    fn default() -> FieldValue {
        FieldValue::Text(String::new())
    }
}

impl FormField {
    /// `name=text`, `name=@file` or `name=<file`, with `;type=…` and `;filename=…` after it.
    fn read(text: &str) -> Result<FormField, UsageFailure> {
        let (name, rest) = text.split_once('=').ok_or_else(|| no_field(text))?;
        let (sign, rest) = match rest.split_at_checked(1) {
            Some((sign @ ("@" | "<"), rest)) => (sign, rest),
            _ => ("", rest),
        };
        let (value, mut options) = word(rest);
        let mut field = FormField { name: name.to_owned(), ..FormField::default() };
        while let Some(rest) = options.strip_prefix(';') {
            let Some((option @ ("type" | "filename"), after)) = rest.trim_start().split_once('=') else {
                return Err(unknown_option(name, rest));
            };
            let (given, rest) = word_of_option(option, after);
            match option {
                "type" => field.content_type = Some(given),
                _ => field.file_name = Some(given),
            }
            options = rest;
        }
        if sign == "@" && field.file_name.is_none() {
            field.file_name = Some(value.rsplit('/').next().unwrap_or(&value).to_owned());
        }
        field.value = if sign.is_empty() { FieldValue::Text(value) } else { FieldValue::File(value) };
        Ok(field)
    }

    fn has_template(&self) -> bool {
        matches!(&self.value, FieldValue::Text(text) if has_template(text.as_bytes()))
    }

    fn add_to(self, form: Form, fields_have_templates: bool) -> Result<Form, UsageFailure> {
        let FormField { name, value, content_type, file_name } = self;
        let value = match value {
            FieldValue::Text(text) => text.into_bytes(),
            FieldValue::File(path) => {
                let value = content("--form", &path)?;
                if fields_have_templates && has_template(&value) {
                    return Err(UsageFailure::new(format!(
                        "--form: the file `{path}` has a text such as {{random}} in it, which would be replaced as in the fields beside it: take it out of the file, or the templates out of the fields"
                    )));
                }
                value
            }
        };
        match (file_name, content_type) {
            (Some(file), content_type) => {
                let content_type = content_type.unwrap_or_else(|| type_of(&file).to_owned());
                Ok(form.file(&name, &file, &content_type, value))
            }
            (None, Some(content_type)) => Ok(form.typed(&name, &content_type, value)),
            (None, None) => match String::from_utf8(value) {
                Ok(text) => Ok(form.text(&name, text)),
                Err(bytes) => Ok(form.typed(&name, "application/octet-stream", bytes.into_bytes())),
            },
        }
    }
}

/// Up to the next `;`, or in double quotes, in which a backslash escapes; and what follows.
fn word(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (word, rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        return (word.to_owned(), rest);
    };
    let mut word = String::new();
    let mut rest = quoted.chars();
    while let Some(next) = rest.next() {
        match next {
            '"' => return (word, rest.as_str()),
            '\\' => word.extend(rest.next()),
            _ => word.push(next),
        }
    }
    // Without a closing quote, the first is part of the text.
    (text.to_owned(), "")
}

/// A type may have parameters: `text/plain;charset=utf-8`.
fn word_of_option<'t>(option: &str, text: &'t str) -> (String, &'t str) {
    if option != "type" {
        return word(text);
    }
    let end = text.find(";filename=").unwrap_or(text.len());
    (text[..end].trim().to_owned(), &text[end..])
}

/// As curl guesses it from the name of the file.
fn type_of(file: &str) -> &'static str {
    let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("gif") => "image/gif",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain",
        Some("htm" | "html") => "text/html",
        Some("pdf") => "application/pdf",
        Some("xml") => "application/xml",
        _ => "application/octet-stream",
    }
}

fn no_field(text: &str) -> UsageFailure {
    let name: String = text.chars().take(24).collect();
    UsageFailure::new(format!("--form {name}: a field has a name and a value: NAME=TEXT, NAME=@FILE or NAME=<FILE"))
}

fn unknown_option(name: &str, rest: &str) -> UsageFailure {
    let shown: String = rest.chars().take(24).collect();
    UsageFailure::new(format!(
        "--form {name}: `;{shown}` is neither ;type=… nor ;filename=…; a text with a semicolon is given with --form-string"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> FormField {
        FormField::read(text).unwrap()
    }

    fn body(fields: &[&str]) -> Result<WrittenFields, UsageFailure> {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        written(&fields, &[]).map(|written| written.expect("there are fields"))
    }

    fn text(text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    fn file(path: &str) -> FieldValue {
        FieldValue::File(path.to_owned())
    }

    #[test]
    fn a_field_is_a_text_or_a_file_with_options_after_it() {
        assert_eq!(field("a=b=c").value, text("b=c"));
        assert_eq!(field(r#"a="b;c \"d\"";type=text/plain"#).value, text(r#"b;c "d""#));
        let typed = field("order={\"id\":7};type=application/json");
        assert_eq!((typed.value, typed.content_type.as_deref()), (text("{\"id\":7}"), Some("application/json")));
        let sent = field("photo=@/tmp/front.png;type=image/png;filename=a.png");
        assert_eq!(sent.value, file("/tmp/front.png"));
        assert_eq!((sent.file_name.as_deref(), sent.content_type.as_deref()), (Some("a.png"), Some("image/png")));
        assert_eq!(field("photo=@/tmp/front.png").file_name.as_deref(), Some("front.png"));
        let content_alone = field("note=<note.txt");
        assert_eq!((content_alone.value, content_alone.file_name), (file("note.txt"), None));
        assert_eq!(
            field("a=b;type=text/plain;charset=utf-8").content_type.as_deref(),
            Some("text/plain;charset=utf-8")
        );
    }

    #[test]
    fn what_curl_would_leave_out_with_a_warning_is_refused() {
        let refusal = FormField::read("a=b;c").unwrap_err().to_string();
        assert_eq!(
            refusal,
            "--form a: `;c` is neither ;type=… nor ;filename=…; a text with a semicolon is given with --form-string"
        );
        assert!(FormField::read("photo").unwrap_err().to_string().contains("NAME=@FILE"));
    }

    #[test]
    fn a_file_that_is_not_there_is_refused_by_its_path() {
        let refusal = body(&["photo=@no/such.png"]).unwrap_err().to_string();
        assert!(refusal.starts_with("--form: cannot read the file `no/such.png`: "), "{refusal}");
    }

    #[test]
    fn templates_are_filled_in_fields_and_never_in_files() {
        let upload = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(upload.path(), "a {uuid} b").unwrap();
        let upload = format!("photo=@{}", upload.path().display());
        assert!(!body(&[&upload, "a=b"]).unwrap().has_templates);
        assert!(body(&["a={random}"]).unwrap().has_templates);
        let refusal = body(&[&upload, "a={random}"]).unwrap_err().to_string();
        assert!(refusal.contains("take it out of the file"), "{refusal}");
    }
}
