//! A recorded run in the form that was asked for.

use std::ffi::OsString;
use std::process::ExitCode;

use super::asked::{RecordsRequest, ended};
use crate::report::record;
use crate::report::terminal::WrittenFile;
use crate::session::comparing::EarlierRun;
use crate::session::exit::{NOT_WRITTEN, Problem};
use crate::session::output::{complain, print_commands, say};
use crate::session::report_files::{WantedFiles, write_recorded};
use crate::session::results::Results;

/// What a report of a recorded run prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportForm {
    /// The tables of the run; only the names of the files, if any was asked for.
    Tables,
    /// The whole record, as JSON.
    Record,
}

/// Reports the run called `name` in the form that `options`, those of a perf binary, ask for. The exit code says whether all of it
/// was written, and not how the tests of that run ended.
#[must_use = "the exit code says whether the files were written"]
pub fn report_recorded(name: &str, form: ReportForm, options: Vec<OsString>) -> ExitCode {
    ended(options, |asked| report(name, form, asked))
}

fn report(name: &str, form: ReportForm, asked: &RecordsRequest) -> Result<u8, Problem> {
    let EarlierRun { record, run, .. } = EarlierRun::find(name, asked.runs()).map_err(Problem::usage)?;
    let folders = asked.folders.of_record(&record);
    let wanted = WantedFiles { files: &asked.options.files, compare: &asked.options.compare };
    let mut results = Results::default();
    write_recorded(&run, &record.with_file_name("report.html"), &wanted, &folders, &mut results);
    match form {
        // For a program: not a character is changed.
        ReportForm::Record => print_commands(&record::to_json(&run)),
        ReportForm::Tables if wanted.is_any() && !asked.options.verbose => say(&lines(&results.written)),
        ReportForm::Tables => {
            results
                .written
                .insert(0, WrittenFile { description: "run record".to_owned(), path: record.display().to_string() });
            say(&asked.closing.text(&run, &results.written));
        }
    }
    complain_of(&results);
    Ok(if results.errors.is_empty() { 0 } else { NOT_WRITTEN })
}

/// A line for each file.
pub(super) fn lines(written: &[WrittenFile]) -> String {
    written.iter().map(|file| format!("{}: {}\n", file.description, file.path)).collect()
}

/// What was not written, and why.
pub(super) fn complain_of(results: &Results) {
    results.notes.iter().for_each(|note| complain(&format!("note: {note}")));
    results.errors.iter().for_each(|error| complain(&format!("error: {error}")));
}
