//! Test functions in a target that has its own `main`, as one with `#[perf]` functions has.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A sentence and the function that checks it.
pub type Specification = &'static [(&'static str, fn())];

/// Lists functions by their names: `specification![first, second]`. The compiler reports a function that the list lacks.
#[macro_export]
macro_rules! specification {
    ($($name:ident),+ $(,)?) => {
        &[$((stringify!($name), $name as fn())),+]
    };
}

/// Runs the functions as tests, by the arguments of this process.
#[must_use]
pub fn run(specification: &[(&'static str, fn())]) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials(specification)).exit_code()
}

/// Runs the functions one after the other: loads side by side measure one another.
#[must_use]
pub fn run_one_at_a_time(specifications: &[Specification]) -> ExitCode {
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    let trials = specifications.iter().flat_map(|specification| trials(specification)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(specification: &[(&'static str, fn())]) -> Vec<Trial> {
    let trial = |(name, body): &(&'static str, fn())| {
        let body = *body;
        Trial::test(*name, move || {
            body();
            Ok(())
        })
    };
    specification.iter().map(trial).collect()
}
