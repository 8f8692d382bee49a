//! What the generated code names. Not for people: anything here may change at any time.

pub use crate::client::{Error, Result, Seat, User};
pub use crate::fixture::{
    AskedBy, Bound, Fixture, FixtureDecl, FixtureEntry, Give, Gives, GivesEachUser, Handover, Held, IntoResult, Life,
    LocalFuture, Scope, Shared, check_cycle, lasts,
};
pub use crate::kind::Kind;
pub use crate::registry::{CaseDecl, Constant, Place, SettingDecl, TestDecl, Written};
pub use crate::session::{Scene, offer};
pub use crate::workload::SettingKey;
pub use inventory;

use std::any::Any;
use std::sync::Arc;

/// Says in our words that a parameter names no fixture.
pub const fn need<F: Fixture>() {}

/// Says in our words that a fixture asks for one that lives shorter than itself.
pub const fn need_for<F: AskedBy<Asker>, Asker>() {}

/// The value of the fixture `F`, which the session has set up before anything asks for it.
pub fn given<F: Gives<T>, T: Any + Send + Sync>(bound: &Bound) -> Arc<T> {
    let decl = F::decl();
    bound.get(decl).unwrap_or_else(|| panic!("the session did not bind fixture `{}`", decl.name))
}

/// Joins what went wrong in the tear-downs of one user.
pub fn leave_all(troubles: impl IntoIterator<Item = Result>) -> Result {
    let texts: Vec<_> = troubles.into_iter().filter_map(|result| Some(result.err()?.to_string())).collect();
    if texts.is_empty() { Ok(()) } else { Err(Error::message(texts.join("; "))) }
}

/// The cause of a failed set-up, and what went wrong when those set up before it were torn down.
pub fn failed_to_enter(cause: Error, troubles: Result) -> Error {
    match troubles {
        Ok(()) => cause,
        Err(troubles) => Error::message(format!("{cause}; {troubles}")),
    }
}
