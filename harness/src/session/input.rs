//! What a run starts from: the options, the planned tests, and the folders.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::cargo;
use super::closing::Closing;
use super::comparing::EarlierRun;
use super::exit::Problem;
use super::folder::{self, Folders, Start};
use super::plan::PlannedTest;
use crate::cli::{self, CliCommand, Options};
use crate::registry::TestCase;
use crate::runner;
use crate::server::{self, TestsProcess};
use crate::suggest::did_you_mean;

/// The name of a run whose workers are started elsewhere, and know it.
const RUN_ID: &str = "PROOFLOAD_INTERNAL_RUN_ID";

/// Everything that is decided before the first test starts.
pub(super) struct Input {
    pub(super) tests: Vec<PlannedTest>,
    pub(super) options: Options,
    pub(super) closing: Closing,
    pub(super) folders: Folders,
    /// The package under test.
    pub(super) manifest_dir: PathBuf,
    /// The run that `--compare` names.
    pub(super) earlier: Option<Arc<EarlierRun>>,
}

/// Reads the command line, the environment and `proofload.toml`.
pub(super) fn read_options(manifest_dir: &Path) -> Result<CliCommand, Problem> {
    read_options_from(server::arguments(), manifest_dir)
}

/// The same with other arguments than those of this process.
pub(super) fn read_options_from(arguments: Vec<OsString>, manifest_dir: &Path) -> Result<CliCommand, Problem> {
    let config = find_config(manifest_dir)?;
    let config = config.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
    cli::read(arguments, std::env::vars_os(), config).map_err(Problem::usage)
}

/// `proofload.toml` of the package, or else of the workspace.
fn find_config(manifest_dir: &Path) -> Result<Option<(PathBuf, String)>, Problem> {
    let workspace = cargo::workspace_root(manifest_dir);
    for folder in [manifest_dir, &workspace] {
        let path = folder.join("proofload.toml");
        match folder::read_if_there(&path) {
            Ok(Some(text)) => return Ok(Some((path, text))),
            Ok(None) => {}
            Err(error) => return Err(Problem::usage(format!("cannot read {}: {error}", path.display()))),
        }
    }
    Ok(None)
}

/// The package under test: as cargo names it, else where its tests were declared, else the current directory.
pub(super) fn manifest_dir(tests: &[TestCase]) -> PathBuf {
    let declared = || tests.first().map(|test| PathBuf::from(test.decl.manifest_dir));
    let by_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    by_cargo.or_else(declared).unwrap_or_else(|| PathBuf::from("."))
}

/// The folders of a new run.
pub(super) fn folders(manifest_dir: &Path, options: &Options) -> Folders {
    let given = std::env::var(RUN_ID).ok().filter(|id| folder::is_run_id(id));
    let nextest = std::env::var("NEXTEST_RUN_ID").ok();
    let fresh = || given.unwrap_or_else(|| folder::run_id(nextest.as_deref(), SystemTime::now()));
    let id = TestsProcess::this().map_or_else(fresh, |tests| tests.run_id);
    let binary = std::env::current_exe().unwrap_or_default();
    Folders::find(Start { manifest_dir, binary: &binary, output_dir: options.output_dir.as_deref() }, id)
}

/// A file that this build cannot write is refused before any load is offered.
pub(super) fn check_files(options: &Options) -> Result<(), Problem> {
    if options.files.junit.is_none() || cfg!(feature = "junit") {
        return Ok(());
    }
    Err(Problem::usage(
        "--junit or PROOFLOAD_JUNIT: this build has no JUnit reports; in Cargo.toml, add `features = [\"junit\"]` to the \
         dependency on proofload",
    ))
}

/// A target for a fixture that does not exist would silently test another server.
pub(super) fn check_targets(options: &Options) -> Result<(), Problem> {
    let servers = runner::server_fixture_names();
    let Some(name) = options.targets.keys().find(|name| !servers.contains(name)) else { return Ok(()) };
    let suggestion = did_you_mean(name, servers.iter().map(String::as_str));
    Err(Problem::usage(format!(
        "PROOFLOAD_TARGET_{}: there is no server fixture `{name}`{suggestion} (server fixtures: {})",
        name.to_uppercase(),
        servers.join(", ")
    )))
}

/// Without an address of this machine no server could start.
pub(super) fn check_bind(options: &Options) -> Result<(), Problem> {
    let Some(bind) = options.bind else { return Ok(()) };
    match TcpListener::bind((bind, 0)) {
        Ok(_listens) => Ok(()),
        Err(error) => Err(Problem::usage(format!(
            "{}: no server can listen on {bind}, so no test was run: {error}; give an address of this machine",
            cli::BIND
        ))),
    }
}

/// The variables that every program follows, such as `NO_COLOR`, and where servers listen: all that a command reads of the environment.
pub(super) fn is_for_commands((name, _): &(OsString, OsString)) -> bool {
    !name.to_string_lossy().starts_with("PROOFLOAD_") || name == cli::BIND
}
