//! Reads `proofload.toml`. Only this file uses the `toml` crate.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::origin::{GivenText, Origin};
use super::setting::settings_of;
use super::usage::UsageMistake;
use crate::kind::Kind;
use crate::settings::{SettingKey, Settings, ValueType, WorkloadError};
use crate::suggest::did_you_mean;

/// What `proofload.toml` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct FileSettings {
    /// For every run.
    pub(super) tables: Tables,
    /// `[profile.smoke]`: for runs that ask for it.
    pub(super) profiles: BTreeMap<String, Tables>,
    /// `report = "html"`
    pub(super) writes_html: bool,
}

/// Settings for every test, and for those of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tables {
    /// Above all tables: for every test.
    pub(super) general: Settings,
    /// `[kind.load]`: for tests of that kind, over the general ones.
    pub(super) kinds: BTreeMap<Kind, Settings>,
}

impl FileSettings {
    /// Reads the `text` of the file at `path`, which is only named in messages and never opened.
    pub(super) fn read(path: &Path, text: &str, mistakes: &mut Vec<UsageMistake>) -> FileSettings {
        let before = mistakes.len();
        let mut reader = FileReader { path, text, mistakes };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let message = explained(error.message(), text.get(span.clone()).unwrap_or_default());
            let origin = reader.origin(&span);
            reader.mistakes.push(UsageMistake::Toml { origin, message });
        }
        // What the parser guessed after an error would only add mistakes that are not in the file.
        let settings = if errors.is_empty() { reader.file(table.get_ref()) } else { FileSettings::default() };
        // A table is checked as a whole after its lines, and a person reads from the top.
        mistakes[before..].sort_by_key(UsageMistake::place);
        settings
    }
}

struct FileReader<'a> {
    path: &'a Path,
    text: &'a str,
    mistakes: &'a mut Vec<UsageMistake>,
}

/// A key and its value, with their places.
type TomlEntry<'t, 'i> = (&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>);

/// In the order of the file; the parser keeps them by name.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<TomlEntry<'t, 'i>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

impl FileReader<'_> {
    fn file(&mut self, table: &DeTable<'_>) -> FileSettings {
        let mut profiles = BTreeMap::new();
        let mut rest = Vec::new();
        let mut writes_html = false;
        for (key, value) in in_order(table) {
            match key.get_ref().as_ref() {
                "profile" => profiles = self.profiles(value),
                "report" => writes_html = self.report(value),
                _ => rest.push((key, value)),
            }
        }
        FileSettings { tables: self.tables(rest, &["kind", "profile", "report"]), profiles, writes_html }
    }

    /// `report = "html"`, the one report that is a habit rather than the wish of one run.
    fn report(&mut self, value: &Spanned<DeValue<'_>>) -> bool {
        let expects = "`\"html\"`";
        let origin = self.origin(&value.span());
        match value.get_ref() {
            DeValue::String(text) if text.as_ref() == "html" => return true,
            DeValue::String(text) => {
                self.mistakes.push(UsageMistake::Mismatch { origin, expects, written: text.to_string() });
            }
            other => {
                let found = found(other);
                self.mistakes.push(UsageMistake::WrongType { origin, key: "report".to_owned(), expects, found });
            }
        }
        false
    }

    fn profiles(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, Tables> {
        let mut profiles = BTreeMap::new();
        let Some(table) = self.table("profile", "a table, such as `[profile.smoke]`", value) else { return profiles };
        for (name, value) in in_order(table) {
            if let Some(table) = self.table(name.get_ref(), "a table, such as `[profile.smoke]`", value) {
                let tables = self.tables(in_order(table), &["kind"]);
                profiles.insert(name.get_ref().to_string(), tables);
            }
        }
        profiles
    }

    fn tables(&mut self, entries: Vec<TomlEntry<'_, '_>>, besides: &[&'static str]) -> Tables {
        let mut kinds = BTreeMap::new();
        let mut general = Vec::new();
        for (key, value) in entries {
            match key.get_ref().as_ref() {
                "kind" => kinds = self.kinds(value),
                _ => general.extend(self.setting(key, value, besides)),
            }
        }
        Tables { general: settings_of(general, self.mistakes), kinds }
    }

    fn kinds(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeMap<Kind, Settings> {
        let mut kinds = BTreeMap::new();
        let Some(table) = self.table("kind", "a table, such as `[kind.load]`", value) else { return kinds };
        for (key, value) in in_order(table) {
            match key.get_ref().parse::<Kind>() {
                Ok(kind) => {
                    let settings = self.kind(kind, key.span(), value);
                    kinds.insert(kind, settings);
                }
                Err(source) => self.mistakes.push(UsageMistake::Kind { origin: self.origin(&key.span()), source }),
            }
        }
        kinds
    }

    fn kind(&mut self, kind: Kind, at: Range<usize>, value: &Spanned<DeValue<'_>>) -> Settings {
        let Some(table) = self.table(kind.name(), "a table, such as `[kind.load]`", value) else {
            return Settings::default();
        };
        let mut given = Vec::new();
        for (key, value) in in_order(table) {
            given.extend(self.setting(key, value, &[]));
        }
        let settings = settings_of(given, self.mistakes);
        if let Err(source) = settings.plan(kind).map_or_else(only_certain, |_| Ok(())) {
            self.mistakes.push(UsageMistake::Contradiction { origin: self.origin(&at), source });
        }
        settings
    }

    /// One setting as a string, so that the parser of the attribute and the command line reads it.
    fn setting(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        besides: &[&'static str],
    ) -> Option<(SettingKey, GivenText)> {
        let name = key.get_ref().as_ref();
        let Some(setting) = SettingKey::LOAD.into_iter().find(|setting| setting.name() == name) else {
            let origin = self.origin(&key.span());
            self.mistakes.push(unknown(origin, name, besides));
            return None;
        };
        let origin = self.origin(&value.span());
        let written = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(value) if setting.takes() == ValueType::Switch => value.to_string(),
            other => {
                let found = found(other);
                let expects = setting.takes().describe();
                self.mistakes.push(UsageMistake::WrongType { origin, key: name.to_owned(), expects, found });
                return None;
            }
        };
        Some((setting, GivenText::new(&written, origin)))
    }

    fn table<'t, 'i>(
        &mut self,
        key: &str,
        expects: &'static str,
        value: &'t Spanned<DeValue<'i>>,
    ) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.mistakes.push(UsageMistake::WrongType {
                origin: self.origin(&value.span()),
                key: key.to_owned(),
                expects,
                found: found(value.get_ref()),
            });
        }
        table
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Origin::File { path: self.path.to_owned(), line, column }
    }
}

/// A table gives a part of the load; what is missing in it may be on the test.
fn only_certain(contradiction: WorkloadError) -> Result<(), WorkloadError> {
    if contradiction.is_about_something_missing() { Ok(()) } else { Err(contradiction) }
}

/// What the parser says about `written`, with what to do about the two most common mistakes.
fn explained(message: &str, written: &str) -> String {
    if message.starts_with("string values must be quoted") {
        return format!("a value with a unit is written in quotes: `\"{written}\"`");
    }
    if message == "duplicate key" {
        return format!("the key `{written}` is given twice: keep one of them");
    }
    message.to_owned()
}

fn unknown(origin: Origin, key: &str, besides: &[&'static str]) -> UsageMistake {
    let known: Vec<&str> = SettingKey::LOAD.into_iter().map(SettingKey::name).chain(besides.iter().copied()).collect();
    let suggestion = did_you_mean(key, known.iter().copied());
    UsageMistake::UnknownKey { origin, key: key.to_owned(), suggestion, known: known.join(", ") }
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
