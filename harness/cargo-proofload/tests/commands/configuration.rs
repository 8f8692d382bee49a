//! `--config`: the keys are the flags.

use crate::program::{Ended, Place, server};

fn closed_with(config: &str, more: &[&str]) -> Ended {
    let place = Place::new();
    place.file("bench.toml", config);
    place.run(&[&["closed", &server().url, "--config", "bench.toml"], more].concat())
}

#[test]
fn a_file_gives_options_and_its_own_table_of_a_command_wins_over_those_above() {
    let ended = closed_with(
        "users = 3\nrequests = 70\nrequire = [\"max < 60s\"]\n[closed]\nrequests = 30\n[open]\nrate = \"5/s\"\n",
        &[],
    );
    assert_eq!((ended.code, ended.counts()), (0, (30, 30)), "{}{}", ended.out, ended.err);
    assert_eq!(ended.test()["workload"]["users"], 3);
    assert!(ended.out.contains("passed: the requirement holds"), "{}", ended.out);
}

#[test]
fn the_command_line_wins_over_the_file_and_a_duration_over_its_requests() {
    let ended = closed_with("users = 3\nrequests = 70\n", &["-c", "2", "-d", "300ms"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(ended.test()["workload"]["users"], 2);
    assert!(ended.test()["workload"]["requests"].is_null(), "{:#}", ended.test()["workload"]);
}

#[test]
fn a_file_may_be_json_and_a_list_of_levels_is_a_list() {
    let place = Place::new();
    place.file("bench.json", r#"{"requests": 20, "sweep": {"users": [1, 2]}, "html": true, "quiet": false}"#);
    let ended = place.run(&["sweep", &server().url, "--config", "bench.json"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(ended.test()["probes"].as_array().map(Vec::len), Some(2));
    assert!(ended.out.contains("report.html"), "{}", ended.out);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let refusal = |config: &str| {
        let ended = closed_with(config, &[]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{}", ended.err);
        ended.err
    };
    assert_eq!(refusal("usres = 3\n"), "error: bench.toml: no command has an option `usres`, did you mean `users`?\n");
    assert!(refusal("[closed]\nrate = \"5/s\"\n").contains("`closed` has no option `rate`"));
    assert!(refusal("[clsed]\nusers = 5\n").contains("there is no command `clsed`, did you mean `closed`?"));
    assert!(refusal("i_may_load_this = true\n").contains("no command has an option `i_may_load_this`"));
    assert!(refusal("users = {}\n").contains("bench.toml: "));
    assert!(refusal("users = \n").contains("bench.toml: "));
    let missing = Place::new().run(&["closed", "http://127.0.0.1:1", "--config", "no.toml"]);
    assert!(missing.code == 2 && missing.err.contains("cannot read no.toml"), "{}", missing.err);
}

#[test]
fn a_value_that_does_not_fit_is_refused_as_on_the_command_line() {
    let ended = closed_with("duration = 30\n", &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("--duration 30: `duration` expects a time above zero"), "{}", ended.err);
}
