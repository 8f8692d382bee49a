//! What is added to a Cargo.toml. Comments, order and everything else in it stay.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use crate::failure::UsageFailure;

/// A file of TOML while keys are added to it.
#[derive(Debug)]
pub(super) struct TomlEdit {
    document: DocumentMut,
    has_carriage_returns: bool,
}

impl TomlEdit {
    /// `shown` names the file in messages.
    pub(super) fn read(text: &str, shown: &str) -> Result<TomlEdit, UsageFailure> {
        let document =
            text.parse().map_err(|error| UsageFailure::new(format!("{shown} is not valid TOML: {error}")))?;
        Ok(TomlEdit { document, has_carriage_returns: text.contains("\r\n") })
    }

    pub(super) fn text(&self) -> String {
        let text = self.document.to_string();
        if self.has_carriage_returns { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
    }

    /// The item at the end of these keys.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&Item> {
        keys.iter().try_fold(self.document.as_item(), |item, key| item.get(key))
    }

    /// Adds `key = value` to a table; false if the key is there already.
    pub(super) fn add(&mut self, table: &[&str], key: &str, added: Value) -> bool {
        let Some(table) = self.table(table) else { return false };
        if table.contains_key(key) {
            return false;
        }
        table.insert(key, value(added));
        true
    }

    /// Adds `group.key = value` to a table, as one line, unless the group is there already.
    pub(super) fn add_dotted(&mut self, table: &[&str], group: &str, key: &str, added: Value) {
        let Some(table) = self.table(table).filter(|table| !table.contains_key(group)) else { return };
        let mut made = Table::new();
        made.set_dotted(true);
        made.insert(key, value(added));
        table.insert(group, Item::Table(made));
    }

    /// The table, made if there is no such table; `None` if something else has its name.
    fn table(&mut self, path: &[&str]) -> Option<&mut dyn TableLike> {
        let mut table: &mut dyn TableLike = self.document.as_table_mut();
        for (depth, key) in path.iter().enumerate() {
            if !table.contains_key(key) {
                let mut made = Table::new();
                // `[profile.test]` needs no line `[profile]`.
                made.set_implicit(depth + 1 < path.len());
                table.insert(key, Item::Table(made));
            }
            table = table.get_mut(key)?.as_table_like_mut()?;
        }
        Some(table)
    }

    /// `[[test]] name = … harness = false`, unless there is a test of this name.
    pub(super) fn add_test(&mut self, name: &str) {
        let comment = format!("  # tests/{name}.rs has its own main");
        let Some(item) = self.document.get_mut("test") else {
            let mut tests = ArrayOfTables::new();
            tests.push(test_table(name, &comment));
            self.document.insert("test", Item::ArrayOfTables(tests));
            return;
        };
        if let Some(tests) = item.as_array_of_tables_mut() {
            tests.push(test_table(name, &comment));
        } else if let Some(tests) = item.as_array_mut() {
            let test = InlineTable::from_iter([("name", Value::from(name)), ("harness", Value::from(false))]);
            tests.push(Value::from(test));
        }
    }

    /// True if there is a test target of this name, and if so, if `harness = false` is said of it.
    pub(super) fn test(&self, name: &str) -> Option<bool> {
        let tests = self.document.get("test")?;
        let tables: Vec<&dyn TableLike> = match (tests.as_array_of_tables(), tests.as_array()) {
            (Some(tables), _) => tables.iter().map(|table| table as &dyn TableLike).collect(),
            (_, Some(array)) => array.iter().filter_map(Value::as_inline_table).map(|table| table as _).collect(),
            _ => Vec::new(),
        };
        let of_name = |table: &&&dyn TableLike| table.get("name").and_then(Item::as_str) == Some(name);
        let found = tables.iter().find(of_name)?;
        Some(found.get("harness").and_then(Item::as_bool) == Some(false))
    }

    /// True if tests can use this dependency.
    pub(super) fn has_dependency(&self, name: &str) -> bool {
        ["dev-dependencies", "dev_dependencies", "dependencies"].iter().any(|table| self.get(&[table, name]).is_some())
    }
}

fn test_table(name: &str, comment: &str) -> Table {
    let mut harness = Value::from(false);
    harness.decor_mut().set_suffix(comment);
    let mut table = Table::new();
    table.insert("name", value(name));
    table.insert("harness", value(harness));
    table
}

/// `{ version = "1", features = […] }`, or that of the workspace if it has one.
pub(super) fn dependency(version: &str, features: &[&str], is_inherited: bool) -> Value {
    let mut table = InlineTable::new();
    if is_inherited {
        table.insert("workspace", Value::from(true));
    } else {
        table.insert("version", Value::from(version));
    }
    if !features.is_empty() {
        table.insert("features", Value::from(Array::from_iter(features.iter().copied())));
    }
    Value::from(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edit: impl Fn(&mut TomlEdit)) -> String {
        let mut manifest = TomlEdit::read(text, "Cargo.toml").unwrap();
        edit(&mut manifest);
        manifest.text()
    }

    #[test]
    fn comments_and_order_stay() {
        let before = "# Mine.\n[package]\nname = 'shop' # quoted so\n\n[dev-dependencies]\nz = \"1\"   # last\n\n\
                      [profile.dev]\ndebug = 1\n";
        let after = edited(before, |manifest| {
            assert!(manifest.add(&["dev-dependencies"], "proofload", Value::from("0.2")));
            assert!(manifest.add(&["profile", "test"], "opt-level", Value::from(3)));
            manifest.add_test("perf");
        });
        assert_eq!(
            after,
            "# Mine.\n[package]\nname = 'shop' # quoted so\n\n[dev-dependencies]\nz = \"1\"   # last\nproofload = \"0.2\"\n\n\
             [profile.dev]\ndebug = 1\n\n[profile.test]\nopt-level = 3\n\n\
             [[test]]\nname = \"perf\"\nharness = false  # tests/perf.rs has its own main\n"
        );
    }

    #[test]
    fn a_key_that_is_there_stays_however_it_is_written() {
        for text in [
            "[dev-dependencies]\ntokio = \"1\"\n",
            "[dev-dependencies.tokio]\nversion = \"1\"\n",
            "dev-dependencies = { tokio = \"1\" }\n",
            "dev-dependencies.tokio.workspace = true\n",
        ] {
            let after = edited(text, |manifest| {
                assert!(manifest.has_dependency("tokio"), "{text}");
                assert!(!manifest.add(&["dev-dependencies"], "tokio", Value::from("2")), "{text}");
            });
            assert_eq!(after, text);
        }
    }

    #[test]
    fn a_test_target_is_found_and_added_in_both_spellings() {
        let tables = "[[test]]\nname = \"perf\"\nharness = false\n";
        let inline = "test = [{ name = \"perf\" }]\n";
        assert_eq!(TomlEdit::read(tables, "").unwrap().test("perf"), Some(true));
        assert_eq!(TomlEdit::read(inline, "").unwrap().test("perf"), Some(false));
        assert_eq!(TomlEdit::read(tables, "").unwrap().test("load"), None);
        let after = edited(inline, |manifest| manifest.add_test("load"));
        assert_eq!(after, "test = [{ name = \"perf\" }, { name = \"load\", harness = false }]\n");
        let after = edited(tables, |manifest| manifest.add_test("load"));
        assert!(after.starts_with(tables) && after.contains("\n[[test]]\nname = \"load\"\n"), "{after}");
    }

    #[test]
    fn lines_end_as_they_did() {
        let after = edited("[package]\r\nname = \"a\"\r\n", |manifest| manifest.add_test("perf"));
        assert!(after.contains("\r\n[[test]]\r\nname = \"perf\"\r\n") && !after.contains("\r\r"), "{after:?}");
    }

    #[test]
    fn a_dependency_of_the_workspace_is_inherited() {
        assert_eq!(dependency("1", &["net"], false).to_string(), "{ version = \"1\", features = [\"net\"] }");
        assert_eq!(dependency("1", &["net"], true).to_string(), "{ workspace = true, features = [\"net\"] }");
    }
}
