//! `--ui`: the page says which test runs, with what load, and when it ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use super::input;
use super::output::complain;
use super::plan;
use super::trials::{TrialContext, run_test};
use super::waiting::lock_machine;
use crate::cli::CliCommand;
use crate::live::{Driver, LiveFeed, PageAction};
use crate::load_control::DrivenLevel;
use crate::registry;
use crate::report::words;
use crate::runner::{Test, not_run};
use crate::server;
use crate::units::{Quantity, parse_quantity};

/// The flags that the page may give a test. What it does, the command line can do.
const FLAGS: [&str; 6] = ["users", "rate", "ramp-up", "duration", "warmup", "profile"];

/// How often it is looked whether a person ends the session.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What the page has asked for. Called on the thread of the page.
pub(super) struct Exploration {
    manifest_dir: PathBuf,
    feed: LiveFeed,
    starts: Mutex<mpsc::Sender<Arc<Test>>>,
    /// A test was started and has not ended.
    is_busy: Arc<AtomicBool>,
}

/// The tests to run, one after the other.
pub(super) struct ExploredTests {
    starts: mpsc::Receiver<Arc<Test>>,
    is_busy: Arc<AtomicBool>,
}

impl Exploration {
    pub(super) fn new(manifest_dir: PathBuf, feed: &LiveFeed) -> (Exploration, ExploredTests) {
        let (sender, starts) = mpsc::channel();
        let is_busy = Arc::<AtomicBool>::default();
        let tests = ExploredTests { starts, is_busy: Arc::clone(&is_busy) };
        (Exploration { manifest_dir, feed: feed.clone(), starts: Mutex::new(sender), is_busy }, tests)
    }

    fn start(&self, name: &str, settings: &BTreeMap<String, String>) -> Result<(), String> {
        let test = self.plan(name, settings)?;
        if self.is_busy.swap(true, Ordering::Relaxed) {
            return Err("another test is running; stop it first".to_owned());
        }
        let starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        starts.send(test).map_err(|_| "the session is ending".to_owned())
    }

    /// The test as the command line with these settings plans it.
    fn plan(&self, name: &str, settings: &BTreeMap<String, String>) -> Result<Arc<Test>, String> {
        let arguments = with_settings(server::arguments(), settings)?;
        let options = match input::read_options_from(arguments, &self.manifest_dir).map_err(|problem| problem.text)? {
            CliCommand::Run(options) => options,
            CliCommand::Print(text) => return Err(text),
        };
        let declared = registry::tests().map_err(|error| error.to_string())?;
        let one = declared.into_iter().filter(|test| test.name == name).collect();
        let planned = plan::plan(one, &options, None).map_err(|error| error.to_string())?;
        let planned = planned.into_iter().find(|planned| planned.is_selected);
        planned.map(|planned| planned.test).ok_or_else(|| format!("there is no test `{name}` in this session"))
    }

    fn change(&self, load: &str) -> Result<(), String> {
        let control = self.feed.control().ok_or(NOTHING_RUNS)?;
        let changed = match control.level() {
            DrivenLevel::Users(_) => {
                let users = load.trim().parse().map_err(|_| format!("`{load}` is no number of users, such as `50`"))?;
                control.set_users(users)
            }
            DrivenLevel::PerSecond(_) => match parse_quantity(load.trim()) {
                Ok(Quantity::PerSecond(per_s) | Quantity::Number(per_s)) => control.set_rate(per_s),
                _ => return Err(format!("`{load}` is no rate, such as `300/s`")),
            },
        };
        changed.map_err(|refused| refused.to_string())?;
        self.feed.say(&format!("load changed to {load}"));
        Ok(())
    }
}

const NOTHING_RUNS: &str =
    "no load is being offered now; a test that is being set up can be changed when its load begins";

impl Driver for Exploration {
    fn act(&self, action: PageAction) -> Result<(), String> {
        match action {
            PageAction::Start { test, settings } => self.start(&test, &settings),
            PageAction::Stop {} => {
                self.feed.control().ok_or(NOTHING_RUNS)?.stop();
                self.feed.say("stopped from the page");
                Ok(())
            }
            PageAction::Change { load } => self.change(&load),
        }
    }
}

impl ExploredTests {
    /// Runs what the page starts until a person ends the session with Ctrl-C.
    pub(super) fn run(&self, context: &TrialContext, feed: &LiveFeed, no_wait: bool) {
        feed.ready(true);
        while context.interruption.cause().is_none() && context.interruption.no_more_tests().is_none() {
            let Ok(test) = self.starts.recv_timeout(LOOK_AGAIN) else { continue };
            feed.ready(false);
            // The machine is held only while there is load.
            match lock_machine(no_wait, &context.interruption) {
                Ok(_lock) => {
                    let report = run_test(&test, String::new(), context).unwrap_or_else(|| not_run(&test));
                    complain(&format!("{}: {}", test.id.name, words::word(report.outcome)));
                    context.keep(report);
                }
                Err(problem) => feed.say(&problem.text),
            }
            self.is_busy.store(false, Ordering::Relaxed);
            feed.ready(true);
        }
    }
}

/// The arguments with these flags in place of the same ones.
fn with_settings(arguments: Vec<OsString>, settings: &BTreeMap<String, String>) -> Result<Vec<OsString>, String> {
    if let Some(unknown) = settings.keys().find(|key| !FLAGS.contains(&key.as_str())) {
        return Err(format!("`{unknown}` cannot be set from the page (it sets {})", FLAGS.join(", ")));
    }
    let is_set = |text: &str| text.strip_prefix("--").is_some_and(|flag| settings.contains_key(flag));
    let mut kept = Vec::new();
    let mut is_value = false;
    for argument in arguments {
        let text = argument.to_string_lossy();
        let name = text.split('=').next().unwrap_or_default();
        let drops = is_value || is_set(name);
        is_value = !is_value && is_set(name) && !text.contains('=');
        if !drops {
            kept.push(argument);
        }
    }
    kept.extend(settings.iter().map(|(key, value)| OsString::from(format!("--{key}={value}"))));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_sets_takes_the_place_of_what_was_typed() {
        let with = |line: &[&str], settings: &[(&str, &str)]| {
            let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            with_settings(line.iter().map(OsString::from).collect(), &settings)
        };
        let line = ["perf", "--ui", "--users", "5", "--duration=1s", "health"];
        let expected = ["perf", "--ui", "--duration=1s", "health", "--users=9"].map(OsString::from).to_vec();
        assert_eq!(with(&line, &[("users", "9")]), Ok(expected));
        let expected = ["perf", "--ui", "--users", "5", "health", "--duration=--help"].map(OsString::from).to_vec();
        assert_eq!(with(&line, &[("duration", "--help")]), Ok(expected), "a value is never a flag");
        assert!(with(&line, &[("output-dir", "/etc")]).unwrap_err().contains("cannot be set from the page"));
    }
}
