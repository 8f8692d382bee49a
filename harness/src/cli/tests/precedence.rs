//! Which layer wins.

use super::*;

#[test]
fn the_command_line_wins_over_the_environment_over_the_attribute_over_the_file() {
    let file = "users = 4\nseed = 4\ntimeout = '4s'\nwarmup = 4";
    let variables = [("PROOFLOAD_USERS", "2"), ("PROOFLOAD_SEED", "2")];
    let options = options(&["--users", "1"], &variables, file);
    let attribute =
        Settings { users: Some(3), seed: Some(3), timeout: Some(Duration::from_secs(3)), ..Settings::default() };
    let settings = options.layers.around(Kind::Load, attribute);
    assert_eq!(settings.users, Some(1));
    assert_eq!(settings.seed, Some(2));
    assert_eq!(settings.timeout, Some(Duration::from_secs(3)));
    assert_eq!(settings.warmup, Some(Warmup::Requests(4)));
    assert_eq!(settings.ramp_up, None);
}

#[test]
fn a_length_of_a_higher_layer_replaces_the_other_length_of_a_lower_one() {
    let options = options(&["--duration", "5s"], &[("PROOFLOAD_REQUESTS", "10")], "requests = 20");
    assert_eq!(load(&options).length(), Some(RunLength::Duration(Duration::from_secs(5))));
}

#[test]
fn the_table_of_a_kind_overrides_the_file_for_that_kind_alone() {
    let options = options(&[], &[], "requests = 100\nseed = 1\n[kind.stress]\nrequests = 900");
    assert_eq!(options.layers.under(Kind::Stress).length(), requests(900));
    assert_eq!(options.layers.under(Kind::Stress).seed, Some(1));
    assert_eq!(options.layers.under(Kind::Load).length(), requests(100));
}

#[test]
fn users_for_the_whole_suite_are_not_meant_for_its_benchmarks() {
    let options = options(&["--users", "50", "--seed", "7"], &[], "ramp_up = '1s'\ntimeout = '2s'");
    let benchmark = options.layers.around(Kind::Benchmark, Settings::default());
    assert_eq!((benchmark.users, benchmark.ramp_up), (None, None));
    assert_eq!((benchmark.seed, benchmark.timeout), (Some(7), Some(Duration::from_secs(2))));
    assert_eq!(load(&options).users, Some(50));
}

#[test]
fn a_scale_is_a_factor_or_a_percentage_and_another_load_than_declared() {
    assert_eq!(options(&["--scale", "10%"], &[], "").layers.scale, Some(0.1));
    let scaled = options(&["--scale", "0.1"], &[], "requests = 10");
    assert_eq!(scaled.layers.scale, Some(0.1));
    assert!(scaled.layers.is_overridden());
    assert!(!options(&[], &[], "requests = 10").layers.is_overridden());
}

#[test]
fn an_own_option_is_taken_from_the_command_line_first() {
    let variables = [("PROOFLOAD_MARKERS", "slow"), ("PROOFLOAD_KEYWORD", "health"), ("PROOFLOAD_KIND", "soak")];
    let options = options(&["-m", "smoke", "--bench"], &variables, "");
    assert_eq!(options.markers.unwrap().text, "smoke");
    assert_eq!(options.keyword.as_ref().unwrap().origin.to_string(), "PROOFLOAD_KEYWORD");
    assert_eq!(options.kinds, [Kind::Benchmark]);
}

#[test]
fn what_the_file_says_for_other_tests_is_not_for_those_that_compare_servers() {
    let file =
        "repeat = 3\nramp_up = '5s'\nseed = 1\n[kind.load]\nspawn_rate = '5/s'\n[profile.smoke]\nrepeat = 2\nusers = 2";
    let options = options(&["--profile", "smoke", "--order", "one_after_the_other"], &[], file);
    let compared = options.layers.of_comparison().around(Kind::Load, Settings::default());
    assert_eq!((compared.repeat, compared.ramp_up, compared.spawn_rate), (None, None, None));
    assert_eq!((compared.seed, compared.users, compared.order), (Some(1), Some(2), Some(ArmOrder::OneAfterTheOther)));
    let other = options.layers.around(Kind::Load, Settings::default());
    assert_eq!((other.repeat, other.spawn_rate), (Some(2), Some(5.0)));
}

#[test]
fn the_command_line_contradicts_a_comparison_as_the_attribute_does() {
    let options = options(&["--ramp-up", "5s"], &[("PROOFLOAD_REPEAT", "3")], "");
    let compared = options.layers.of_comparison().around(Kind::Load, Settings::default());
    assert_eq!((compared.repeat, compared.ramp_up), (Some(3), Some(Duration::from_secs(5))));
    assert!(compared.plan_for(Kind::Load, 2).is_err());
}

#[test]
fn the_order_of_turns_is_no_other_load() {
    assert!(!options(&["--order", "interleaved"], &[], "").layers.is_overridden());
}
