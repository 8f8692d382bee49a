//! Hands the requests of one run to the thread that writes them: [`RequestQueue`].
//!
//! Memory is bounded and no row is dropped: while the writer is behind, batches wait in memory up to [`MOST_BATCHES`], and only
//! then the workers wait. That delays the load, so it is timed and makes the measurement invalid.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use super::file::RequestsFile;
use crate::measure::{RequestRows, RequestSink};
use crate::report::requests_csv::CsvLines;
use crate::thread_priority::yield_to_the_load;

/// At 64 KiB each, 64 MiB: a disk may stand still for 20 s at 50,000 requests a second.
const MOST_BATCHES: usize = 1024;

/// A file that the writer's thread and the session share.
pub(super) type SharedFile = Arc<Mutex<RequestsFile>>;

/// The way of the rows of one run into its file.
#[derive(Debug)]
pub(super) struct RequestQueue {
    to_writer: SyncSender<Message>,
    /// Empty batches, to be filled again.
    spare: Arc<Mutex<Vec<RequestRows>>>,
    began: Arc<OnceLock<SystemTime>>,
    workers: AtomicUsize,
    waited_ns: AtomicU64,
    /// Batches that were made: all that there are in memory.
    batches: AtomicUsize,
    writer: Mutex<Option<JoinHandle<()>>>,
}

enum Message {
    Rows(RequestRows),
    /// No row follows that is to be written.
    Finish,
}

impl RequestQueue {
    /// Starts the thread that writes the rows of a run of `test` into `file`.
    pub(super) fn start(test: &str, file: &SharedFile) -> std::io::Result<RequestQueue> {
        RequestQueue::bounded(test, file, MOST_BATCHES)
    }

    /// The same with room for so many batches.
    pub(super) fn bounded(test: &str, file: &SharedFile, batches: usize) -> std::io::Result<RequestQueue> {
        let (to_writer, rows) = sync_channel(batches);
        let (spare, began) = (Arc::default(), Arc::default());
        let writer = Writer {
            rows,
            test: test.to_owned(),
            file: Arc::clone(file),
            spare: Arc::clone(&spare),
            began: Arc::clone(&began),
        };
        let writer = std::thread::Builder::new().name("requests-csv".to_owned()).spawn(move || writer.run())?;
        Ok(RequestQueue {
            to_writer,
            spare,
            began,
            workers: AtomicUsize::default(),
            waited_ns: AtomicU64::default(),
            batches: AtomicUsize::default(),
            writer: Mutex::new(Some(writer)),
        })
    }

    /// How many batches there are.
    #[cfg(test)]
    pub(super) fn batches_in_memory(&self) -> usize {
        self.batches.load(Ordering::Relaxed)
    }

    fn send(&self, full: RequestRows) {
        let is_load = !full.is_after_load;
        let Err(TrySendError::Full(full)) = self.to_writer.try_send(Message::Rows(full)) else { return };
        let since = Instant::now();
        // The writer ends before its workers only if code of the test cannot be ended: such a run has no figures.
        let _taken_or_ended = self.to_writer.send(full);
        if is_load {
            let waited_ns = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
            self.waited_ns.fetch_add(waited_ns, Ordering::Relaxed);
        }
    }
}

impl RequestSink for RequestQueue {
    fn begin(&self, at: SystemTime) {
        self.began.get_or_init(|| at);
    }

    fn join(&self) -> usize {
        self.workers.fetch_add(1, Ordering::Relaxed)
    }

    fn take(&self, full: RequestRows) -> RequestRows {
        self.send(full);
        lock(&self.spare).pop().unwrap_or_else(|| {
            self.batches.fetch_add(1, Ordering::Relaxed);
            RequestRows::with_room()
        })
    }

    fn finish(&self) -> Duration {
        if let Some(writer) = lock(&self.writer).take() {
            let _ended_before = self.to_writer.send(Message::Finish);
            let _panicked = writer.join();
        }
        Duration::from_nanos(self.waited_ns.load(Ordering::Relaxed))
    }
}

/// The thread that writes.
struct Writer {
    rows: Receiver<Message>,
    test: String,
    file: SharedFile,
    spare: Arc<Mutex<Vec<RequestRows>>>,
    began: Arc<OnceLock<SystemTime>>,
}

impl Writer {
    fn run(self) {
        yield_to_the_load();
        let mut lines: Option<CsvLines> = None;
        let mut text = String::new();
        while let Ok(Message::Rows(mut batch)) = self.rows.recv() {
            let lines = lines.get_or_insert_with(|| self.first_line());
            text.clear();
            // The servers that a test compares are written at the same time: a line has the number of its place in the file.
            let mut file = lock(&self.file);
            lines.add(&batch, file.next_id(), &mut text);
            file.add(&text, lines.next_id());
            drop(file);
            batch.clear();
            lock(&self.spare).push(batch);
        }
    }

    fn first_line(&self) -> CsvLines {
        let began = *self.began.get_or_init(SystemTime::now);
        CsvLines::new(&self.test, began).with_classes(lock(&self.file).has_classes())
    }
}

pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
