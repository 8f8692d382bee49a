//! The progress of a long test: a line, or the small table of a command. The main type is [`ProgressOfRuns`].

use std::cell::Cell;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::output::{complain, say};
use super::watched_run::{CurrentRun, ProgressForm, WatchedRun};
use crate::cli::Progress;
use crate::measure::Live;
use crate::runner::Test;
use crate::text::cut_to_columns;
use crate::workload::Workload;

/// Redrawing costs the load some CPU, so it stays well under 5 Hz.
const REDRAW: Duration = Duration::from_millis(250);

/// Tests shorter than this show no line.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// Draws the progress of each run of one test.
pub(super) struct ProgressOfRuns {
    when: Progress,
    form: ProgressForm,
    /// Whether the times of requests are looked at: what is handed over for the live page is not there for others.
    has_slices: bool,
    /// What libtest has printed on this line so far.
    prefix: String,
    line: Option<ProgressLine>,
    /// The run in progress, for the thread that waits for it.
    current: CurrentRun,
}

impl ProgressOfRuns {
    pub(super) fn new(
        (when, form): (Progress, ProgressForm),
        prefix: String,
        current: CurrentRun,
        has_slices: bool,
    ) -> ProgressOfRuns {
        let is_often_drawn = match when {
            Progress::Always => true,
            Progress::Never => false,
            Progress::Auto => form == ProgressForm::Table || stderr().is_terminal(),
        };
        let has_slices = has_slices && is_often_drawn;
        ProgressOfRuns { when, form, has_slices, prefix, line: None, current }
    }

    /// A run begins.
    pub(super) fn run_started(&mut self, test: &Test, workload: &Workload, live: &Arc<Live>) {
        let watched = WatchedRun::begin(workload, live, self.has_slices);
        self.current.put(Some(watched.clone()));
        self.line = Some(ProgressLine::watch((self.when, self.form), &test.id.name, &self.prefix, watched));
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
            write_to_terminal(&erased(self.line.as_ref().map_or(1, |line| line.drawn.get())));
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
    /// How many lines were drawn on a terminal.
    drawn: Rc<Cell<usize>>,
    prefix: String,
}

impl ProgressLine {
    /// Starts to watch this run of the test `name`. `prefix` is what libtest has printed on this line so far.
    fn watch((when, form): (Progress, ProgressForm), name: &str, prefix: &str, run: WatchedRun) -> ProgressLine {
        let shown = match when {
            Progress::Always => true,
            Progress::Never => false,
            Progress::Auto => stderr().is_terminal(),
        };
        let drawn = Rc::default();
        if !shown {
            return ProgressLine { task: None, drawn, prefix: String::new() };
        }
        let on_terminal = stderr().is_terminal();
        // The line replaces the one that libtest has begun, so that text is printed again when this one is erased.
        let prefix = if stdout().is_terminal() && on_terminal { prefix.to_owned() } else { String::new() };
        let drawn_on = on_terminal.then(|| Rc::clone(&drawn));
        let task = tokio::task::spawn_local(redraw(drawn_on, form, name.to_owned(), run));
        ProgressLine { task: Some(task), drawn, prefix }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        let Some(task) = self.task.take() else { return };
        task.abort();
        if self.drawn.get() > 0 {
            write_to_terminal(&erased(self.drawn.get()));
            print_again(&self.prefix);
        }
    }
}

/// The width of a terminal that does not say how wide it is.
const USUAL_COLUMNS: usize = 80;

/// What moves to the start of the first of so many lines, the last of which has the cursor, and clears them and what is below.
fn erased(lines: usize) -> String {
    let up = lines.saturating_sub(1);
    let up = if up > 0 { format!("\x1b[{up}A") } else { String::new() };
    // One line is cleared alone: what a person types ahead stays.
    if lines <= 1 { "\r\x1b[2K".to_owned() } else { format!("\r{up}\x1b[J") }
}

/// Replaces the lines that were drawn. Each is cut at the edge of the terminal: a wrapped line could not be cleared.
fn redrawn(text: &str, drawn: usize, columns: usize) -> String {
    let lines = text.lines().map(|line| cut_to_columns(line, columns.saturating_sub(1)).to_string());
    format!("{}{}", erased(drawn), lines.collect::<Vec<_>>().join("\r\n"))
}

fn write_to_terminal(text: &str) {
    // In one piece, so that it does not flicker. A terminal that was closed shows nothing; a panic would lose the results.
    let _written = stderr().write_all(text.as_bytes());
}

fn columns_of_terminal() -> usize {
    let size = rustix::termios::tcgetwinsize(stderr()).map(|size| usize::from(size.ws_col));
    size.ok().filter(|columns| *columns > 0).unwrap_or(USUAL_COLUMNS)
}

/// Draws the progress again and again; on a terminal, if there is something that remembers how many lines were drawn.
async fn redraw(drawn: Option<Rc<Cell<usize>>>, form: ProgressForm, name: String, mut run: WatchedRun) {
    tokio::time::sleep(SHOW_AFTER).await;
    loop {
        match (&drawn, form) {
            (Some(drawn), ProgressForm::Table) => {
                let table = run.table(&name);
                write_to_terminal(&redrawn(&table, drawn.get(), columns_of_terminal()));
                drawn.set(table.lines().count());
            }
            (Some(drawn), ProgressForm::Line) => {
                let line = format!("{name} · {}", run.line());
                write_to_terminal(&redrawn(&line, 1, columns_of_terminal()));
                drawn.set(1);
            }
            (None, _) => complain(&format!("{name} · {}", run.line())),
        }
        // In a file, a line every few seconds reads better than four each second.
        tokio::time::sleep(if drawn.is_some() { REDRAW } else { REDRAW * 20 }).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_drawn_over_the_one_before() {
        assert_eq!(redrawn("a\nb\nc", 0, 80), "\r\x1b[2Ka\r\nb\r\nc");
        assert_eq!(redrawn("a\nb\nc", 3, 80), "\r\x1b[2A\x1b[Ja\r\nb\r\nc");
        assert_eq!(redrawn("abcdef", 1, 4), "\r\x1b[2Kabc");
        assert_eq!(erased(3), "\r\x1b[2A\x1b[J");
    }
}
