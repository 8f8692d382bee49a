//! Tests that need more file descriptors than there are.

use std::sync::Arc;

use super::fake::{figures, test};
use crate::fixture::BoundFixtures;
use crate::http::HostNames;
use crate::kind::Kind;
use crate::measure::{GeneratorHealth, Live, Measured};
use crate::runner::Test;
use crate::runner::descriptors::{cap_warning, within_limit};
use crate::settings::SettingKey;
use crate::stop::Stop;
use crate::workload::Workload;

fn test_with(settings: &[(SettingKey, &str)]) -> Test {
    let load =
        |_: &BoundFixtures, _: &Workload, _: &Stop, _: &Arc<Live>, _: &Arc<HostNames>| -> Measured { figures(10) };
    test(Kind::Load, settings, &[], load)
}

fn refusal(settings: &[(SettingKey, &str)], servers: usize) -> Option<String> {
    within_limit(&test_with(settings), Some(1_024), servers).err()
}

#[test]
fn the_setting_that_was_written_is_named_with_the_number_that_fits() {
    use SettingKey::{Connections, MaxInFlight, Rate, Sweep, Users};
    assert_eq!(refusal(&[(Users, "960")], 1), None);
    let refused = |settings: &[(SettingKey, &str)], servers| refusal(settings, servers).unwrap_or_default();
    assert_eq!(
        refused(&[(Users, "961")], 1),
        "961 users need 1025 file descriptors and this process may open 1024: raise the limit with `ulimit -n 1025`, \
         or lower `users` to 960 or less"
    );
    let two = refused(&[(Users, "900")], 2);
    assert!(two.starts_with("900 users with a connection to each of 2 servers need 1864 file descriptors"), "{two}");
    assert!(two.ends_with("`ulimit -n 1864`, or lower `users` to 480 or less"), "{two}");
    let open = refused(&[(Rate, "10/s"), (MaxInFlight, "5000")], 1);
    assert!(open.starts_with("5000 iterations at once need 5064 file"), "{open}");
    assert!(open.ends_with("or lower `max_in_flight` to 960 or less"), "{open}");
    let sweep = refused(&[(Sweep, "users = [10, 2000]")], 1);
    assert!(sweep.ends_with("or let no level of `sweep` be above 960 users"), "{sweep}");
    assert_eq!(refusal(&[(Users, "900"), (Connections, "per_request")], 2), None);
    assert_eq!(refusal(&[(Users, "5000"), (Connections, "shared(300)")], 2), None);
}

#[test]
fn a_cap_that_was_not_written_is_what_the_limit_allows() {
    let cap = |limit, servers| {
        let test = test_with(&[(SettingKey::Rate, "10/s")]);
        within_limit(&test, Some(limit), servers).map(|test| test.workload.users())
    };
    assert_eq!(cap(100_000, 2), Ok(1_000));
    assert_eq!(cap(1_024, 1), Ok(960));
    assert_eq!(cap(1_024, 2), Ok(480));
    assert!(cap(64, 1).is_err_and(|why| why.ends_with("`ulimit -n 1064`")));
}

#[test]
fn arrivals_that_waited_for_the_lowered_cap_are_a_warning() {
    let health = |left_waiting| GeneratorHealth { left_waiting: Some(left_waiting), ..GeneratorHealth::default() };
    let warning = |settings: &[(SettingKey, &str)], limit, left_waiting| {
        let test = test_with(settings);
        let run = within_limit(&test, Some(limit), 1).unwrap().workload.clone();
        cap_warning(&test, &run, &health(left_waiting), Some(limit))
    };
    let rate = [(SettingKey::Rate, "300/s")];
    let lowered = warning(&rate, 100, 48).unwrap_or_default();
    assert!(lowered.starts_with("arrivals waited because only 36 iterations could be in flight"), "{lowered}");
    assert!(lowered.contains("may open 100 files; raise the limit (`ulimit -n`)"), "{lowered}");
    assert_eq!(warning(&rate, 100, 0), None, "none waited");
    assert_eq!(warning(&rate, 2_000, 48), None, "the cap is the built-in one");
    assert_eq!(
        warning(&[(SettingKey::Rate, "300/s"), (SettingKey::MaxInFlight, "36")], 100, 48),
        None,
        "it was written"
    );
}
