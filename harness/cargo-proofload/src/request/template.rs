//! Texts with places that each request fills: `/items/{random:1..100}`.

use std::ops::Range;

use proofload::__command::User;
use proofload_vocabulary::suggest::did_you_mean;

use super::data_file::DataFile;
use crate::failure::UsageFailure;

/// `{random}` is below this: nine digits at most.
const RANDOM_BELOW: i64 = 1_000_000_000;

/// A longer text between braces is no template.
const LONGEST: usize = 120;

/// A text with places that each request fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Vec<TemplatePiece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TemplatePiece {
    Text(Vec<u8>),
    Filled(Placeholder, ValueEncoding),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Placeholder {
    Random(Range<i64>),
    Uuid,
    /// Of the row of this iteration.
    Column(usize),
}

/// How a value is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueEncoding {
    AsItIs,
    /// In a URL or a form.
    Percent,
    /// Between the quotes of a string of JSON.
    JsonString,
}

/// Where a text stands, which says what its braces mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TemplatePlace {
    /// Braces are nothing else than templates there.
    Url,
    Header,
    /// Text in a form's encoding.
    Encoded,
    Json,
    /// Any other body.
    Body,
}

/// What `{random}` and its like mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum TemplateUse {
    #[default]
    Filled,
    /// Nothing: they are text.
    AsText,
}

/// What templates are filled from.
#[derive(Debug, Clone, Copy)]
pub(super) struct TemplateReader<'a> {
    pub(super) uses: TemplateUse,
    pub(super) data: Option<&'a DataFile>,
}

impl Template {
    /// A text without places to fill.
    pub(super) fn fixed(text: impl Into<Vec<u8>>) -> Template {
        Template { pieces: vec![TemplatePiece::Text(text.into())] }
    }

    /// The text, if nothing in it is filled.
    pub(crate) fn fixed_text(&self) -> Option<&[u8]> {
        match self.pieces.as_slice() {
            [] => Some(b""),
            [TemplatePiece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// True if a value of it comes from a file.
    pub(super) fn needs_row(&self) -> bool {
        let needs_row = |piece: &TemplatePiece| matches!(piece, TemplatePiece::Filled(Placeholder::Column(_), _));
        self.pieces.iter().any(needs_row)
    }

    /// Writes the text of one request to the end of `out`.
    pub(super) fn fill(&self, out: &mut Vec<u8>, user: &mut User, row: &[String]) {
        for piece in &self.pieces {
            let (placeholder, encoding) = match piece {
                TemplatePiece::Text(text) => {
                    out.extend_from_slice(text);
                    continue;
                }
                TemplatePiece::Filled(placeholder, encoding) => (placeholder, *encoding),
            };
            match placeholder {
                Placeholder::Random(range) => push_number(out, user.random_range(range.clone())),
                Placeholder::Uuid => push_uuid(out, user),
                Placeholder::Column(column) => push_value(out, &row[*column], encoding),
            }
        }
    }

    /// Appends another text.
    pub(super) fn append(&mut self, other: Template) {
        for piece in other.pieces {
            self.push(piece);
        }
    }

    /// The same with each text between the places written by `encode`.
    pub(super) fn with_texts(mut self, encode: impl Fn(&mut Vec<u8>, &[u8])) -> Template {
        for piece in &mut self.pieces {
            if let TemplatePiece::Text(text) = piece {
                let given = std::mem::take(text);
                encode(text, &given);
            }
        }
        self
    }

    fn push(&mut self, piece: TemplatePiece) {
        match (self.pieces.last_mut(), piece) {
            (Some(TemplatePiece::Text(before)), TemplatePiece::Text(text)) => before.extend(text),
            (_, piece) => self.pieces.push(piece),
        }
    }
}

impl TemplateReader<'_> {
    /// Reads a text; `named` says in messages where it stands.
    pub(super) fn read(&self, text: &[u8], place: TemplatePlace, named: &str) -> Result<Template, UsageFailure> {
        if self.uses == TemplateUse::AsText {
            return Ok(Template::fixed(text));
        }
        let mut template = Template { pieces: Vec::new() };
        let mut rest = text;
        let mut in_string = false;
        while let Some(brace) = rest.iter().position(|byte| *byte == b'{') {
            let (before, from) = rest.split_at(brace);
            in_string = ends_in_string(in_string, before);
            template.push(TemplatePiece::Text(before.to_vec()));
            let inner = inside(&from[1..]);
            rest = match self.piece(from, inner, place, named)? {
                BraceMeaning::Piece(placeholder) => {
                    template.push(TemplatePiece::Filled(placeholder, place.encoding(in_string)));
                    &from[inner.map_or(0, str::len) + 2..]
                }
                BraceMeaning::Braces(literal) => {
                    template.push(TemplatePiece::Text(format!("{{{literal}}}").into_bytes()));
                    &from[literal.len() + 4..]
                }
                BraceMeaning::Text => {
                    template.push(TemplatePiece::Text(b"{".to_vec()));
                    &from[1..]
                }
            };
        }
        template.push(TemplatePiece::Text(rest.to_vec()));
        Ok(template)
    }

    /// What begins with the brace at the start of `from`.
    fn piece<'t>(
        &self,
        from: &'t [u8],
        inner: Option<&'t str>,
        place: TemplatePlace,
        named: &str,
    ) -> Result<BraceMeaning<'t>, UsageFailure> {
        if from.get(1) == Some(&b'{') {
            let literal = inside(&from[2..]).filter(|inner| from.get(inner.len() + 3) == Some(&b'}'));
            match literal {
                Some(literal) if place == TemplatePlace::Url || is_template(literal) => {
                    return Ok(BraceMeaning::Braces(literal));
                }
                _ => {}
            }
        }
        match inner {
            Some(inner) if is_template(inner) => self.placeholder(inner, named).map(BraceMeaning::Piece),
            _ if place == TemplatePlace::Url => Err(no_template(from, named)),
            _ => Ok(BraceMeaning::Text),
        }
    }

    fn placeholder(&self, inner: &str, named: &str) -> Result<Placeholder, UsageFailure> {
        let (name, argument) = inner.split_once(':').map_or((inner, None), |(name, argument)| (name, Some(argument)));
        match (name, argument) {
            ("random", None) => Ok(Placeholder::Random(0..RANDOM_BELOW)),
            ("random", Some(range)) => range_of(range).map(Placeholder::Random).ok_or_else(|| {
                UsageFailure::new(format!(
                    "{named}: `{{{inner}}}` has no range of whole numbers: write {{random:1..100}} for 1 to 99, or {{random:1..=100}} for 1 to 100"
                ))
            }),
            ("uuid", _) => Ok(Placeholder::Uuid),
            (_, column) => self.column(inner, column.unwrap_or_default(), named),
        }
    }

    fn column(&self, inner: &str, column: &str, named: &str) -> Result<Placeholder, UsageFailure> {
        let data = self.data.ok_or_else(|| {
            UsageFailure::new(format!(
                "{named}: `{{{inner}}}` is a column of a file: name the file with --data-csv FILE"
            ))
        })?;
        let columns = data.columns();
        columns.iter().position(|known| known == column).map(Placeholder::Column).ok_or_else(|| {
            let suggestion = did_you_mean(column, columns.iter().map(String::as_str));
            let columns = columns.join(", ");
            UsageFailure::new(format!(
                "{named}: `{}` has no column `{column}`{suggestion} (its columns: {columns})",
                data.path()
            ))
        })
    }
}

/// What stands at a brace.
enum BraceMeaning<'t> {
    Piece(Placeholder),
    /// `{{random}}`: `{random}` as text.
    Braces(&'t str),
    Text,
}

impl TemplatePlace {
    fn encoding(self, in_string: bool) -> ValueEncoding {
        match self {
            TemplatePlace::Url | TemplatePlace::Encoded => ValueEncoding::Percent,
            TemplatePlace::Json if in_string => ValueEncoding::JsonString,
            TemplatePlace::Json | TemplatePlace::Header | TemplatePlace::Body => ValueEncoding::AsItIs,
        }
    }
}

/// True if `text` has anything that would be filled.
pub(super) fn has_template(text: &[u8]) -> bool {
    let braces = text.iter().enumerate().filter(|(_, byte)| **byte == b'{');
    braces.map(|(at, _)| inside(&text[at + 1..])).any(|inner| inner.is_some_and(is_template))
}

/// The text up to the next brace, if that closes it.
fn inside(text: &[u8]) -> Option<&str> {
    let end = text.iter().take(LONGEST).position(|byte| b"{}".contains(byte))?;
    let inner = std::str::from_utf8(&text[..end]).ok()?;
    (text[end] == b'}').then_some(inner)
}

fn is_template(inner: &str) -> bool {
    matches!(inner, "random" | "uuid") || ["random:", "csv:"].iter().any(|start| inner.starts_with(start))
}

fn range_of(text: &str) -> Option<Range<i64>> {
    let (start, end) = text.split_once("..")?;
    let start: i64 = start.trim().parse().ok()?;
    let end = match end.strip_prefix('=') {
        Some(last) => last.trim().parse::<i64>().ok()?.checked_add(1)?,
        None => end.trim().parse().ok()?,
    };
    (start < end).then_some(start..end)
}

fn no_template(from: &[u8], named: &str) -> UsageFailure {
    let shown: String = String::from_utf8_lossy(from).chars().take(24).collect();
    let shown = shown.split_inclusive('}').next().unwrap_or_default();
    UsageFailure::new(format!(
        "{named}: `{shown}` is not a template: there are {{random}}, {{random:1..100}}, {{uuid}} and, with --data-csv FILE, {{csv:column}}; for braces as they are write {{{{ and }}}}"
    ))
}

/// True if a string of JSON is open after `text`, in which one was open before or not.
fn ends_in_string(mut in_string: bool, text: &[u8]) -> bool {
    let mut is_escaped = false;
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
    }
    in_string
}

fn push_number(out: &mut Vec<u8>, number: i64) {
    use std::io::Write as _;
    // Writing into memory does not fail.
    drop(write!(out, "{number}"));
}

/// A random one (version 4, RFC 9562), from the user's seeded generator.
fn push_uuid(out: &mut Vec<u8>, user: &mut User) {
    use std::io::Write as _;
    let [high, low] = [user.random_range(0..u64::MAX), user.random_range(0..u64::MAX)];
    let (high, low) = ((high & !0xf000) | 0x4000, (low & (u64::MAX >> 2)) | (1 << 63));
    let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0xffff);
    drop(write!(out, "{first:08x}-{second:04x}-{third:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff));
}

fn push_value(out: &mut Vec<u8>, value: &str, encoding: ValueEncoding) {
    match encoding {
        ValueEncoding::AsItIs => out.extend_from_slice(value.as_bytes()),
        ValueEncoding::Percent => push_percent(out, value.as_bytes()),
        ValueEncoding::JsonString => push_json(out, value),
    }
}

/// Everything but the unreserved characters of RFC 3986, so that a value never ends a segment or a parameter.
pub(super) fn push_percent(out: &mut Vec<u8>, value: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => out.push(*byte),
            _ => out.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]),
        }
    }
}

fn push_json(out: &mut Vec<u8>, value: &str) {
    use std::io::Write as _;
    for byte in value.bytes() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            0..=0x1f => drop(write!(out, "\\u{byte:04x}")),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests;
