//! One record of several runs.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use super::asked::{RecordsRequest, ended};
use crate::outcome::RunReport;
use crate::report::record;
use crate::report::record::gather::gather;
use crate::session::comparing::EarlierRun;
use crate::session::exit::{NOT_WRITTEN, Problem};
use crate::session::folder::write_new;
use crate::session::output::say;
use crate::session::typed_in;

/// Writes one record of the runs called `names` into the folder `into`.
#[must_use = "the exit code says whether the record was written"]
pub fn merge_recorded(names: &[String], into: &Path, options: Vec<OsString>) -> ExitCode {
    ended(options, |asked| merge(names, into, asked))
}

fn merge(names: &[String], into: &Path, asked: &RecordsRequest) -> Result<u8, Problem> {
    let folder = typed_in::folder(&asked.folders).join(into);
    let path = folder.join("run.json");
    if path.exists() {
        return Err(Problem::usage(format!("{} is there already; choose another folder", path.display())));
    }
    let find = |name: &String| EarlierRun::find(name, asked.runs()).map(|found| found.run).map_err(Problem::usage);
    let runs = names.iter().map(find).collect::<Result<Vec<RunReport>, Problem>>()?;
    let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let merged = gather(runs, id).map_err(Problem::usage)?;
    let not_written = |error| Problem { text: format!("{error}"), exit_code: NOT_WRITTEN };
    write_new(&path, &record::to_json(&merged)).map_err(not_written)?;
    let shown = path.strip_prefix(&asked.folders.workspace).unwrap_or(&path);
    let (tests, runs) = (merged.tests.len(), names.len());
    say(&format!(
        "run record: {} ({tests} test{} of {runs} runs)\n",
        shown.display(),
        if tests == 1 { "" } else { "s" }
    ));
    Ok(0)
}
