//! `proofload init`

use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::changes::ProjectChanges;
use super::dependency::LibrarySource;
use super::files::InitPlan;
use super::project::RustProject;
use super::sources::SourceArguments;
use super::test_code::TestCode;
use crate::failure::UsageFailure;

/// Performance tests for the Rust project in the current folder.
///
/// Shows what it would write, and asks. What is there already is never changed.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  proofload init && cargo test --test perf\n  proofload init --from-har shop.har")]
pub(crate) struct InitArguments {
    /// Cargo.toml of the package that gets the tests (default: the nearest one upwards)
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,

    /// Package of the workspace that gets the tests
    #[arg(short, long, value_name = "NAME")]
    package: Option<String>,

    /// Name of the test target
    #[arg(long = "test", value_name = "NAME", default_value = "perf", value_parser = target_name)]
    test: String,

    /// Folder with the sources of Proofload, for the dependency on it
    #[arg(long, value_name = "FOLDER")]
    proofload_path: Option<PathBuf>,

    /// Show what would be written, and end
    #[arg(long)]
    dry_run: bool,

    /// Write without asking
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    source: SourceArguments,
}

impl InitArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let project = RustProject::find(self.manifest_path.as_deref(), self.package.as_deref())?;
        let library = LibrarySource::choose(self.proofload_path.as_deref())?;
        let code = self.source.code(&project, &self.test)?.unwrap_or_else(|| TestCode::first(&project, &self.test));
        let plan = InitPlan { project: &project, library: &library, code: &code, test: &self.test };
        let changes = plan.changes()?;
        print!("{}", changes.describe());
        if changes.is_empty() {
            println!("Nothing to write: the tests of package `{}` are there already.", project.package);
            return Ok(ExitCode::SUCCESS);
        }
        if self.proofload_path.is_none()
            && let LibrarySource::Folder(folder) = &library
        {
            println!("The dependency is {}, which this command was built from.", folder.display());
        }
        if self.is_agreed(&changes)? {
            changes.write()?;
            println!("Wrote {}. Now run: {}{}", changes.count(), variables(&code), self.next_command(&project));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn is_agreed(&self, changes: &ProjectChanges) -> Result<bool, UsageFailure> {
        if self.dry_run {
            println!("Nothing was written (--dry-run).");
            return Ok(false);
        }
        if self.yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() {
            return Err(UsageFailure::new(
                "nothing was written: without a terminal there is no one to ask; give --yes",
            ));
        }
        print!("Write {}? [y/N] ", changes.count());
        let mut answer = String::new();
        let asked = std::io::stdout().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
        asked.map_err(|error| UsageFailure::new(format!("nothing was written: the answer cannot be read: {error}")))?;
        let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
        if !is_yes {
            println!("Nothing was written.");
        }
        Ok(is_yes)
    }

    fn next_command(&self, project: &RustProject) -> String {
        let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
        let (package, is_outside) = (&project.package, !here.starts_with(&project.workspace_root));
        let change = if is_outside { format!("cd {} && ", shown(&project.workspace_root)) } else { String::new() };
        let chosen = if project.has_neighbours { format!("--package {package} ") } else { String::new() };
        format!("{change}cargo test {chosen}--test {}", self.test)
    }
}

/// `PROOFLOAD_TARGET_APP=… APP_TOKEN=… `
fn variables(code: &TestCode) -> String {
    let needed = code.variables.iter().filter(|variable| variable.is_needed);
    needed.map(|variable| format!("{}=… ", variable.name)).collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// It is the name of a file, and a word of a filter of cargo-nextest.
fn target_name(text: &str) -> Result<String, String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    match !text.is_empty() && text.bytes().all(is_word) {
        true => Ok(text.to_owned()),
        false => Err("a test target has a name of letters, digits, `_` and `-`".to_owned()),
    }
}
