//! Runs functions as tests where `main` is the target's own, as it must be beside `#[perf]`.
//!
//! A function that the list leaves out is dead code, which the compiler tells.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// `specification![first, second]`
macro_rules! specification {
    ($($name:ident),+ $(,)?) => {
        $crate::specification::run(&[$((stringify!($name), $name as fn())),+])
    };
}
pub(crate) use specification;

pub(crate) fn run(specification: &[(&'static str, fn())]) -> ExitCode {
    let trials = specification.iter().map(|(name, body)| {
        let body = *body;
        Trial::test(*name, move || {
            body();
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
