//! The progress line of a long test. The main type is [`ProgressOfRuns`].

use std::cell::Cell;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::output::{complain, say};
use super::watched_run::{CurrentRun, WatchedRun};
use crate::cli::Progress;
use crate::measure::Live;
use crate::runner::Test;
use crate::text::cut_to_columns;
use crate::workload::Workload;

/// Redrawing costs the load some CPU, so it stays well under 5 Hz.
const REDRAW: Duration = Duration::from_millis(250);

/// Tests shorter than this show no line.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// Draws a progress line for each run of one test.
pub(super) struct ProgressOfRuns {
    when: Progress,
    /// What libtest has printed on this line so far.
    prefix: String,
    line: Option<ProgressLine>,
    /// The run in progress, for the thread that waits for it.
    current: CurrentRun,
}

impl ProgressOfRuns {
    pub(super) fn new(when: Progress, prefix: String, current: CurrentRun) -> ProgressOfRuns {
        ProgressOfRuns { when, prefix, line: None, current }
    }

    /// A run begins.
    pub(super) fn run_started(&mut self, test: &Test, workload: &Workload, live: &Arc<Live>) {
        let watched = WatchedRun::begin(workload, live);
        self.current.put(Some(watched.clone()));
        self.line = Some(ProgressLine::watch(self.when, &test.id.name, &self.prefix, watched));
    }

    /// It has ended.
    pub(super) fn run_ended(&mut self) {
        self.line = None;
        self.current.put(None);
    }

    /// What a person should know before the next run.
    pub(super) fn announced(&mut self, test: &Test, announcement: &str) {
        if self.when == Progress::Never {
            return;
        }
        let on_terminal = stderr().is_terminal();
        if on_terminal {
            erase_line();
        }
        complain(&format!("note: {}: {announcement}", test.id.name));
        if on_terminal && stdout().is_terminal() {
            print_again(&self.prefix);
        }
    }
}

/// Prints what libtest has printed on its line, which was erased.
fn print_again(prefix: &str) {
    if !prefix.is_empty() {
        say(prefix);
    }
}

/// A line on stderr during one run, erased when this is dropped.
struct ProgressLine {
    task: Option<JoinHandle<()>>,
    /// The line was drawn on a terminal.
    is_drawn: Rc<Cell<bool>>,
    prefix: String,
}

impl ProgressLine {
    /// Starts to watch this run of the test `name`. `prefix` is what libtest has printed on this line so far.
    fn watch(when: Progress, name: &str, prefix: &str, run: WatchedRun) -> ProgressLine {
        let shown = match when {
            Progress::Always => true,
            Progress::Never => false,
            Progress::Auto => stderr().is_terminal(),
        };
        let is_drawn = Rc::default();
        if !shown {
            return ProgressLine { task: None, is_drawn, prefix: String::new() };
        }
        let on_terminal = stderr().is_terminal();
        // The line replaces the one that libtest has begun, so that text is printed again when this one is erased.
        let prefix = if stdout().is_terminal() && on_terminal { prefix.to_owned() } else { String::new() };
        let drawn_on = on_terminal.then(|| Rc::clone(&is_drawn));
        let task = tokio::task::spawn_local(redraw(drawn_on, name.to_owned(), run));
        ProgressLine { task: Some(task), is_drawn, prefix }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        let Some(task) = self.task.take() else { return };
        task.abort();
        if self.is_drawn.get() {
            erase_line();
            print_again(&self.prefix);
        }
    }
}

/// Moves to the start of the line and clears it.
const CLEAR_LINE: &str = "\r\x1b[2K";

/// The width of a terminal that does not say how wide it is.
const USUAL_COLUMNS: usize = 80;

fn erase_line() {
    // A terminal that was closed shows nothing; a panic would lose the results.
    let _written = write!(stderr(), "{CLEAR_LINE}");
}

/// Replaces the line of the cursor. The text is cut at the edge of the terminal: a wrapped line could not be cleared.
fn draw_line(text: &str) {
    let size = rustix::termios::tcgetwinsize(stderr()).map(|size| usize::from(size.ws_col));
    let columns = size.ok().filter(|columns| *columns > 0).unwrap_or(USUAL_COLUMNS);
    let line = format!("{CLEAR_LINE}{}", cut_to_columns(text, columns.saturating_sub(1)));
    // In one piece, so that the line does not flicker.
    let _written = stderr().write_all(line.as_bytes());
}

/// Draws the line again and again; on a terminal, if there is something that remembers it.
async fn redraw(is_drawn: Option<Rc<Cell<bool>>>, name: String, mut run: WatchedRun) {
    tokio::time::sleep(SHOW_AFTER).await;
    loop {
        let line = format!("{name} · {}", run.line());
        match &is_drawn {
            Some(is_drawn) => {
                is_drawn.set(true);
                draw_line(&line);
            }
            None => complain(&line),
        }
        // In a file, a line every few seconds reads better than four each second.
        tokio::time::sleep(if is_drawn.is_some() { REDRAW } else { REDRAW * 20 }).await;
    }
}
