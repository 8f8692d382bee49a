//! The progress line of a long test. The main type is [`ProgressObserver`].

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};
use tokio::task::JoinHandle;

use super::output::{complain, say};
use super::watched_run::{CurrentRun, WatchedRun};
use crate::cli::Progress;
use crate::measure::Live;
use crate::runner::{RunObserver, Test};
use crate::workload::Workload;

/// Redrawing costs the load some CPU, so it stays well under 5 Hz.
const REDRAW: Duration = Duration::from_millis(250);

/// Tests shorter than this show no line.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// Draws a progress line for each run of one test.
pub(super) struct ProgressObserver {
    when: Progress,
    /// What libtest has printed on this line so far.
    prefix: String,
    line: Option<ProgressLine>,
    /// The run in progress, for the thread that waits for it.
    current: CurrentRun,
}

impl ProgressObserver {
    pub(super) fn new(when: Progress, prefix: String, current: CurrentRun) -> ProgressObserver {
        ProgressObserver { when, prefix, line: None, current }
    }
}

impl RunObserver for ProgressObserver {
    fn run_started(&mut self, test: &Test, workload: &Workload, live: &Arc<Live>) {
        let watched = WatchedRun::begin(workload, live);
        self.current.put(Some(watched.clone()));
        self.line = Some(ProgressLine::watch(self.when, &test.id.name, &self.prefix, watched));
    }

    fn run_ended(&mut self) {
        self.line = None;
        self.current.put(None);
    }

    fn announced(&mut self, test: &Test, announcement: &str) {
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
    bar: ProgressBar,
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
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if !shown {
            return ProgressLine { task: None, bar, prefix: String::new() };
        }
        let on_terminal = stderr().is_terminal();
        // The bar replaces the line that libtest has begun, so that text is printed again when the bar is erased.
        let prefix = if stdout().is_terminal() && on_terminal { prefix.to_owned() } else { String::new() };
        let task = tokio::task::spawn_local(redraw(bar.clone(), on_terminal, name.to_owned(), run));
        ProgressLine { task: Some(task), bar, prefix }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        let Some(task) = self.task.take() else { return };
        task.abort();
        let drawn = !self.bar.is_hidden();
        self.bar.finish_and_clear();
        if drawn {
            print_again(&self.prefix);
        }
    }
}

/// Moves to the start of the line and clears it: indicatif draws from the cursor, which is behind libtest's text.
const CLEAR_LINE: &str = "\r\x1b[2K";

fn erase_line() {
    // A terminal that was closed shows nothing; a panic would lose the results.
    let _written = write!(stderr(), "{CLEAR_LINE}");
}

async fn redraw(bar: ProgressBar, on_terminal: bool, name: String, mut run: WatchedRun) {
    tokio::time::sleep(SHOW_AFTER).await;
    if on_terminal {
        erase_line();
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        // The text is cut at the edge of the terminal: a wrapped line could not be cleared.
        bar.set_style(indicatif::ProgressStyle::with_template("{wide_msg}").expect("the template is constant"));
    }
    loop {
        let line = format!("{name} · {}", run.line());
        match on_terminal {
            true => bar.set_message(line),
            false => complain(&line),
        }
        // In a file, a line every few seconds reads better than four each second.
        tokio::time::sleep(if on_terminal { REDRAW } else { REDRAW * 20 }).await;
    }
}
