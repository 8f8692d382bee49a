//! `name = value` pairs between commas.

use std::time::Duration;

use super::error::{ShapeError, ShapeMistake};
use super::level::{GivenLevel, parse_level, parse_time};
use crate::suggest::did_you_mean;

/// The pairs of one pair of parentheses, each name known and given once.
pub(super) struct NamedFields<'a> {
    given: Vec<(&'a str, &'a str)>,
    expected: &'static str,
}

impl<'a> NamedFields<'a> {
    pub(super) fn read(text: &'a str, known: &[&str], expected: &'static str) -> Result<NamedFields<'a>, ShapeMistake> {
        let mut given: Vec<(&str, &str)> = Vec::new();
        for (index, part) in parts(text).into_iter().enumerate() {
            let at_part = |source| ShapeMistake { part: Some(index), source };
            let (name, value) = part.split_once('=').ok_or_else(|| at_part(ShapeError::NoField(part.to_owned())))?;
            let (name, value) = (name.trim(), value.trim());
            if !known.contains(&name) {
                return Err(at_part(ShapeError::UnknownField {
                    field: name.to_owned(),
                    suggestion: did_you_mean(name, known.iter().copied()),
                    known: known.join(", "),
                }));
            }
            if given.iter().any(|(earlier, _)| *earlier == name) {
                return Err(at_part(ShapeError::FieldTwice(name.to_owned())));
            }
            given.push((name, value));
        }
        Ok(NamedFields { given, expected })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What `read` makes of the value of `field`, if it is given.
    pub(super) fn optional<T>(
        &self,
        field: &str,
        read: impl Fn(&str) -> Result<T, ShapeError>,
    ) -> Result<Option<T>, ShapeMistake> {
        let Some(index) = self.given.iter().position(|(name, _)| *name == field) else { return Ok(None) };
        read(self.given[index].1).map(Some).map_err(|source| ShapeMistake { part: Some(index), source })
    }

    pub(super) fn level(&self, field: &'static str) -> Result<GivenLevel, ShapeMistake> {
        self.optional(field, parse_level)?.ok_or_else(|| self.missing(field))
    }

    pub(super) fn time(&self, field: &'static str) -> Result<Duration, ShapeMistake> {
        self.optional(field, parse_time)?.ok_or_else(|| self.missing(field))
    }

    fn missing(&self, field: &'static str) -> ShapeMistake {
        ShapeMistake::whole(ShapeError::FieldMissing { field, expected: self.expected })
    }
}

/// The parts between commas outside of brackets; an empty one after the last comma is dropped.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    parts.extend((!last.is_empty()).then_some(last));
    parts
}
