//! The progress line of a long test. The main type is [`ProgressObserver`].

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};
use tokio::task::JoinHandle;

use crate::cli::Progress;
use crate::measure::Live;
use crate::outcome::offered;
use crate::report::progress::{self, ExpectedEnd, RunProgress};
use crate::runner::{RunObserver, Test};
use crate::workload::{RunLength, Workload};

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
}

impl ProgressObserver {
    pub(super) fn new(when: Progress, prefix: String) -> ProgressObserver {
        ProgressObserver { when, prefix, line: None }
    }
}

impl RunObserver for ProgressObserver {
    fn run_started(&mut self, test: &Test, workload: &Workload, live: &Arc<Live>) {
        self.line = Some(ProgressLine::watch(self.when, &test.id.name, &self.prefix, workload, live));
    }

    fn run_ended(&mut self) {
        self.line = None;
    }
}

/// A line on stderr during one run, erased when this is dropped.
struct ProgressLine {
    task: Option<JoinHandle<()>>,
    bar: ProgressBar,
    prefix: String,
}

impl ProgressLine {
    /// Starts to watch the test `name` through `live`. `prefix` is what libtest has printed on this line so far.
    fn watch(when: Progress, name: &str, prefix: &str, workload: &Workload, live: &Arc<Live>) -> ProgressLine {
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
        let watched = Watched { name: name.to_owned(), workload: workload.clone(), live: Arc::clone(live) };
        let task = tokio::task::spawn_local(redraw(bar.clone(), on_terminal, watched));
        ProgressLine { task: Some(task), bar, prefix }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        let Some(task) = self.task.take() else { return };
        task.abort();
        let drawn = !self.bar.is_hidden();
        self.bar.finish_and_clear();
        if drawn && !self.prefix.is_empty() {
            print!("{}", self.prefix);
            // If the terminal is closed, the next line that must be written reports it.
            let _flushed_if_open = stdout().flush();
        }
    }
}

/// The test that the line is about.
struct Watched {
    name: String,
    workload: Workload,
    live: Arc<Live>,
}

/// Moves to the start of the line and clears it: indicatif draws from the cursor, which is behind libtest's text.
const CLEAR_LINE: &str = "\r\x1b[2K";

async fn redraw(bar: ProgressBar, on_terminal: bool, watched: Watched) {
    let Watched { name, workload, live } = watched;
    let expected = expected(&workload);
    let started = Instant::now();
    tokio::time::sleep(SHOW_AFTER).await;
    if on_terminal {
        eprint!("{CLEAR_LINE}");
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        // The text is cut at the edge of the terminal: a wrapped line could not be cleared.
        bar.set_style(indicatif::ProgressStyle::with_template("{wide_msg}").expect("the template is constant"));
    }
    let mut rate = SendingRate { at: started, sent: 0 };
    loop {
        let (elapsed, sent) = (started.elapsed(), live.sent());
        let progress = RunProgress {
            elapsed,
            expected,
            sent,
            rate_per_s: rate.since_last(sent),
            planned_per_s: offered::planned_rate_at(&workload, elapsed),
            failed: live.failed(),
            users: live.users.load(Relaxed),
        };
        let line = format!("{name} · {}", progress::line(&progress).trim_start());
        match on_terminal {
            true => bar.set_message(line),
            false => eprintln!("{line}"),
        }
        // In a file, a line every few seconds reads better than four each second.
        tokio::time::sleep(if on_terminal { REDRAW } else { REDRAW * 20 }).await;
    }
}

/// What was sent when the line was drawn last.
struct SendingRate {
    at: Instant,
    sent: u64,
}

impl SendingRate {
    /// Requests each second since the last call.
    fn since_last(&mut self, sent: u64) -> Option<f64> {
        let now = Instant::now();
        let passed_s = now.duration_since(self.at).as_secs_f64();
        let rate_per_s = (passed_s > 0.0).then(|| (sent - self.sent) as f64 / passed_s);
        *self = SendingRate { at: now, sent };
        rate_per_s
    }
}

fn expected(workload: &Workload) -> ExpectedEnd {
    match workload.length {
        RunLength::Duration(duration) => ExpectedEnd::Duration(workload.ramp_up() + duration),
        RunLength::Requests(requests) => ExpectedEnd::Requests(requests),
        RunLength::UntilPrecise => ExpectedEnd::Unknown,
    }
}
