//! What was asked, read as a perf binary reads its options, and where the runs are.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::SystemTime;

use crate::cli::{self, CliCommand, Options};
use crate::session::closing::Closing;
use crate::session::comparing::RunsOf;
use crate::session::exit::Problem;
use crate::session::folder::{self, Folders, Start};
use crate::session::input::{check_files, is_for_commands};

/// Options, and the folder of runs.
pub(super) struct RecordsRequest {
    pub(super) options: Options,
    pub(super) closing: Closing,
    pub(super) folders: Folders,
}

impl RecordsRequest {
    fn read(options: Vec<OsString>) -> Result<RecordsRequest, Problem> {
        let program = OsString::from("proofload");
        let arguments = std::iter::once(program).chain(options);
        let read = cli::read(arguments, std::env::vars_os().filter(is_for_commands), None);
        let CliCommand::Run(options) = read.map_err(Problem::usage)? else {
            return Err(Problem::usage("recorded runs have no help of their own"));
        };
        let closing = Closing::read(&options, None).map_err(Problem::usage)?;
        check_files(&options)?;
        let here = std::env::current_dir().unwrap_or_default();
        let binary = std::env::current_exe().unwrap_or_default();
        let start = Start { manifest_dir: &here, binary: &binary, output_dir: options.output_dir.as_deref() };
        let mut folders = Folders::find(start, folder::run_id(None, SystemTime::now()));
        // Paths are shown as seen from here.
        folders.workspace = here;
        Ok(RecordsRequest { options: *options, closing, folders })
    }

    /// Runs of all test targets, and of commands.
    pub(super) fn runs(&self) -> RunsOf<'_> {
        RunsOf { folders: &self.folders, member: None }
    }
}

/// What becomes of `options`, those of a perf binary, as an exit code.
pub(super) fn ended(options: Vec<OsString>, end: impl FnOnce(&RecordsRequest) -> Result<u8, Problem>) -> ExitCode {
    let ended = RecordsRequest::read(options).and_then(|asked| end(&asked));
    ExitCode::from(ended.unwrap_or_else(Problem::complain))
}
