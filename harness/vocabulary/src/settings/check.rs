//! Finds the first contradiction in settings.
//!
//! What depends on a setting alone (its kinds, its model, what it excludes) comes from the table; written out here is
//! what depends on values.

use super::contradiction::WorkloadError;
use super::question::ModelKind;
use super::shape::LevelUnit;
use super::table::{SettingKey, Settings};
use crate::kind::Kind;
use crate::workload::{Connections, Rate, RunLength};

/// The first contradiction in `settings` for a test of `kind`.
pub(super) fn check(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    check_kind(settings, kind)?;
    check_questions(settings)?;
    check_exclusions(settings)?;
    check_model(settings, kind)?;
    check_search(settings, kind)?;
    check_http(settings)?;
    check_requests(settings)?;
    if kind == Kind::Spike && settings.spike.is_none() && settings.stages.is_none() {
        return Err(WorkloadError::NoSurge);
    }
    Ok(())
}

/// The first contradiction of a load under which so many servers take turns.
pub(super) fn check_turns(settings: &Settings, kind: Kind, servers: usize) -> Result<(), WorkloadError> {
    if matches!(kind, Kind::Spike | Kind::Capacity) {
        return Err(WorkloadError::KindWithoutTurns(kind));
    }
    let is_nothing = |key: &SettingKey| match key {
        SettingKey::Repeat => settings.repeat == Some(1),
        SettingKey::RampUp => settings.ramp_up.is_some_and(|ramp_up| ramp_up.is_zero()),
        _ => false,
    };
    if let Some(key) = given(settings).find(|key| key.spec().contradicts_turns && !is_nothing(key)) {
        return Err(WorkloadError::NotBesideTurns { setting: key.name(), key });
    }
    if matches!(settings.rate, Some(Rate::OfCapacity(_))) {
        return Err(WorkloadError::NotBesideTurns { setting: "rate = … of capacity", key: SettingKey::Rate });
    }
    match (settings.users, settings.requests) {
        (Some(users), Some(requests)) if requests / (servers as u64) < users => {
            Err(WorkloadError::FewerRequestsThanUsersOfEach { requests, servers, users })
        }
        _ => Ok(()),
    }
}

fn given(settings: &Settings) -> impl Iterator<Item = SettingKey> {
    SettingKey::LOAD.into_iter().filter(|key| settings.has(*key))
}

fn check_kind(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    // What a benchmark is anyway may be written out.
    let is_allowed = |key: &SettingKey| match key {
        _ if key.fits(kind) => true,
        SettingKey::Users => kind == Kind::Benchmark && settings.users == Some(1),
        SettingKey::RampUp => kind == Kind::Benchmark && settings.ramp_up.is_some_and(|ramp_up| ramp_up.is_zero()),
        _ => false,
    };
    let misfit = given(settings).find(|key| !is_allowed(key));
    match (misfit, settings.users) {
        (None, _) => Ok(()),
        (Some(SettingKey::Users), Some(users)) if kind == Kind::Benchmark => Err(WorkloadError::BenchmarkUsers(users)),
        (Some(setting), _) => Err(WorkloadError::NotForKind { kind, setting }),
    }
}

/// Only one setting says how much load there is, and how it begins and ends.
fn check_questions(settings: &Settings) -> Result<(), WorkloadError> {
    let given: Vec<SettingKey> = given(settings).filter(|key| key.spec().question.is_some()).collect();
    for (index, first) in given.iter().enumerate() {
        let rival = given[index + 1..].iter().find(|second| second.spec().question == first.spec().question);
        if let Some(second) = rival {
            return Err(WorkloadError::same_question(*first, *second));
        }
    }
    Ok(())
}

fn check_exclusions(settings: &Settings) -> Result<(), WorkloadError> {
    for by in given(settings) {
        for exclusion in by.spec().excludes {
            if let Some(setting) = exclusion.settings.iter().copied().find(|key| settings.has(*key)) {
                return Err(WorkloadError::Excluded { by, reason: exclusion.reason, setting });
            }
        }
    }
    Ok(())
}

/// Settings about users need users, and settings about arrivals need arrivals.
fn check_model(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    let of_model = |model| given(settings).find(|key| key.belongs_to(model) && !key.is_source_of_load());
    match settings.arrivals_come_from() {
        Some(open) => match of_model(ModelKind::Closed) {
            Some(setting) => Err(WorkloadError::NoUsers { setting, open }),
            None => Ok(()),
        },
        None if kind == Kind::Capacity => Ok(()),
        None => of_model(ModelKind::Open).map_or(Ok(()), |setting| Err(WorkloadError::NoArrivals(setting))),
    }
}

fn check_search(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    let searches = kind == Kind::Capacity || matches!(settings.rate, Some(Rate::OfCapacity(_)));
    if settings.capacity.is_some() && !searches {
        return Err(WorkloadError::NoSearch);
    }
    Ok(())
}

fn check_http(settings: &Settings) -> Result<(), WorkloadError> {
    if let (Some(Connections::Shared(_)), Some(key)) = (settings.connections, beyond_plain(settings)) {
        return Err(WorkloadError::SharedWith(key));
    }
    if settings.verify_tls == Some(false) && settings.ca.is_some() {
        return Err(WorkloadError::TrustsAnyCertificate);
    }
    Ok(())
}

/// The first setting that plain HTTP/1.1 with connections of its own cannot carry out, whatever the address.
fn beyond_plain(settings: &Settings) -> Option<SettingKey> {
    let asked = [
        (SettingKey::Http2, settings.http2 == Some(true)),
        (SettingKey::Redirects, settings.redirects.is_some_and(|redirects| redirects > 0)),
        (SettingKey::Cookies, settings.cookies == Some(true)),
        (SettingKey::Proxy, settings.proxy.is_some()),
    ];
    asked.into_iter().find_map(|(key, is_asked)| is_asked.then_some(key))
}

fn check_requests(settings: &Settings) -> Result<(), WorkloadError> {
    let of_sweep = settings.sweep.as_ref().filter(|sweep| sweep.unit == LevelUnit::Users);
    let users = settings.users.or(of_sweep.map(|sweep| sweep.peak() as u64));
    match (users, settings.length()) {
        (Some(users), Some(RunLength::Requests(requests))) if requests < users => {
            Err(WorkloadError::FewerRequestsThanUsers { requests, users })
        }
        _ => Ok(()),
    }
}
