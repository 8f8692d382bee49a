use futures_util::FutureExt;

use super::*;

const S: fn(u64) -> Duration = Duration::from_secs;

fn timeline(ramp_up_s: u64, warm_up: Option<Duration>, measurement: Option<Duration>) -> Timeline {
    Timeline::new(PhaseLengths { ramp_up: S(ramp_up_s), warm_up, measurement })
}

#[test]
fn a_run_passes_through_its_states_in_order() {
    let timeline = timeline(10, Some(S(5)), Some(S(20)));
    assert_eq!(timeline.state_at(S(0)), RunState::WaitingForUsers);
    timeline.begin_load(S(1));
    assert_eq!(timeline.state_at(S(30)), RunState::RampUp, "not every user is ready");
    timeline.all_users_ready(S(8));
    assert_eq!(timeline.state_at(S(10)), RunState::RampUp);
    assert_eq!(timeline.state_at(S(11)), RunState::WarmUp { ends: Some(S(16)) });
    assert!(timeline.begin_measurement(S(16)));
    assert_eq!(timeline.state_at(S(35)), RunState::Measuring { ends: Some(S(36)) });
    assert_eq!(timeline.state_at(S(36)), RunState::Draining);
    timeline.end_early(Ended::Stopped("interrupted".to_owned()));
    assert_eq!(timeline.state_at(S(36)), RunState::EndedEarly);
}

#[test]
fn a_ramp_up_lasts_until_the_last_user_is_ready() {
    let timeline = timeline(10, Some(S(0)), None);
    timeline.begin_load(S(0));
    timeline.all_users_ready(S(40));
    assert_eq!((timeline.state_at(S(39)), timeline.planned_start()), (RunState::RampUp, Some(S(40))));
}

#[test]
fn without_lengths_time_ends_neither_the_warm_up_nor_the_measurement() {
    let timeline = timeline(0, None, None);
    timeline.all_users_ready(S(1));
    assert_eq!(timeline.state_at(S(9_999)), RunState::WarmUp { ends: None });
    timeline.begin_measurement(S(2));
    assert_eq!(timeline.state_at(S(9_999)), RunState::Measuring { ends: None });
}

#[test]
fn the_first_moment_and_the_first_reason_are_kept() {
    let timeline = timeline(0, None, None);
    timeline.begin_load(S(1));
    timeline.all_users_ready(S(2));
    assert_eq!(timeline.load_began(), Some(S(1)));
    assert!(timeline.begin_measurement(S(3)) && !timeline.begin_measurement(S(4)));
    assert_eq!(timeline.measured_from(), Some(S(3)));
    timeline.end_early(Ended::Broken("first".to_owned()));
    timeline.end_early(Ended::Broken("second".to_owned()));
    assert_eq!(timeline.into_ended(), Ended::Broken("first".to_owned()));
}

#[test]
fn a_run_that_ends_early_keeps_no_user_waiting_for_the_load() {
    let timeline = timeline(0, None, None);
    assert_eq!(timeline.load_has_begun().now_or_never(), None);
    timeline.end_early(Ended::AsPlanned);
    assert_eq!(timeline.load_has_begun().now_or_never(), Some(()));
}

#[test]
fn each_change_wakes_those_who_wait_for_one() {
    let timeline = timeline(0, None, None);
    let changes: [fn(&Timeline); 3] = [
        |timeline| timeline.all_users_ready(S(1)),
        |timeline| assert!(timeline.begin_measurement(S(1))),
        |timeline| timeline.end_early(Ended::AsPlanned),
    ];
    for change in changes {
        let changed = timeline.changed();
        change(&timeline);
        assert_eq!(changed.now_or_never(), Some(()));
    }
}
