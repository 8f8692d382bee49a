//! A parameter that is another fixture in each turn of a test that compares servers.

use proc_macro2::Ident;
use proofload_vocabulary::suggest::did_you_mean;
use quote::format_ident;
use syn::Signature;
use syn::ext::IdentExt;

use super::param::{FixtureParam, Param, read};
use crate::mistakes::Mistakes;

/// The parameter, and the fixtures that take its place.
pub(crate) struct Compared {
    pub(crate) parameter: Ident,
    /// Two or more, all different.
    pub(crate) arms: Vec<Ident>,
}

/// [`read`] for a test, which may compare servers.
pub(crate) fn read_for(compared: Option<&Compared>, signature: &Signature, mistakes: &mut Mistakes) -> Vec<Param> {
    let mut params = read(signature, mistakes);
    if let Some(compared) = compared {
        compared.apply(&mut params, mistakes);
    }
    params
}

impl Compared {
    /// The names of the fixtures, as thresholds write them.
    pub(crate) fn names(&self) -> Vec<String> {
        self.arms.iter().map(|arm| arm.unraw().to_string()).collect()
    }

    /// Puts the arms in the place of the parameter, which is one of `params`.
    fn apply(&self, params: &mut [Param], mistakes: &mut Mistakes) {
        let name = &self.parameter;
        let Some(param) = params.iter_mut().find(|param| param.fixture_name() == Some(name)) else {
            mistakes.at(name, self.refusal(params));
            return;
        };
        match param {
            Param::Shared(wanted) => *param = Param::Compared(self.arms_of(wanted)),
            _ => mistakes.at(name, format!("servers are compared for all users: take `{name}` as `&` and its type")),
        }
    }

    /// Each arm as a parameter of its name would be.
    fn arms_of(&self, wanted: &FixtureParam) -> Vec<FixtureParam> {
        let arm = |(at, arm): (usize, &Ident)| FixtureParam {
            fixture: arm.clone(),
            value: wanted.value.clone(),
            holder: format_ident!("{}_{at}", wanted.holder),
        };
        self.arms.iter().enumerate().map(arm).collect()
    }

    fn refusal(&self, params: &[Param]) -> String {
        let name = self.parameter.unraw().to_string();
        if params.iter().any(|param| matches!(param, Param::User(user) if *user == self.parameter)) {
            return format!("`{name}` is the virtual user: compare the parameter that takes the server");
        }
        let known: Vec<String> =
            params.iter().filter_map(Param::fixture_name).map(|known| known.unraw().to_string()).collect();
        let near = did_you_mean(&name, known.iter().map(String::as_str));
        match near.is_empty() {
            true => format!("this test has no parameter `{name}`: add `{name}: &Server` to its parameters"),
            false => format!("this test has no parameter `{name}`{near}"),
        }
    }
}
