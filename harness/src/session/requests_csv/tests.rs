//! The queue to the thread that writes, and the file.

use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use proofload_testing::process::wait_until;

use super::file::RequestsFile;
use super::places::{beside, file_name, run_name, unused};
use super::queue::{RequestQueue, SharedFile, lock};
use crate::measure::{Moment, RequestRow, RequestRows, RequestSink};
use crate::report::requests_csv::HEADER;

const BATCH: usize = 1024;

fn shared(path: &Path) -> SharedFile {
    Arc::new(Mutex::new(RequestsFile::create(path, false).unwrap()))
}

/// A full batch of requests.
fn batch(mut empty: RequestRows, is_after_load: bool) -> RequestRows {
    let moment = Some(Moment::after(Duration::from_millis(5)));
    empty.rows.resize(BATCH, RequestRow::timed(moment, moment, moment));
    RequestRows { is_after_load, ..empty }
}

fn start(file: &SharedFile) -> RequestQueue {
    let queue = RequestQueue::start("t", file).unwrap();
    queue.begin(UNIX_EPOCH);
    queue
}

/// Hands on so many batches from several threads at once.
fn hand_on(queue: &RequestQueue, batches: usize, threads: usize) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut empty = RequestRows { worker: queue.join(), ..RequestRows::with_room() };
                (0..batches).for_each(|_| empty = queue.take(batch(std::mem::take(&mut empty), false)));
            });
        }
    });
}

fn ids(text: &str) -> Vec<u64> {
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn every_row_is_in_the_file_when_the_run_has_ended_with_a_number_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all/requests.csv");
    let file = shared(&path);
    for _two_runs in 0..2 {
        let queue = start(&file);
        hand_on(&queue, 20, 3);
        assert_eq!(queue.finish(), Duration::ZERO, "a disk that keeps up delays none");
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(HEADER));
    assert_eq!(ids(&text), (1..=2 * 3 * 20 * BATCH as u64).collect::<Vec<_>>());
}

#[test]
fn a_disk_that_stands_still_holds_up_the_workers_only_when_memory_is_full_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
    // A pipe that nothing reads from stands for a disk that has stalled.
    let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let mut end = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(&path).unwrap();
    let file = shared(&path);
    let queue = RequestQueue::bounded("t", &file, 10).unwrap();
    let waited = std::thread::scope(|scope| {
        let filling = scope.spawn(|| hand_on(&queue, 40, 1));
        // Ten wait, and the writer has one. The worker's own is not counted.
        wait_until("memory is full", || queue.batches_in_memory() == 11);
        assert!(!filling.is_finished(), "the worker waits");
        let reading = scope.spawn(|| read_to_end(&mut end, 40 * BATCH + 1));
        filling.join().unwrap();
        let waited = queue.finish();
        assert_eq!(ids(&reading.join().unwrap()), (1..=40 * BATCH as u64).collect::<Vec<_>>());
        waited
    });
    assert!(waited > Duration::ZERO, "the wait was timed");
    assert!(queue.batches_in_memory() <= 12, "{} batches", queue.batches_in_memory());
}

#[test]
fn what_was_never_sent_is_handed_on_after_the_load_and_delays_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = shared(&folder.path().join("requests.csv"));
    let queue = RequestQueue::bounded("t", &file, 1).unwrap();
    let mut empty = RequestRows::with_room();
    (0..50).for_each(|_| empty = queue.take(batch(std::mem::take(&mut empty), true)));
    assert_eq!(queue.finish(), Duration::ZERO);
    assert_eq!(lock(&file).next_id(), 50 * BATCH as u64 + 1);
}

/// Reads so many lines.
fn read_to_end(pipe: &mut std::fs::File, lines: usize) -> String {
    let (mut text, mut seen, mut bytes) = (String::new(), 0, vec![0; 1 << 16]);
    while seen < lines {
        match pipe.read(&mut bytes) {
            Ok(count) => {
                let part = str::from_utf8(&bytes[..count]).unwrap();
                seen += part.matches('\n').count();
                text.push_str(part);
            }
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "{error}");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
    text
}

#[test]
fn a_full_disk_stops_the_file_and_holds_up_nothing() {
    let file = shared(Path::new("/dev/full"));
    let queue = start(&file);
    hand_on(&queue, 100, 2);
    assert_eq!(queue.finish(), Duration::ZERO);
    let stopped = lock(&file).stopped().unwrap().to_owned();
    assert!(
        stopped.starts_with("/dev/full ends after 0 requests, because it could not be written any more: "),
        "{stopped}"
    );
}

#[test]
fn what_a_superseded_measurement_has_written_is_taken_back_and_its_numbers_are_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.csv");
    let mut file = RequestsFile::create(&path, false).unwrap();
    file.begin_test();
    file.add("1,first\n", 2);
    file.begin_test();
    file.add("2,second\n3,second\n", 4);
    assert!(file.take_back());
    assert_eq!(file.next_id(), 2);
    file.add("2,again\n", 3);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{HEADER}1,first\n2,again\n"));
    assert!(
        !RequestsFile::create(Path::new("/dev/null"), false).unwrap().take_back(),
        "a device keeps what it was given"
    );
}

#[test]
fn an_older_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.csv");
    std::fs::write(&path, "old ".repeat(1_000)).unwrap();
    drop(RequestsFile::create(&path, false).unwrap());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), HEADER);
    assert!(RequestsFile::create(folder.path(), false).unwrap_err().to_string().starts_with("cannot write "));
}

#[test]
fn each_test_has_a_file_whose_name_every_system_takes() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(file_name("agent::health"), "agent.health");
    assert_eq!(file_name("a/../b: \"c\"\n<d>|*?\\\0"), "a-..-b---c---d------");
    assert_eq!(file_name(&"ä".repeat(500)).chars().count(), 120);
    let first = unused(folder.path(), "agent.health");
    assert_eq!(first, folder.path().join("agent.health.csv"));
    std::fs::write(&first, "").unwrap();
    assert_eq!(unused(folder.path(), "agent.health"), folder.path().join("agent.health-2.csv"));
    assert_eq!(beside(Path::new("out/all.csv"), "agent.health"), Path::new("out/all.agent.health.csv"));
    assert_eq!(beside(Path::new("all"), "agent.health"), Path::new("all.agent.health"));
}

#[test]
fn the_runs_of_a_series_are_told_apart_and_a_single_run_has_the_name_of_its_test() {
    assert_eq!(run_name("agent::health", true, 1), "agent::health");
    assert_eq!(run_name("agent::health", true, 2), "agent::health (run 2)");
    assert_eq!(run_name("agent::health", false, 1), "agent::health (run 1)");
}
