//! Descriptors: each user holds a connection, and each connection a descriptor on both ends.

use crate::workload::Workload;

/// Descriptors the harness itself needs beside the users' connections: runtimes, files, standard streams.
const OWN_DESCRIPTORS: u64 = 64;

/// Raises the soft limit as far as the system lets it; servers started later inherit it. Returns the limit in force.
pub(super) fn raise_descriptors() -> Option<u64> {
    rlimit::increase_nofile_limit(u64::MAX).ok()
}

/// Why `workload` cannot be offered under `limit`, if it cannot.
pub(super) fn too_few_descriptors(workload: &Workload, limit: u64) -> Option<String> {
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
    use crate::workload::Settings;

    #[test]
    fn too_few_descriptors_names_the_number_to_set() {
        let settings = Settings { users: Some(1000), ..Settings::default() };
        let workload = settings.resolve(Kind::Load).unwrap();
        assert!(too_few_descriptors(&workload, 100_000).is_none());
        assert!(too_few_descriptors(&workload, 256).unwrap().contains("ulimit -n 1064"));
    }
}
