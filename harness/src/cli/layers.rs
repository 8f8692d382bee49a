//! The load that options, variables and `proofload.toml` set, in layers around the attribute.

use super::file::Tables;
use crate::kind::Kind;
use crate::settings::{ModelKind, SettingKey, Settings};
use crate::workload::Rate;

/// What the command line, the environment and `proofload.toml` say about the load.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layers {
    /// The command line over the environment.
    pub(super) over: Settings,
    /// `--profile`: the tables of that name.
    pub(super) profile: Option<Tables>,
    /// What the file says for every run.
    pub(super) file: Tables,
    /// `--scale`: a factor above zero.
    pub(crate) scale: Option<f64>,
}

impl Layers {
    /// All layers for a test of `kind` whose attribute says `attribute`: the command line over the environment over
    /// the profile over the attribute over the rest of `proofload.toml`. What is still open is left to the built-in
    /// defaults.
    pub(crate) fn around(&self, kind: Kind, attribute: Settings) -> Settings {
        let under = self.under(kind);
        let under = without_other_model(under.clone(), &attribute.clone().over(under), kind);
        let declared = attribute.over(under);
        let profiled = match &self.profile {
            Some(profile) => profile_over(profile, declared, kind),
            None => declared,
        };
        let load = from_outside(self.over.clone(), &profiled, kind).over(profiled);
        let searches = kind == Kind::Capacity || matches!(load.rate, Some(Rate::OfCapacity(_)));
        if searches { load } else { load.without(&[SettingKey::Capacity]) }
    }

    /// These layers for a test that compares servers: without what `proofload.toml` says for other tests and what cannot be
    /// beside a comparison. On the command line it is a contradiction.
    pub(crate) fn of_comparison(&self) -> Layers {
        let steady = |tables: &Tables| {
            let fits = |settings: &Settings| settings.clone().only(|key| !key.spec().contradicts_turns);
            let kinds = tables.kinds.iter().map(|(kind, settings)| (*kind, fits(settings))).collect();
            Tables { general: fits(&tables.general), kinds }
        };
        Layers { profile: self.profile.as_ref().map(steady), file: steady(&self.file), ..self.clone() }
    }

    /// These layers without what the command line and the environment say.
    pub(crate) fn of_this_suite(&self) -> Layers {
        Layers { over: Settings::default(), scale: None, ..self.clone() }
    }

    /// True if the load is not the one that the source and `proofload.toml` ask for.
    pub(crate) fn is_overridden(&self) -> bool {
        // How often it is measured, and what is written of it, does not change what is measured.
        let besides = [SettingKey::Extend, SettingKey::MaxTime, SettingKey::RequestsCsv, SettingKey::Order];
        let load = self.over.clone().without(&besides);
        load != Settings::default() || self.scale.is_some() || self.profile.is_some()
    }

    /// `proofload.toml`: the table of the kind over the settings above all tables.
    pub(crate) fn under(&self, kind: Kind) -> Settings {
        let own = self.file.kinds.get(&kind).cloned().unwrap_or_default();
        own.over(for_any_test(self.file.general.clone(), kind))
    }
}

/// A profile over what is declared. It makes tests smaller or larger and does not change their workload model:
/// users are for tests with users, rates for tests with arrivals.
fn profile_over(profile: &Tables, declared: Settings, kind: Kind) -> Settings {
    let own = profile.kinds.get(&kind).cloned().unwrap_or_default();
    let settings = from_outside(own.over(profile.general.clone()), &declared, kind);
    // A load that the profile plans itself brings its own model.
    let brings_own_model = kind == Kind::Capacity || planned_load(&settings).is_some();
    let other_model = match declared.arrivals_come_from() {
        Some(_) => ModelKind::Closed,
        None => ModelKind::Open,
    };
    let settings = if brings_own_model { settings } else { settings.only(|key| !key.belongs_to(other_model)) };
    settings.over(declared)
}

/// What was given for a whole suite from outside the source, as far as it applies to a test that declares `below`.
///
/// A number of users, a rate or a length is for tests whose load is one number: a ramp, a spike, a sweep or a search
/// stays what it is.
fn from_outside(settings: Settings, below: &Settings, kind: Kind) -> Settings {
    let mut settings = for_any_test(settings, kind);
    if planned_load(&settings).is_none()
        && let Some(planned) = planned_load(below)
    {
        settings = settings.only(|key| !key.is_source_of_load() && !planned.excludes(key));
    }
    without_other_model(settings.clone(), &settings.over(below.clone()), kind)
}

/// Stages, a spike or a sweep, if `settings` have one.
fn planned_load(settings: &Settings) -> Option<SettingKey> {
    SettingKey::LOAD.into_iter().find(|key| key.is_planned_load() && settings.has(*key))
}

/// `settings` without those for users if the layers `together` plan arrivals, and without those for arrivals if they
/// do not.
fn without_other_model(settings: Settings, together: &Settings, kind: Kind) -> Settings {
    let other_model = match together.arrivals_come_from() {
        _ if kind == Kind::Capacity => return settings,
        Some(_) => ModelKind::Closed,
        None => ModelKind::Open,
    };
    settings.only(|key| key.is_source_of_load() || !key.belongs_to(other_model))
}

/// Settings that were not written for one kind in particular, as a test of `kind` takes them.
///
/// A benchmark is one user by definition, and a search for capacity plans its own load: `--users 50` on a whole suite
/// is meant for the others.
fn for_any_test(settings: Settings, kind: Kind) -> Settings {
    settings.only(|key| key.fits(kind))
}
