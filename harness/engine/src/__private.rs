//! The names that generated code uses. Not part of the public interface: anything here may change at any time.

pub use crate::__travel_of as travel_of;
pub use crate::engine::{UserFuture, UserLife, UserSteps, live};
pub use crate::fixture::{
    BoundFixtures, CrateBuild, Fixture, FixtureDecl, FixtureEntry, FixtureNamed, Give, Gives, GivesEachUser, Handover,
    Instances, IntoResult, InvalidFixture, LocalFuture, NamedItem, NoDeclaration, Outlives, OwnedFixture,
    ResolveFixture, ResolveOther, Scope, SharedValue, TakesATurn, Travel, UserFixture, check_cycle, scope_of,
    scope_types,
};
#[cfg(feature = "cluster")]
pub use crate::fixture::{JsonFormOf, TravelsAsJson, TravelsNot};
pub use crate::kind::Kind;
pub use crate::measure::IterationEnd;
pub use crate::registry::{
    ArmDecl, CaseDecl, ClassDecl, Constant, NeededTest, Place, SettingDecl, TestDecl, Written, identity,
};
pub use crate::server::{Server, ServerDecl, Serving, start};
pub use crate::settings::SettingKey;
pub use crate::user::{Error, Result, User, UserSlot};
pub use inventory;
pub use tokio::net::TcpListener;

use std::fmt::Display;

/// How the values of this type travel, for generated code, which does not know what the library was built with.
///
/// No bound holds for the type: the compiler takes the method of the second trait only where the first has none.
#[cfg(feature = "cluster")]
#[doc(hidden)]
#[macro_export]
macro_rules! __travel_of {
    ($value:ty) => {
        $crate::__private::Travel::AsJson(|| {
            #[allow(unused_imports, reason = "one of them is used")]
            use $crate::__private::{TravelsAsJson as _, TravelsNot as _};
            (&$crate::__private::JsonFormOf::<$value>::NEW).json_form()
        })
    };
}

#[cfg(not(feature = "cluster"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __travel_of {
    ($value:ty) => {
        $crate::__private::Travel::Never
    };
}

/// Which of the test's classes the iteration of this user belongs to.
pub fn class_of(user: &User) -> usize {
    let none = "a function with classes of users is called by its test alone, which gives each user one of them";
    user.class().expect(none)
}

/// There are as many functions as classes.
pub fn no_such_class(class: usize) -> ! {
    unreachable!("there is no class of users {class}")
}

/// Joins the errors of one user's tear-downs.
pub fn leave_all(troubles: &[Result]) -> std::result::Result<(), String> {
    let texts: Vec<_> = troubles.iter().filter_map(|result| Some(result.as_ref().err()?.to_string())).collect();
    if texts.is_empty() { Ok(()) } else { Err(texts.join("; ")) }
}

/// The cause of a failed set-up, followed by the errors of tearing down what had been set up before it.
pub fn failed_to_enter(cause: &Error, troubles: &[Result]) -> String {
    match leave_all(troubles) {
        Ok(()) => cause.to_string(),
        Err(troubles) => format!("{cause}; {troubles}"),
    }
}

/// The message for a test target without `harness = false`; `target` is its name.
pub fn needs_harness_false(target: &str) -> String {
    format!(
        "the compiler's own test harness cannot run `#[perf]` tests: add `harness = false` to the `[[test]]` named \
         `{target}` in Cargo.toml, and `fn main() -> std::process::ExitCode {{ proofload::main() }}` to the file"
    )
}

/// What a `#[server]` function may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a server returns",
    label = "this function's return type",
    note = "return nothing, or a `Result<(), E>` whose error implements `Display`, such as `std::io::Result<()>`"
)]
pub trait Served {
    /// The error as the child process prints it.
    fn served(self) -> std::result::Result<(), String>;
}

impl Served for () {
    fn served(self) -> std::result::Result<(), String> {
        Ok(())
    }
}

impl<E: Display> Served for std::result::Result<(), E> {
    fn served(self) -> std::result::Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}
