//! Which settings a command takes as flags, and what was given: [`SettingFlags`].

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use proofload_vocabulary::settings::{SettingKey, ValueType};

use super::spec::LoadSpec;
use crate::failure::UsageFailure;

/// A command that offers load.
pub(crate) trait LoadCommand: Debug + Clone + Send + Sync + 'static {
    /// The settings that it takes as flags, in the order of its help.
    const SETTINGS: &'static [SettingKey];
}

/// The settings that were given as flags of the command `C`: `--users 200` for `users`.
#[derive(Debug, Clone)]
pub(crate) struct SettingFlags<C> {
    given: BTreeMap<SettingKey, String>,
    command: PhantomData<C>,
}

impl<C: LoadCommand> SettingFlags<C> {
    /// Adds what was given to `load`.
    pub(crate) fn add_to(&self, load: &mut LoadSpec) -> Result<(), UsageFailure> {
        self.given.iter().try_for_each(|(key, text)| load.set(*key, &flag_name(*key), text))
    }
}

/// `--ramp-up`
fn flag_name(key: SettingKey) -> String {
    format!("--{}", key.name().replace('_', "-"))
}

/// The letters that other load generators use.
fn letter(key: SettingKey) -> Option<char> {
    match key {
        SettingKey::Users | SettingKey::MaxInFlight => Some('c'),
        SettingKey::Requests => Some('n'),
        SettingKey::Duration => Some('d'),
        _ => None,
    }
}

fn placeholder(key: SettingKey) -> &'static str {
    match key.takes() {
        ValueType::Overflow => "queue|shed",
        ValueType::Spacing => "even|poisson",
        ValueType::Order => "ORDER",
        ValueType::Connections => "CONNECTIONS",
        ValueType::Switch => "true|false",
        ValueType::Duration | ValueType::DurationOrNone => "TIME",
        ValueType::Rate | ValueType::PerSecond => "RATE",
        ValueType::Stages | ValueType::Spike | ValueType::Sweep | ValueType::Capacity => "SHAPE",
        _ => key.spec().flag.unwrap_or("COUNT"),
    }
}

/// One line: the table's own, or a shorter one where that would be cut.
fn help(key: SettingKey) -> String {
    match key {
        SettingKey::Rate => "Arrivals per second, such as 300/s".to_owned(),
        SettingKey::Requests => "End after this many requests".to_owned(),
        SettingKey::Duration => "End after this time, such as 30s [default: 10s]".to_owned(),
        SettingKey::Users => "Number of virtual users [default: 10]".to_owned(),
        SettingKey::Warmup => "Requests or time before the measurement, left out of every figure".to_owned(),
        SettingKey::MaxInFlight => "Most requests in flight at once [default: 1000]".to_owned(),
        SettingKey::Overflow => "At that cap an arrival waits (queue) or is never sent [default: queue]".to_owned(),
        SettingKey::Arrivals => "How arrivals are spaced [default: even]".to_owned(),
        SettingKey::Pace => "How often each user sends a request; one that is late sends at once".to_owned(),
        SettingKey::Think => "How long each user pauses after a request, such as 1s or 1s..3s".to_owned(),
        SettingKey::Repeat => "Number of runs, of which the median is judged".to_owned(),
        SettingKey::Extend => "Whether a run that a limit is too near to is repeated for longer".to_owned(),
        SettingKey::MaxTime => "Longest time of a run that is repeated for longer".to_owned(),
        SettingKey::Connections => "per_user (the default), per_request, or shared(8)".to_owned(),
        SettingKey::Order => "interleaved (the default) or one_after_the_other".to_owned(),
        SettingKey::Capacity => "How to search, such as \"start = 50/s, budget = 120s\"".to_owned(),
        SettingKey::Stages => "Users or rate over time, such as \"0/s -> 500/s over 30s\"".to_owned(),
        _ => key.spec().help.to_owned(),
    }
}

impl<C: LoadCommand> Args for SettingFlags<C> {
    fn augment_args(command: Command) -> Command {
        let flag = |key: &SettingKey| {
            let mut flag = Arg::new(key.name()).long(key.name().replace('_', "-")).value_name(placeholder(*key));
            if let Some(letter) = letter(*key) {
                flag = flag.short(letter);
            }
            flag.help(help(*key)).help_heading("Load")
        };
        command.args(C::SETTINGS.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<C: LoadCommand> FromArgMatches for SettingFlags<C> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<SettingFlags<C>, Error> {
        let mut flags = SettingFlags { given: BTreeMap::new(), command: PhantomData };
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for key in C::SETTINGS {
            let text = matches.get_one::<String>(key.name()).cloned();
            self.given.extend(text.map(|text| (*key, text)));
        }
        Ok(())
    }
}
