//! The processor time that control groups allow this process, and how often they stopped it.
//!
//! A container with a limit of 0.7 cores runs on every core of the host for a part of each period, and stands still for the
//! rest of it: generator and server alike.

use std::fs;
use std::path::{Path, PathBuf};

/// The control groups for processor time that this process is in: its own, and those above it.
#[derive(Debug, Default)]
pub(super) struct ControlGroups {
    folders: Vec<PathBuf>,
}

/// How often one group was stopped because its quota was used up, since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Throttling {
    /// Periods in which the quota was enforced.
    pub(super) periods: u64,
    pub(super) throttled_periods: u64,
    /// Of all its processors together.
    pub(super) throttled_s: f64,
}

/// How many cores control groups allow this process; `None` without a limit.
pub fn cpu_quota_cores() -> Option<f64> {
    ControlGroups::of_this_process().quota_cores()
}

impl ControlGroups {
    /// Those of this process; none where the system has none.
    pub(super) fn of_this_process() -> ControlGroups {
        ControlGroups::below(Path::new("/"))
    }

    /// Both versions, as `proc/self` below `root` has them.
    fn below(root: &Path) -> ControlGroups {
        let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_default();
        let (groups, mounts) = (read("proc/self/cgroup"), read("proc/self/mountinfo"));
        let of_mount = |line: &str| {
            let mount = Mount::of(line)?;
            let group = groups.lines().find_map(|line| mount.group(line))?;
            Some(mount.folders(root, group))
        };
        ControlGroups { folders: mounts.lines().filter_map(of_mount).flatten().collect() }
    }

    /// The smallest quota, in cores; `None` if no group has one.
    pub(super) fn quota_cores(&self) -> Option<f64> {
        self.folders.iter().filter_map(|folder| quota_cores(folder)).reduce(f64::min)
    }

    /// The counters of each group, in order; `None` for a group that has none, such as the root of version 2.
    pub(super) fn throttling(&self) -> Vec<Option<Throttling>> {
        self.folders.iter().map(|folder| Throttling::of(&fs::read_to_string(folder.join("cpu.stat")).ok()?)).collect()
    }
}

/// Where a hierarchy of control groups that may limit processor time is mounted.
struct Mount<'a> {
    /// The group that is seen at `point`.
    root: &'a str,
    point: &'a str,
    is_version_2: bool,
}

impl<'a> Mount<'a> {
    /// A line of `mountinfo`: `31 23 0:28 /root /point rw - cgroup cgroup rw,cpu`, with a varying number of fields before the dash.
    fn of(line: &'a str) -> Option<Mount<'a>> {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, point) = (place.next()?, place.next()?);
        let mut kind = kind.split(' ');
        let (kind, options) = (kind.next()?, kind.nth(1)?);
        let is_of_cpu = || kind == "cgroup" && options.split(',').any(|option| option == "cpu");
        let is_version_2 = kind == "cgroup2";
        (is_version_2 || is_of_cpu()).then_some(Mount { root, point, is_version_2 })
    }

    /// The path of this process in the hierarchy, if `line` of `cgroup` is about it: `1:cpu,cpuacct:/shop`, `0::/shop`.
    fn group<'b>(&self, line: &'b str) -> Option<&'b str> {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        let is_it = match self.is_version_2 {
            true => controllers.is_empty(),
            false => controllers.split(',').any(|controller| controller == "cpu"),
        };
        is_it.then_some(path)
    }

    /// The folder of `group` and those above it, up to the mount. A group outside the mount, as a container has it, is seen as the
    /// mount itself.
    fn folders(&self, root: &Path, group: &str) -> Vec<PathBuf> {
        let mount = root.join(self.point.trim_start_matches('/'));
        let within = Path::new(group).strip_prefix(self.root).ok();
        let within = within.filter(|within| !within.starts_with("..")).unwrap_or(Path::new(""));
        within.ancestors().map(|part| mount.join(part)).filter(|folder| folder.is_dir()).collect()
    }
}

/// `cpu.max` of version 2, `cpu.cfs_quota_us` and `cpu.cfs_period_us` of version 1.
fn quota_cores(folder: &Path) -> Option<f64> {
    let number = |file: &str| fs::read_to_string(folder.join(file)).ok()?.trim().parse::<f64>().ok();
    let (quota, period) = match fs::read_to_string(folder.join("cpu.max")) {
        Ok(text) => {
            let (quota, period) = text.trim().split_once(' ')?;
            // `max` is no number, and no quota.
            (quota.parse::<f64>().ok()?, period.parse::<f64>().ok()?)
        }
        Err(_) => (number("cpu.cfs_quota_us")?, number("cpu.cfs_period_us")?),
    };
    (quota > 0.0 && period > 0.0).then(|| quota / period)
}

impl Throttling {
    /// `cpu.stat`: microseconds in version 2, nanoseconds in version 1.
    fn of(text: &str) -> Option<Throttling> {
        let field = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            lines.find(|(of, _)| *of == name)?.1.trim().parse::<u64>().ok()
        };
        let usec = field("throttled_usec").map(|usec| usec as f64 / 1e6);
        let throttled_s = usec.or_else(|| field("throttled_time").map(|nanos| nanos as f64 / 1e9))?;
        Some(Throttling { periods: field("nr_periods")?, throttled_periods: field("nr_throttled")?, throttled_s })
    }

    /// What was added since `before`.
    fn since(self, before: Throttling) -> Throttling {
        Throttling {
            periods: self.periods.saturating_sub(before.periods),
            throttled_periods: self.throttled_periods.saturating_sub(before.throttled_periods),
            throttled_s: (self.throttled_s - before.throttled_s).max(0.0),
        }
    }
}

/// Of the group that was throttled longest between two readings; `None` if no group has counters.
pub(super) fn most_throttled(before: &[Option<Throttling>], now: &[Option<Throttling>]) -> Option<Throttling> {
    let pairs = before.iter().zip(now).filter_map(|(before, now)| before.zip(*now));
    pairs.map(|(before, now)| now.since(before)).reduce(|most, other| {
        if (other.throttled_s, other.periods) > (most.throttled_s, most.periods) { other } else { most }
    })
}

/// How many processors this process may use: its affinity mask.
pub(super) fn allowed_processors() -> Option<usize> {
    counted(&fs::read_to_string("/proc/self/status").ok()?)
}

/// `Cpus_allowed_list: 0-3,8`
fn counted(status: &str) -> Option<usize> {
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let parts = list.trim().split(',').map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (first.parse::<usize>().ok()?, last.parse::<usize>().ok()?);
        Some(last.checked_sub(first)? + 1)
    });
    parts.sum()
}

#[cfg(test)]
mod tests;
