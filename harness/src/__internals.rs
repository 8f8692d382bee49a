//! The private modules, for the tests and benches of this workspace. Not part of the public interface: anything here may
//! change at any time.

macro_rules! doors {
    ($($module:ident),+ $(,)?) => {
        $(
            #[doc(hidden)]
            pub mod $module {
                pub use crate::$module::*;
            }
        )+
    };
}

doors![
    kind, metric, settings, suggest, threshold, units, workload, measure, clock, stop, http, user, server, fixture,
    registry, selection, arm_turns, load_part, engine, comparison, statistics, outcome, baseline, history, runner,
    report,
];

#[cfg(feature = "cluster")]
doors![cluster];
