//! Whether workers can be handed the values of the fixtures, as far as is known before anything starts.

use crate::cli::Options;
use crate::fixture::not_packable;
use crate::session::exit::Problem;
use crate::session::live_session::is_wanted;
use crate::session::plan::PlannedTest;

/// Refuses tests that workers cannot run, all of them at once.
pub(crate) fn check_fixtures(tests: &[PlannedTest], options: &Options) -> Result<(), Problem> {
    if options.cluster.launch.is_none() {
        return Ok(());
    }
    let refusals = |planned: &PlannedTest| {
        let name = planned.test.id.name.clone();
        not_packable(&planned.test.needs).into_iter().map(move |why| format!("{name}: {why}"))
    };
    let wanted = tests.iter().filter(|planned| is_wanted(planned, options));
    let refused: Vec<String> = wanted.flat_map(refusals).collect();
    if refused.is_empty() { Ok(()) } else { Err(Problem::usage(refused.join("\nerror: "))) }
}
