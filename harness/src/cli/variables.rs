//! The environment: `PROOFLOAD_*`.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::origin::{GivenText, Origin};
use super::usage::UsageMistake;
use crate::settings::SettingKey;
use crate::suggest::did_you_mean;

/// The options besides settings that the environment gives too, each as `PROOFLOAD_` and its name in capitals.
const OPTIONS: [&str; 43] = [
    "markers",
    "keyword",
    "kind",
    "last-failed",
    "scale",
    "profile",
    "fixtures",
    "setup-plan",
    "fail-fast",
    "no-wait",
    "progress",
    "columns",
    "sort",
    "durations",
    "verbose",
    "output-dir",
    "no-baselines",
    "html",
    "requests-csv",
    "csv",
    "junit",
    "benchmark-json",
    "github-benchmark",
    "bmf",
    "summary-json",
    "metrics-file",
    "live",
    "ui",
    "live-bind",
    "live-linger",
    "metrics",
    "against",
    "against-args",
    "compare",
    "comparison",
    "history",
    "otava-csv",
    "strict",
    "update-baselines",
    "workers",
    "launch",
    "hosts",
    "print-manifest",
];

const PREFIX: &str = "PROOFLOAD_";
const TARGET: &str = "TARGET_";
const BEFORE: &str = "BEFORE_";
/// Where servers that are started listen.
pub(crate) const BIND: &str = "PROOFLOAD_BIND";

/// Variables with our prefix that are not options: read by this project's tests; where the broker of several processes is,
/// whose secrets never become arguments; the image of a manifest.
const INTERNAL: [&str; 6] = ["BLESS", "NATS", "NATS_TOKEN", "NATS_USER", "NATS_PASSWORD", "IMAGE"];

/// What starts the name of every variable that the harness hands to its own child processes.
const INTERNAL_PREFIX: &str = "INTERNAL_";

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
    /// `PROOFLOAD_TARGET_AGENT=http://…` as `agent` → `http://…`.
    pub(super) targets: BTreeMap<String, String>,
    /// `PROOFLOAD_BEFORE_AGENT=./agent-1.2` as `agent` → `./agent-1.2`.
    pub(super) before: BTreeMap<String, String>,
    /// `PROOFLOAD_BIND=192.168.1.10`
    pub(super) bind: Option<GivenText>,
}

/// `PROOFLOAD_RAMP_UP` for `ramp-up`.
pub(super) fn name_of(option: &str) -> String {
    format!("{PREFIX}{}", option.to_uppercase().replace('-', "_"))
}

impl Variables {
    /// Keeps our variables. One that is set to nothing counts as not set, as workflows pass on inputs that were left empty.
    pub(super) fn read(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        mistakes: &mut Vec<UsageMistake>,
    ) -> Variables {
        let mut variables = Variables::default();
        for (name, value) in environment {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            match value.to_str().map(str::trim) {
                None => mistakes.push(UsageMistake::NotUnicode(name.to_owned())),
                Some("") => {}
                Some(value) => variables.keep(name, value, mistakes),
            }
        }
        variables
    }

    fn keep(&mut self, name: &str, value: &str, mistakes: &mut Vec<UsageMistake>) {
        let own = &name[PREFIX.len()..];
        if let Some(fixture) = own.strip_prefix(TARGET).filter(|fixture| !fixture.is_empty()) {
            self.targets.insert(fixture.to_lowercase(), value.to_owned());
        } else if let Some(fixture) = own.strip_prefix(BEFORE).filter(|fixture| !fixture.is_empty()) {
            self.before.insert(fixture.to_lowercase(), value.to_owned());
        } else if name == BIND {
            self.bind = Some(GivenText::new(value, Origin::Variable(name.to_owned())));
        } else if known().any(|option| name_of(option) == name) {
            self.values.insert(name.to_owned(), value.to_owned());
        } else if !INTERNAL.contains(&own) && !own.starts_with(INTERNAL_PREFIX) {
            mistakes.push(unknown(name));
        }
    }

    /// What the flag of `option` says, or else its variable.
    pub(super) fn or_flag(&self, option: &'static str, flag: Option<String>) -> Option<GivenText> {
        flag.map(|text| GivenText::new(&text, Origin::Flag(option))).or_else(|| self.get(option))
    }

    /// What the variable of `option` says.
    pub(super) fn get(&self, option: &str) -> Option<GivenText> {
        let name = name_of(option);
        let value = self.values.get(&name)?;
        Some(GivenText::new(value, Origin::Variable(name)))
    }
}

/// Every option that has a variable. A setting in parentheses has none: it is a plan of one test.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    let settings = SettingKey::LOAD.into_iter().filter(|key| !key.takes().has_parentheses());
    OPTIONS.into_iter().chain(settings.map(SettingKey::name))
}

/// Compares without the prefix, which would make any two names look alike.
fn unknown(name: &str) -> UsageMistake {
    let known: Vec<String> = known().map(|option| name_of(option)[PREFIX.len()..].to_owned()).collect();
    let suggestion = did_you_mean(&name[PREFIX.len()..], known.iter().map(String::as_str));
    UsageMistake::UnknownVariable {
        name: name.to_owned(),
        suggestion: suggestion.replace(", did you mean `", ", did you mean `PROOFLOAD_"),
    }
}
