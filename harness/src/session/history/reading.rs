//! Reads as much of history as a run needs.

use std::time::SystemTime;

use super::entry::{StoreError, StoredFile, name};
use super::store::HistoryStore;
use crate::baseline::{Machine, WorkloadFingerprint};
use crate::history::{HistoryFile, MOST_RUNS, StoredHistory};
use crate::outcome::{TestId, timestamp};

/// How many files are read at once.
const AT_ONCE: usize = 100;
/// No more files are read than this, however many there are.
const MOST_FILES: usize = 2_000;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Runs on this machine; of all machines if it is `None`.
    pub(crate) machine: Option<Machine>,
    /// Runs of these tests with these loads.
    pub(crate) tests: Vec<(TestId, WorkloadFingerprint)>,
    /// All runs since then, and before it as many as are compared.
    pub(crate) since: Option<SystemTime>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct ReadHistory {
    pub(crate) history: StoredHistory,
    /// Files that are damaged or of another version: the first one, and how many.
    pub(crate) warning: Option<String>,
}

/// Reads the newest files first, until there are enough runs of each test.
pub(crate) fn read(store: &HistoryStore, wanted: &Wanted) -> Result<ReadHistory, StoreError> {
    let machine = wanted.machine.as_ref().map(Machine::id);
    let files = store.list(machine.as_deref())?;
    let (mut history, mut damaged) = (StoredHistory::default(), Vec::new());
    for chunk in files[..files.len().min(MOST_FILES)].chunks(AT_ONCE) {
        if wanted.is_complete(&history, &chunk[0]) {
            break;
        }
        for (file, text) in chunk.iter().zip(store.texts(chunk)?) {
            let read = text.ok_or_else(|| "it cannot be read".to_owned());
            match read.and_then(|text| HistoryFile::from_json(&text).map_err(|error| error.to_string())) {
                Ok(file) => history.add(file),
                Err(why) => damaged.push((file.path.clone(), why)),
            }
        }
    }
    Ok(ReadHistory { history, warning: warning(&damaged) })
}

impl Wanted {
    /// True if neither `next` nor anything older is needed.
    fn is_complete(&self, history: &StoredHistory, next: &StoredFile) -> bool {
        let Some(machine) = &self.machine else { return false };
        let is_older = self.since.is_none_or(|since| time_in(name(&next.path)).is_some_and(|time| time < since));
        let has_enough =
            |(test, load): &(TestId, WorkloadFingerprint)| history.runs_of(test, load, machine).len() >= MOST_RUNS;
        is_older && !self.tests.is_empty() && self.tests.iter().all(has_enough)
    }
}

/// The time with which the name of a file begins: `20261126T114153.123Z`.
fn time_in(name: &str) -> Option<SystemTime> {
    let (date, time) = name.split_once('-')?.0.split_once('T')?;
    let part = |text: &str, range| text.get::<std::ops::Range<usize>>(range).map(str::to_owned);
    let date = [part(date, 0..4)?, part(date, 4..6)?, part(date, 6..8)?].join("-");
    let rest = time.get(6..)?;
    let time = [part(time, 0..2)?, part(time, 2..4)?, part(time, 4..6)?].join(":");
    timestamp::parse(&format!("{date}T{time}{rest}"))
}

fn warning(damaged: &[(String, String)]) -> Option<String> {
    let (path, why) = damaged.first()?;
    let more = match damaged.len() - 1 {
        0 => String::new(),
        1 => "; so was 1 more file".to_owned(),
        more => format!("; so were {more} more files"),
    };
    Some(format!("history: {path} was left out: {why}{more}"))
}

#[cfg(test)]
mod tests;
