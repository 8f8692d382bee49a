//! The data of a request, as curl puts it together from `--data` and its relatives.

use super::data_arguments::{DataArguments, DataKind, DataPart};
use super::files::content;
use super::template::{Template, TemplatePlace, TemplateReader, push_percent};
use crate::failure::UsageFailure;

impl DataArguments {
    /// The data of a request: its body, or with `--get` its query string; `None` if no option gives any. In JSON, values are
    /// escaped.
    pub(super) fn data(&self, reader: &TemplateReader<'_>, is_json: bool) -> Result<Option<Template>, UsageFailure> {
        let is_json = is_json || self.has_json();
        let mut data: Option<Template> = None;
        for part in &self.parts {
            let template = part.template(reader, is_json)?;
            match &mut data {
                None => data = Some(template),
                Some(before) => {
                    // JSON may be given in pieces.
                    if part.kind != DataKind::Json {
                        before.append(Template::fixed("&"));
                    }
                    before.append(template);
                }
            }
        }
        Ok(data)
    }

    /// True if it says itself what its type is.
    pub(super) fn has_json(&self) -> bool {
        self.parts.iter().any(|part| part.kind == DataKind::Json)
    }
}

impl DataPart {
    fn template(&self, reader: &TemplateReader<'_>, is_json: bool) -> Result<Template, UsageFailure> {
        let flag = self.kind.flag();
        if self.kind == DataKind::UrlEncoded {
            return url_encoded(&self.text, reader);
        }
        let text = match (self.kind, self.text.strip_prefix('@')) {
            (DataKind::Raw, _) => self.text.clone().into_bytes(),
            (DataKind::File, path) => content(flag, path.unwrap_or(&self.text))?,
            (_, None) => self.text.clone().into_bytes(),
            (DataKind::Data, Some(path)) => without_line_breaks(content(flag, path)?),
            (_, Some(path)) => content(flag, path)?,
        };
        let place = if is_json { TemplatePlace::Json } else { TemplatePlace::Body };
        reader.read(&text, place, flag)
    }
}

/// curl takes line breaks and zeros out of a file that is sent as text.
fn without_line_breaks(mut text: Vec<u8>) -> Vec<u8> {
    text.retain(|byte| !b"\r\n\0".contains(byte));
    text
}

/// `VALUE`, `=VALUE`, `NAME=VALUE`, `@FILE`, `NAME@FILE`: the name is sent as it is, the value encoded.
fn url_encoded(text: &str, reader: &TemplateReader<'_>) -> Result<Template, UsageFailure> {
    let flag = DataKind::UrlEncoded.flag();
    let (name, value) = match text.find(['=', '@']) {
        None => ("", text.as_bytes().to_vec()),
        Some(at) if text[at..].starts_with('=') => (&text[..at], text.as_bytes()[at + 1..].to_vec()),
        Some(at) => (&text[..at], content(flag, &text[at + 1..])?),
    };
    let mut encoded = Template::fixed(if name.is_empty() { String::new() } else { format!("{name}=") });
    encoded.append(reader.read(&value, TemplatePlace::Encoded, flag)?.with_texts(push_form_value));
    Ok(encoded)
}

/// As curl encodes the value of a form.
fn push_form_value(out: &mut Vec<u8>, value: &[u8]) {
    for (number, part) in value.split(|byte| *byte == b' ').enumerate() {
        if number > 0 {
            out.push(b'+');
        }
        push_percent(out, part);
    }
}
