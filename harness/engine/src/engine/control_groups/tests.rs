//! Trees of control groups as the kernel and container runtimes show them.

use tempfile::TempDir;

use super::*;

/// A root folder with these files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

const V1_MOUNTS: &str = "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n\
                         32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 master:2 - cgroup cgroup rw,cpu,cpuacct\n\
                         34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n";
const V2_MOUNT: &str = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";

#[test]
fn version_2_is_read_in_microseconds_with_the_groups_above() {
    let root = tree(&[
        ("proc/self/mountinfo", V2_MOUNT),
        ("proc/self/cgroup", "0::/shop/perf\n"),
        ("sys/fs/cgroup/cpu.stat", "usage_usec 7\n"),
        ("sys/fs/cgroup/shop/cpu.max", "70000 100000\n"),
        ("sys/fs/cgroup/shop/cpu.stat", "usage_usec 7\nnr_periods 56\nnr_throttled 50\nthrottled_usec 1500000\n"),
        ("sys/fs/cgroup/shop/perf/cpu.max", "max 100000\n"),
        ("sys/fs/cgroup/shop/perf/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n"),
    ]);
    let groups = ControlGroups::below(root.path());
    assert_eq!(groups.quota_cores(), Some(0.7));
    let of_shop = Throttling { periods: 56, throttled_periods: 50, throttled_s: 1.5 };
    assert_eq!(groups.throttling(), [Some(Throttling::default()), Some(of_shop), None]);
}

#[test]
fn version_1_is_read_in_nanoseconds_and_only_where_processor_time_is_limited() {
    let root = tree(&[
        ("proc/self/mountinfo", V1_MOUNTS),
        ("proc/self/cgroup", "3:cpuset:/other\n1:cpu,cpuacct:/shop\n0::/\n"),
        ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"),
        ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
        ("sys/fs/cgroup/cpu/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n"),
        ("sys/fs/cgroup/cpu/shop/cpu.cfs_quota_us", "150000\n"),
        ("sys/fs/cgroup/cpu/shop/cpu.cfs_period_us", "100000\n"),
        ("sys/fs/cgroup/cpu/shop/cpu.stat", "nr_periods 20\nnr_throttled 5\nthrottled_time 250000000\n"),
        ("sys/fs/cgroup/cpuset/other/cpu.stat", "nr_periods 9\nnr_throttled 9\nthrottled_time 9\n"),
    ]);
    let groups = ControlGroups::below(root.path());
    assert_eq!(groups.quota_cores(), Some(1.5));
    let of_shop = Throttling { periods: 20, throttled_periods: 5, throttled_s: 0.25 };
    assert_eq!(groups.throttling(), [Some(of_shop), Some(Throttling::default())]);
}

#[test]
fn a_container_that_sees_its_group_as_the_mount_is_found_there() {
    let mounted = "40 31 0:29 /docker/4f2 /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
    for group in ["1:cpu:/docker/4f2\n", "1:cpu:/\n", "1:cpu:/../../4f2\n"] {
        let root = tree(&[
            ("proc/self/mountinfo", mounted),
            ("proc/self/cgroup", group),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"),
        ]);
        assert_eq!(ControlGroups::below(root.path()).quota_cores(), Some(0.5), "{group}");
    }
}

#[test]
fn without_control_groups_nothing_is_known() {
    let groups = ControlGroups::below(tree(&[]).path());
    assert_eq!((groups.quota_cores(), groups.throttling()), (None, Vec::new()));
    assert_eq!(most_throttled(&groups.throttling(), &groups.throttling()), None);
}

#[test]
fn the_group_that_was_stopped_longest_since_the_start_counts() {
    let of = |periods, throttled_periods, throttled_s| Some(Throttling { periods, throttled_periods, throttled_s });
    let before = [of(10, 8, 4.0), of(100, 1, 0.5), None];
    let now = [of(20, 9, 4.25), of(140, 31, 1.5), of(9, 9, 9.0)];
    assert_eq!(most_throttled(&before, &now), of(40, 30, 1.0));
    assert_eq!(most_throttled(&before, &before), of(0, 0, 0.0), "with counters, but not stopped");
}

#[test]
fn the_processors_of_the_affinity_mask_are_counted() {
    assert_eq!(counted("Name:\tperf\nCpus_allowed:\t10f\nCpus_allowed_list:\t0-3,8\n"), Some(5));
    assert_eq!(counted("Cpus_allowed_list:\t2\n"), Some(1));
    assert_eq!(counted("Name:\tperf\n"), None);
    assert_eq!(counted("Cpus_allowed_list:\t3-1\n"), None);
}
