//! The load of a workload as text, the same in every report.

use std::time::Duration;

use super::figure;
use crate::workload::{LoadModel, Stage, Warmup, Workload};

/// The arrivals each second of the highest steady stage, or of the highest stage if none is steady; `None` for a closed
/// workload.
pub fn rate_per_s(workload: &Workload) -> Option<f64> {
    let LoadModel::Open(arrivals) = &workload.model else { return None };
    let steady = arrivals.stages.iter().filter(|stage| stage.is_steady()).map(|stage| stage.to);
    steady.reduce(f64::max).or_else(|| highest(&arrivals.stages))
}

/// The arrivals each second that are planned `elapsed` after the load began. `None` for a closed workload, or if a number
/// of requests ends the warm-up, so that the end of the warm-up is not known.
pub fn planned_rate_at(workload: &Workload, elapsed: Duration) -> Option<f64> {
    let LoadModel::Open(arrivals) = &workload.model else { return None };
    let warmup = match workload.warmup {
        Warmup::Duration(warmup) => warmup,
        Warmup::Requests(0) => Duration::ZERO,
        _ => return None,
    };
    let mut since_begin = elapsed.saturating_sub(warmup);
    for stage in &arrivals.stages {
        if since_begin < stage.over {
            let share = since_begin.as_secs_f64() / stage.over.as_secs_f64();
            return Some(stage.from + (stage.to - stage.from) * share);
        }
        since_begin -= stage.over;
    }
    arrivals.stages.last().map(|stage| stage.to)
}

/// True if requests have a planned start, so that thresholds judge the time from then on. Otherwise response time and
/// service time are the same.
pub fn judges_response_time(workload: &Workload) -> bool {
    match &workload.model {
        LoadModel::Closed(users) => users.every.is_some(),
        LoadModel::Open(_) => true,
    }
}

/// `100 users`, `up to 50 users`, `300/s`, `up to 500/s`.
pub fn load(workload: &Workload) -> String {
    match &workload.model {
        LoadModel::Closed(users) if users.stages.is_empty() => users_text(users.count),
        LoadModel::Closed(users) => format!("up to {}", users_text(users.count)),
        LoadModel::Open(arrivals) => {
            let highest = highest(&arrivals.stages).unwrap_or_default();
            let is_constant = arrivals.stages.iter().all(|stage| stage.from == highest && stage.to == highest);
            format!("{}{}", if is_constant { "" } else { "up to " }, figure::rate(highest))
        }
    }
}

/// `1 user`, `100 users`.
pub(super) fn users_text(users: usize) -> String {
    match users {
        1 => "1 user".to_owned(),
        users => format!("{} users", figure::count(users as u64)),
    }
}

fn highest(stages: &[Stage]) -> Option<f64> {
    stages.iter().map(|stage| stage.from.max(stage.to)).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;
    use crate::workload::Users;

    #[test]
    fn a_load_is_users_or_a_rate_and_says_if_it_changes() {
        let users = |count, stages| Workload {
            model: LoadModel::Closed(Users { stages, ..Users::at_once(count) }),
            ..samples::workload()
        };
        let ramp = Stage { name: None, from: 1.0, to: 50.0, over: Duration::from_secs(10) };
        assert_eq!(load(&users(1, vec![])), "1 user");
        assert_eq!(load(&users(1_200, vec![])), "1,200 users");
        assert_eq!(load(&users(50, vec![ramp])), "up to 50 users");
        assert_eq!(load(&samples::open_workload(vec![(300.0, 300.0)])), "300/s");
        let staged = samples::open_workload(vec![(0.0, 500.0), (500.0, 500.0), (500.0, 0.0)]);
        assert_eq!((load(&staged), rate_per_s(&staged)), ("up to 500/s".to_owned(), Some(500.0)));
        assert_eq!(rate_per_s(&users(5, vec![])), None);
    }

    #[test]
    fn the_plan_knows_its_rate_at_every_moment() {
        // Two seconds of warm-up, then two stages of ten.
        let workload = samples::open_workload(vec![(0.0, 500.0), (500.0, 500.0)]);
        let at = |seconds| planned_rate_at(&workload, Duration::from_secs(seconds));
        assert_eq!([1, 2, 7, 12, 40].map(at), [Some(0.0), Some(0.0), Some(250.0), Some(500.0), Some(500.0)]);
        assert_eq!(planned_rate_at(&samples::workload(), Duration::ZERO), None);
    }

    #[test]
    fn response_time_is_judged_where_starts_are_planned() {
        let paced = Users { every: Some(Duration::from_secs(2)), ..Users::at_once(5) };
        assert!(!judges_response_time(&samples::workload()));
        assert!(judges_response_time(&Workload { model: LoadModel::Closed(paced), ..samples::workload() }));
        assert!(judges_response_time(&samples::open_workload(vec![(300.0, 300.0)])));
    }
}
