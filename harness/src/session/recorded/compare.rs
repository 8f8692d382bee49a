//! What changed between two recorded runs.

use std::ffi::OsString;
use std::process::ExitCode;

use super::asked::{RecordsRequest, ended};
use super::report::{complain_of, lines};
use crate::cli::Options;
use crate::session::closing::Closing;
use crate::session::comparing::{ComparedRuns, compare_stored};
use crate::session::exit::{Problem, SideProblems, exit_code};
use crate::session::folder::Folders;
use crate::session::output::say;
use crate::session::report_files::{WantedFiles, write_recorded};
use crate::session::results::Results;

/// What changed from the run called `before` to the one called `after`; the exit code says whether something became worse.
#[must_use = "the exit code says whether something became worse"]
pub fn compare_recorded(before: &str, after: &str, options: Vec<OsString>) -> ExitCode {
    ended(options, |asked| compare((before, after), asked))
}

fn compare(names: (&str, &str), asked: &RecordsRequest) -> Result<u8, Problem> {
    let RecordsRequest { options, closing, folders } = asked;
    let compared = compare_stored(names, &options.compare, asked.runs()).map_err(Problem::usage)?;
    report_comparison(&compared, options, closing, folders)
}

/// Prints what changed, and writes what was asked for: the page is that of the later run.
pub(crate) fn report_comparison(
    compared: &ComparedRuns,
    options: &Options,
    closing: &Closing,
    folders: &Folders,
) -> Result<u8, Problem> {
    let ComparedRuns { run, record } = compared;
    if run.tests.is_empty() {
        return Err(Problem::usage("no test was measured in both runs, so there is nothing to compare"));
    }
    say(&closing.comparisons(run));
    let wanted = WantedFiles { files: &options.files, compare: &options.compare };
    let mut results = Results::default();
    // Not over the report of that run.
    write_recorded(run, &record.with_file_name("comparison.html"), &wanted, &folders.of_record(record), &mut results);
    say(&lines(&results.written));
    complain_of(&results);
    Ok(exit_code(run, SideProblems { unwritten: !results.errors.is_empty(), ..SideProblems::default() }))
}
