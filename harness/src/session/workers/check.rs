//! Whether workers can offer the load of the tests, as far as is known before anything starts.

use crate::cli::Options;
use crate::fixture::not_packable;
use crate::session::exit::Problem;
use crate::session::live_session::is_wanted;
use crate::session::plan::PlannedTest;

const WRITES_REQUESTS: &str = "`requests_csv = true` has a line for each request of one process, and workers write no such file: run this \
                               test without --workers, or remove the setting";

/// Refuses tests that workers cannot run, all of them at once.
pub(crate) fn check(tests: &[PlannedTest], options: &Options) -> Result<(), Problem> {
    if options.cluster.launch.is_none() {
        return Ok(());
    }
    let refusals = |planned: &PlannedTest| {
        let name = planned.test.id.name.clone();
        let writes_requests = (planned.test.requests_csv == Some(true)).then(|| WRITES_REQUESTS.to_owned());
        let reasons = not_packable(&planned.test.needs).into_iter().map(|why| why.to_string()).chain(writes_requests);
        reasons.map(move |why| format!("{name}: {why}"))
    };
    let wanted = tests.iter().filter(|planned| is_wanted(planned, options));
    let refused: Vec<String> = wanted.flat_map(refusals).collect();
    if refused.is_empty() { Ok(()) } else { Err(Problem::usage(refused.join("\nerror: "))) }
}
