//! What one `#[perf]` leaves in the binary. Built by generated code only, so every field is public and plain.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::fixture::{BoundFixtures, CrateBuild, FixtureDecl};
use crate::http::HostNames;
use crate::kind::Kind;
use crate::measure::{Live, Measured};
use crate::settings::SettingKey;
use crate::stop::Stop;
use crate::workload::{Mix, UserClass, Workload};

/// A place in the author's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `file!()`
    pub file: &'static str,
    /// `line!()`
    pub line: u32,
    /// `column!()`
    pub column: u32,
}

impl fmt::Display for Place {
    /// `tests/perf/agent.rs:12`, as editors and terminals link it; without a line, where a test comes from: `command line`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return f.write_str(self.file);
        }
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The value of a setting that shapes the load, as written.
#[derive(Debug, Clone, Copy)]
pub enum Written {
    /// A literal; the macro has checked that `workload::parse_value` reads it.
    Text(&'static str),
    /// A constant of the author's: `users = SMALL_TEAM`.
    Count(u64),
    /// A constant of the author's: `timeout = SLOW`.
    Duration(Duration),
}

/// One setting with its values; more than one multiply: `users = [10, 50]`.
#[derive(Debug, Clone, Copy)]
pub struct SettingDecl {
    /// One of `SettingKey::LOAD`.
    pub key: SettingKey,
    /// At least one.
    pub values: &'static [Written],
}

/// `case(users = 500, success_rate > 90%)`
#[derive(Debug, Clone, Copy)]
pub struct CaseDecl {
    /// `name = "rush hour"` in the case; otherwise its settings name it: `users_500`.
    pub name: Option<&'static str>,
    /// Over the settings of the test.
    pub settings: &'static [SettingDecl],
    /// In place of the test's thresholds on the same metric and endpoint, beside the others.
    pub thresholds: &'static [&'static str],
}

/// One of the servers that `versus(server = [sequential, threaded])` compares.
#[derive(Debug, Clone, Copy)]
pub struct ArmDecl {
    /// The fixture's name as the author wrote it, without its path.
    pub name: &'static str,
    /// The fixture that gives what the parameter is in this arm. It is among the test's `needs`, too.
    pub fixture: &'static FixtureDecl,
}

/// What distinguishes a function from every other one.
pub type Identity = fn() -> TypeId;

/// The identity of a test's function.
pub const fn identity<F: Copy + 'static>(_: F) -> Identity {
    TypeId::of::<F>
}

/// One of `needs = [answers_agree]`.
#[derive(Debug, Clone, Copy)]
pub struct NeededTest {
    /// The path as the author wrote it.
    pub written: &'static str,
    /// The function that it leads to.
    pub identity: Identity,
}

/// One of the classes of users of `mix(everyday = 7, busy = 2)`.
#[derive(Debug, Clone, Copy)]
pub struct ClassDecl {
    /// The function that its users call.
    pub name: &'static str,
    /// At least 1; the macro has checked it.
    pub weight: u32,
}

/// Offers a workload to the test's users, with its fixtures bound and the host names of the run.
pub type Offer = fn(&BoundFixtures, &Workload, &Stop, &Arc<Live>, &Arc<HostNames>) -> Measured;

/// One `#[perf]` function.
#[derive(Debug)]
pub struct TestDecl {
    /// The function's name, or the one given with `name = "…"`.
    pub function: &'static str,
    /// The function's own name, without `r#`.
    pub ident: &'static str,
    /// The function itself, by which other tests name it.
    pub identity: Identity,
    /// `module_path!()`, the binary's own crate first.
    pub module_path: &'static str,
    /// Its place.
    pub place: Place,
    /// `CARGO_MANIFEST_DIR` of its package.
    pub manifest_dir: &'static str,
    /// `CARGO_PKG_NAME`.
    pub package: &'static str,
    /// Its crate.
    pub built: CrateBuild,
    /// The first paragraph of its documentation, or empty.
    pub doc: &'static str,
    /// What it asks.
    pub kind: Kind,
    /// `markers = [slow]`
    pub markers: &'static [&'static str],
    /// `ignore = "why"` is `Some(Some(..))`, `ignore = true` is `Some(None)`; `None` leaves it to the kind.
    pub ignore: Option<Option<&'static str>>,
    /// `ignore = false`: runs by default whatever its kind.
    pub never_ignored: bool,
    /// The settings that shape the load.
    pub settings: &'static [SettingDecl],
    /// As written; the macro has checked that each reads as a `Threshold`.
    pub thresholds: &'static [&'static str],
    /// Without a case, the test is one; with cases, it is those.
    pub cases: &'static [CaseDecl],
    /// The fixtures its parameters name, in order.
    pub needs: &'static [&'static FixtureDecl],
    /// The tests that must pass before it runs.
    pub needed_tests: &'static [NeededTest],
    /// What takes part in turn, two or more; empty for a test that compares nothing.
    pub arms: &'static [ArmDecl],
    /// The classes of users, two or more; empty if all users are alike.
    pub classes: &'static [ClassDecl],
    /// The load, monomorphised for this function.
    pub offer: Offer,
}

impl TestDecl {
    /// The test binary it is in: `perf` for `tests/perf.rs`.
    pub fn target(&self) -> &'static str {
        self.module_path.split("::").next().unwrap_or(self.module_path)
    }

    /// Where the function is in its binary: `agent::mixed`, as editors and the compiler's own harness name it.
    pub fn path(&self) -> String {
        match self.module_path.split_once("::") {
            Some((_crate_name, module)) => format!("{module}::{}", self.ident),
            None => self.ident.to_owned(),
        }
    }

    /// Its classes of users.
    pub fn mix(&self) -> Mix {
        let class = |class: &ClassDecl| UserClass { name: class.name.to_owned(), weight: class.weight };
        Mix::new(self.classes.iter().map(class).collect())
    }
}

inventory::collect!(TestDecl);
