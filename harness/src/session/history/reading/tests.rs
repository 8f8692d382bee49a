//! How much is read, and what is left out.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use super::super::git::Git;
use super::*;
use crate::baseline::KnownTests;
use crate::kind::Kind;
use crate::outcome::{RunReport, samples};
use crate::workload::RunPlan;

/// 2026-11-20T18:57:17.250Z
const BEGIN_MS: u64 = 1_795_201_037_250;
const DAY: u64 = 86_400;

fn load() -> WorkloadFingerprint {
    WorkloadFingerprint::of(Kind::Load, &samples::workload(), &RunPlan::default(), None)
}

fn machine() -> Machine {
    Machine::of(&samples::environment())
}

/// The path and the text of a run of the passed sample so many seconds after the first.
fn file(second: u64) -> (String, String) {
    let finished = UNIX_EPOCH + Duration::from_millis(BEGIN_MS) + Duration::from_secs(second);
    let run = RunReport { finished, tests: vec![samples::passed()], ..samples::run() };
    let known = KnownTests::from([(samples::passed().id, load())]);
    let file = HistoryFile::of(&run, &known, &BTreeSet::new()).expect("a test");
    (file.path(7), file.to_json())
}

fn store(files: impl IntoIterator<Item = (String, String)>) -> (tempfile::TempDir, HistoryStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = HistoryStore::Folder(folder.path().to_owned());
    // Without waiting for the disk, as a run does.
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    (folder, store)
}

fn wanted() -> Wanted {
    Wanted { machine: Some(machine()), tests: vec![(samples::passed().id, load())], since: None }
}

fn seen(read: &ReadHistory) -> usize {
    read.history.all_of(&samples::passed().id).len()
}

#[test]
fn what_is_written_is_read_newest_first_and_no_more_than_is_needed() {
    let (_folder, store) = store((0..250).map(|at| file(at * DAY / 10)));
    let found = read(&store, &wanted()).unwrap();
    assert_eq!((seen(&found), found.warning), (AT_ONCE, None));
    let newest = found.history.runs_of(&samples::passed().id, &load(), &machine());
    assert_eq!(newest.len(), MOST_RUNS);
    assert_eq!(
        newest[MOST_RUNS - 1].time,
        UNIX_EPOCH + Duration::from_millis(BEGIN_MS) + Duration::from_secs(249 * DAY / 10)
    );
}

#[test]
fn all_runs_since_the_figures_were_accepted_are_read() {
    let (_folder, store) = store((0..250).map(|at| file(at * DAY / 10)));
    let since = UNIX_EPOCH + Duration::from_millis(BEGIN_MS) + Duration::from_secs(30 * DAY / 10);
    let found = read(&store, &Wanted { since: Some(since), ..wanted() }).unwrap();
    assert_eq!(seen(&found), 250, "the last hundred hold the ones just before it");
}

#[test]
fn damaged_and_newer_files_are_left_out_and_the_first_is_named() {
    let (path, text) = file(5);
    let newer = text.replace("history/1", "history/9");
    let (_folder, store) =
        store([file(1), (path.clone(), newer), (file(4).0, "{\"sche".to_owned()), (file(3).0, String::new())]);
    let found = read(&store, &wanted()).unwrap();
    assert_eq!(seen(&found), 1);
    let warning = found.warning.unwrap();
    assert!(warning.contains(&path) && warning.contains("history/9") && warning.contains("2 more files"), "{warning}");
}

#[test]
fn a_folder_that_is_not_there_is_an_empty_history() {
    let store = HistoryStore::Folder(PathBuf::from("/nowhere/at/all"));
    assert_eq!(seen(&read(&store, &wanted()).unwrap()), 0);
    assert_eq!(seen(&read(&HistoryStore::Nowhere, &wanted()).unwrap()), 0);
}

#[test]
fn a_file_is_never_written_over() {
    let (folder, store) = store([]);
    let (path, text) = file(1);
    for _ in 0..3 {
        store.write(&path, &text).unwrap();
    }
    let names = std::fs::read_dir(folder.path().join(&path).parent().unwrap()).unwrap().count();
    assert_eq!((names, seen(&read(&store, &wanted()).unwrap())), (3, 3));
}

#[test]
fn processes_that_write_at_once_lose_no_file() {
    let (folder, store) = store([]);
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, (path, text)) = (store.clone(), file(1));
            std::thread::spawn(move || store.write(&path, &text))
        })
        .collect();
    writers.into_iter().for_each(|writer| drop(writer.join().unwrap().unwrap()));
    assert_eq!(seen(&read(&store, &wanted()).unwrap()), 8);
    drop(folder);
}

#[test]
fn the_name_of_a_file_says_when() {
    let path = file(0).0;
    assert_eq!(time_in(name(&path)), Some(UNIX_EPOCH + Duration::from_millis(BEGIN_MS)));
    assert_eq!(time_in("notes.json"), None);
}

#[test]
fn the_files_of_a_branch_are_read_newest_first_too() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("git").arg("-C").arg(folder.path()).args(["init", "-q"]).status();
    assert!(made.expect("git is installed").success());
    let store = HistoryStore::Branch(Git::in_folder(folder.path()));
    for second in [2, 3, 1] {
        let (path, text) = file(second * 40 * DAY);
        store.write(&path, &text).unwrap();
    }
    let months: Vec<_> = store.list(None).unwrap().iter().map(|file| file.path[17..24].to_owned()).collect();
    assert_eq!(months, ["2027-03", "2027-02", "2026-12"]);
    assert_eq!(seen(&read(&store, &wanted()).unwrap()), 3);
}
