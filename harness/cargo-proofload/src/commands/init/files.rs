//! Each file of the project, with what `init` adds to it.

use std::path::{Path, PathBuf};

use toml_edit::Value;

use super::changes::ProjectChanges;
use super::dependency::LibrarySource;
use super::manifest::{TomlEdit, dependency};
use super::project::RustProject;
use super::template::filled;
use super::test_code::{MAIN, TestCode};
use crate::failure::UsageFailure;

/// The command line and reports: no figure depends on how they are compiled, and it is half of the first build. The load is offered by
/// `proofload-engine`.
const UNOPTIMISED: [&str; 4] = ["clap_builder", "libtest-mimic", "proofload", "proofload-vocabulary"];

const NEXTEST: &str = include_str!("templates/nextest.toml");
const WORKFLOW: &str = include_str!("templates/perf.yml");

/// What is planned for a project.
#[derive(Debug)]
pub(super) struct InitPlan<'p> {
    pub(super) project: &'p RustProject,
    pub(super) library: &'p LibrarySource,
    pub(super) code: &'p TestCode,
    /// The name of the test target.
    pub(super) test: &'p str,
}

impl InitPlan<'_> {
    /// Everything that `init` would write.
    pub(super) fn changes(&self) -> Result<ProjectChanges, UsageFailure> {
        let mut changes = ProjectChanges::below(self.project.repository_root());
        self.test_file(&mut changes)?;
        self.package_manifest(&mut changes)?;
        self.profile(&mut changes)?;
        self.nextest(&mut changes)?;
        self.alias(&mut changes)?;
        self.workflow(&mut changes)?;
        Ok(changes)
    }

    fn test_file(&self, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let folder = self.project.folder().join("tests");
        let whole = format!("{}{MAIN}", self.code.text);
        let (single, several) = (folder.join(format!("{}.rs", self.test)), folder.join(self.test).join("main.rs"));
        let existing = if several.is_file() { &several } else { &single };
        let Some(text) = changes.text(existing)? else {
            return changes.set(&single, whole);
        };
        if !text.contains("proofload") {
            return Err(UsageFailure::new(format!(
                "{} is there already and is not a test of Proofload: choose another name for the test target with --test NAME",
                changes.shown(existing)
            )));
        }
        if self.code.starts_its_server || text == whole {
            return Ok(());
        }
        self.test_module(existing, &text, changes)
    }

    /// The code as a module of the test file that is there.
    fn test_module(&self, main: &Path, main_text: &str, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let name = &self.code.module;
        let folder = self.project.folder().join("tests").join(self.test);
        let path = folder.join(format!("{name}.rs"));
        match changes.text(&path)? {
            Some(text) if text != self.code.text => {
                let shown = changes.shown(&path);
                changes.note(format!("{shown}: it is there already; remove it, or rename it, to have it written anew"));
            }
            _ => changes.set(&path, self.code.text.clone())?,
        }
        if !main_text.contains(&format!("mod {name};")) {
            let of_folder = main.starts_with(&folder);
            let attribute = if of_folder { String::new() } else { format!("#[path = \"{}/{name}.rs\"]\n", self.test) };
            let shown = changes.shown(main);
            changes.note(format!(
                "{shown}: it is there already; add the new module to it by hand:\n{attribute}mod {name};"
            ));
        }
        Ok(())
    }

    fn package_manifest(&self, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let mut manifest = read_toml(changes, &self.project.manifest)?;
        let shown = changes.shown(&self.project.manifest);
        if manifest.has_dependency("proofload") {
            self.note_missing_features(&manifest, &shown, changes);
        } else {
            manifest.add(&["dev-dependencies"], "proofload", self.library.value(&self.code.features));
        }
        let root = read_toml(changes, &self.project.workspace_root.join("Cargo.toml"))?;
        let mut others = vec![("tokio", self.code.tokio_features)];
        if self.code.needs_serde_json {
            others.push(("serde_json", &[]));
        }
        for (name, features) in others {
            let is_inherited = root.get(&["workspace", "dependencies", name]).is_some();
            let is_needed = name != "tokio" || !features.is_empty();
            let has_own = manifest.get(&["dev-dependencies", name]).is_some();
            if is_needed && !has_own && (name == "tokio" || !manifest.has_dependency(name)) {
                manifest.add(&["dev-dependencies"], name, dependency("1", features, is_inherited));
            }
        }
        match manifest.test(self.test) {
            None => manifest.add_test(self.test),
            Some(true) => {}
            Some(false) => changes.note(format!(
                "{shown}: [[test]] `{}` is there already, without the line that lets it have its own main; add it by hand:\n\
                 harness = false",
                self.test
            )),
        }
        changes.set(&self.project.manifest, manifest.text())
    }

    fn note_missing_features(&self, manifest: &TomlEdit, shown: &str, changes: &mut ProjectChanges) {
        let item = |table| manifest.get(&[table, "proofload"]).map(ToString::to_string);
        let declared = item("dev-dependencies").or_else(|| item("dependencies")).unwrap_or_default();
        let missing: Vec<&str> = self
            .code
            .features
            .iter()
            .copied()
            .filter(|feature| !declared.contains(&format!("\"{feature}\"")))
            .collect();
        if !missing.is_empty() {
            changes.note(format!(
                "{shown}: `proofload` is a dependency already; add to its features by hand:\nfeatures = [\"{}\"]",
                missing.join("\", \"")
            ));
        }
    }

    /// Optimised, so that figures mean something. Cargo reads profiles in the manifest of the workspace only.
    fn profile(&self, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let path = self.project.workspace_root.join("Cargo.toml");
        let mut manifest = read_toml(changes, &path)?;
        let is_new = manifest.get(&["profile", "test"]).is_none();
        if !manifest.add(&["profile", "test"], "opt-level", Value::from(3)) {
            let level = manifest.get(&["profile", "test", "opt-level"]).and_then(toml_edit::Item::as_integer);
            if matches!(level, Some(0 | 1)) {
                let shown = changes.shown(&path);
                changes.note(format!(
                    "{shown}: the profile of tests has its opt-level already, with which figures say little; for ones that do, \
                     write by hand:\nopt-level = 3"
                ));
            }
        }
        if is_new {
            manifest.add(&["profile", "test"], "debug", Value::from("line-tables-only"));
            // Cargo's own choice optimises across the parts of each crate once more, which is a quarter of the first build.
            manifest.add(&["profile", "test"], "lto", Value::from("off"));
            // Their line numbers are for those who debug them, and cost an eighth of the first build.
            manifest.add_dotted(&["profile", "test", "package"], "*", "debug", Value::from(false));
            for package in UNOPTIMISED {
                manifest.add_dotted(&["profile", "test", "package"], package, "opt-level", Value::from(0));
            }
        }
        changes.set(&path, manifest.text())
    }

    fn nextest(&self, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let path = self.project.workspace_root.join(".config/nextest.toml");
        let wanted = filled(NEXTEST, &[("TEST", self.test)]);
        match changes.text(&path)? {
            None => changes.set(&path, wanted),
            Some(text) => {
                if !text.contains(&format!("binary(={})", self.test))
                    && !text.contains(&format!("binary({})", self.test))
                {
                    let shown = changes.shown(&path);
                    changes.note(format!("{shown}: it is there already; add by hand:\n{}", wanted.trim_end()));
                }
                Ok(())
            }
        }
    }

    /// `cargo perf`
    fn alias(&self, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let folder = self.project.workspace_root.join(".cargo");
        // The older name wins if both files are there.
        let old = folder.join("config");
        let path = if old.is_file() { old } else { folder.join("config.toml") };
        let mut command = vec!["test"];
        if self.project.has_neighbours {
            command.extend(["--package", &self.project.package]);
        }
        command.extend(["--test", self.test, "--"]);
        let text = changes.text(&path)?.unwrap_or_default();
        let shown = changes.shown(&path);
        let mut config = TomlEdit::read(&text, &shown)?;
        let is_other = config.get(&["alias", "perf"]).is_some_and(|alias| !alias.to_string().contains(self.test));
        if is_other {
            let command = command.join(" ");
            changes.note(format!(
                "{shown}: it has another alias `perf`; for these tests, add by hand:\nload = \"{command}\""
            ));
        }
        config.add(&["alias"], "perf", Value::from(command.join(" ")));
        changes.set(&path, config.text())
    }

    fn workflow(&self, changes: &mut ProjectChanges) -> Result<(), UsageFailure> {
        let path = self.project.repository_root().join(format!(".github/workflows/{}.yml", self.test));
        let wanted = self.workflow_text();
        match changes.text(&path)? {
            None => changes.set(&path, wanted),
            Some(text) => {
                if !text.contains(&format!("--test {}", self.test)) {
                    let shown = changes.shown(&path);
                    changes.note(format!(
                        "{shown}: it is there already; add by hand a step that runs\ncargo test --package {} --test {}",
                        self.project.package, self.test
                    ));
                }
                Ok(())
            }
        }
    }

    fn workflow_text(&self) -> String {
        // A pull request from elsewhere has no secrets, and no server that somebody else runs.
        let on_request = if self.code.starts_its_server { "  pull_request:\n" } else { "" };
        let below = self.project.workspace_root.strip_prefix(self.project.repository_root()).ok();
        let below: PathBuf = below.map(Path::to_path_buf).unwrap_or_default();
        let (defaults, folder) = match below.to_str() {
            None | Some("") => (String::new(), String::new()),
            Some(below) => (format!("\ndefaults:\n  run:\n    working-directory: {below}\n"), format!("{below}/")),
        };
        let variables = self.code.variables.iter().map(|variable| {
            let context = if variable.is_secret { "secrets" } else { "vars" };
            format!("          {0}: ${{{{ {context}.{0} }}}}\n", variable.name)
        });
        let variables: String = variables.collect();
        let environment = if variables.is_empty() { String::new() } else { format!("        env:\n{variables}") };
        let values: [(&str, &str); 6] = [
            ("TRIGGERS\n", &format!("{on_request}  workflow_dispatch:\n\n")),
            ("DEFAULTS\n", &format!("{defaults}\n")),
            ("ENVIRONMENT\n", &environment),
            ("FOLDER", &folder),
            ("PACKAGE", &self.project.package),
            ("TEST", self.test),
        ];
        filled(WORKFLOW, &values)
    }
}

fn read_toml(changes: &ProjectChanges, path: &Path) -> Result<TomlEdit, UsageFailure> {
    let shown = changes.shown(path);
    let text = changes.text(path)?.ok_or_else(|| UsageFailure::new(format!("{shown} is not there any more")))?;
    TomlEdit::read(&text, &shown)
}
