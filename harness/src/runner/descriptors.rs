//! File descriptors: each user holds a connection, and each connection a descriptor on both ends.

use super::test::Test;
use crate::workload::{RunPlan, Workload};

/// Descriptors the harness itself needs beside the users' connections: runtimes, files, standard streams.
const OWN_DESCRIPTORS: u64 = 64;

/// Why `test` cannot be run by a process that may open `limit` files, if it cannot.
pub(super) fn shortage(test: &Test, limit: u64) -> Option<String> {
    too_few_descriptors(&largest_load(test), limit)
}

/// The load of the run that needs the most users.
fn largest_load(test: &Test) -> Workload {
    let levels = match &test.runs {
        RunPlan::Sweep(levels) => levels.as_slice(),
        _ => &[],
    };
    let most = levels.iter().copied().max_by(f64::total_cmp);
    most.map_or_else(|| test.workload.clone(), |level| test.workload.clone().at_level(level))
}

fn too_few_descriptors(workload: &Workload, limit: u64) -> Option<String> {
    let needed = workload.users() as u64 + OWN_DESCRIPTORS;
    (needed > limit).then(|| {
        format!(
            "{} users need {needed} file descriptors and this process may open {limit}: \
             raise the limit with `ulimit -n {needed}`, or lower `users`",
            workload.users()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::settings::Settings;

    #[test]
    fn too_few_descriptors_names_the_number_to_set() {
        let settings = Settings { users: Some(1000), ..Settings::default() };
        let workload = settings.resolve(Kind::Load).unwrap();
        assert!(too_few_descriptors(&workload, 100_000).is_none());
        assert!(too_few_descriptors(&workload, 256).unwrap().contains("ulimit -n 1064"));
    }
}
