//! `proofload.toml`.

use super::*;

#[test]
fn numbers_and_texts_are_read_alike() {
    let text = "users = 20\nrequests = '5_000'\nwarmup = '2s'\nramp_up = \"1s\"\ntimeout = '500ms'\nseed = 9";
    let settings = load(&options(&[], &[], text));
    assert_eq!((settings.users, settings.length(), settings.seed), (Some(20), requests(5000), Some(9)));
    assert_eq!(settings.warmup, Some(Warmup::Duration(Duration::from_secs(2))));
    assert_eq!(settings.timeout, Some(Duration::from_millis(500)));
    assert_eq!(load(&options(&[], &[], "requests = 5_000")).length(), requests(5000));
}

#[test]
fn a_mistake_is_reported_with_line_and_column() {
    let keys = SettingKey::LOAD.map(SettingKey::name).join(", ");
    assert_eq!(
        refusal(&[], &[], "# müde\n  user = 5"),
        format!(
            "/shop/proofload.toml:2:3: unknown key `user`, did you mean `users`? (keys: {keys}, kind, profile, report)"
        )
    );
    assert_eq!(
        refusal(&[], &[], "seed = 1\nusers = 0"),
        "/shop/proofload.toml:2:9: `users` expects a whole number of at least 1, such as `100`, not `0`"
    );
    assert_eq!(
        refusal(&[], &[], "users = [5]"),
        "/shop/proofload.toml:1:9: `users` expects a whole number of at least 1, such as `100`, not an array"
    );
}

#[test]
fn mistakes_are_reported_in_the_order_of_the_file() {
    let text = refusal(&[], &[], "yy = 1\nxx = 2\n[kind.zzz]\n[kind.aaa]");
    let lines: Vec<&str> = text.lines().map(|line| &line.trim_start_matches("error: ")[..23]).collect();
    assert_eq!(
        lines,
        ["/shop/proofload.toml:1:", "/shop/proofload.toml:2:", "/shop/proofload.toml:3:", "/shop/proofload.toml:4:"]
    );
}

#[test]
fn invalid_toml_is_reported_with_its_place_and_nothing_is_guessed_from_it() {
    assert_eq!(
        refusal(&[], &[], "user = 5\nduration = 30s\n"),
        "/shop/proofload.toml:2:12: a value with a unit is written in quotes: `\"30s\"`"
    );
    assert_eq!(
        refusal(&[], &[], "users = 5\nusers = 6"),
        "/shop/proofload.toml:2:1: the key `users` is given twice: keep one of them"
    );
    assert!(refusal(&[], &[], "users 5").starts_with("/shop/proofload.toml:1:"));
}

#[test]
fn a_kind_is_a_table_of_load_settings() {
    assert!(refusal(&[], &[], "[kind.lode]\nusers = 5").starts_with("/shop/proofload.toml:1:7: unknown kind `lode`"));
    assert_eq!(
        refusal(&[], &[], "kind = 'load'"),
        "/shop/proofload.toml:1:8: `kind` expects a table, such as `[kind.load]`, not a string"
    );
    assert!(refusal(&[], &[], "[kind.load]\nkind = 5").contains("2:1: unknown key `kind` (keys: users,"));
}

#[test]
fn settings_that_contradict_their_kind_are_refused() {
    let text = refusal(&[], &[], "[kind.benchmark]\nusers = 5");
    assert!(text.starts_with("/shop/proofload.toml:1:7: a benchmark runs one user alone"), "{text}");
    let text = refusal(&[], &[], "duration = '1s'\nrequests = 5");
    assert!(text.starts_with("/shop/proofload.toml:2:12: `requests` and `duration`"), "{text}");
}

#[test]
fn every_setting_of_a_load_can_be_in_the_file() {
    let text = "max_in_flight = 50\noverflow = 'shed'\nconnections = 'shared(8)'\nca = 'ca.pem'\nverify_tls = true\nrepeat = 3\npace = '2s'\n[kind.load]\nrate = '300/s'\n\
                [kind.spike]\nspike = 'base = 2, peak = 9, at = 1s, lasting = 1s'";
    let options = options(&[], &[], text);
    let settings = load(&options);
    assert_eq!((settings.max_in_flight, settings.overflow), (Some(50), Some(Overflow::Shed)));
    assert_eq!(settings.connections, Some(Connections::Shared(8)));
    assert_eq!((settings.ca.as_deref(), settings.verify_tls), (Some("ca.pem"), Some(true)));
    assert_eq!((settings.rate, settings.pace), (Some(Rate::PerSecond(300.0)), None), "a pace is for users");
    let spike = options.layers.around(Kind::Spike, Settings::default()).plan(Kind::Spike).unwrap();
    assert!(matches!(spike.runs, RunPlan::Spike(_)));
    let text = refusal(&[], &[], "stages = '5/s for 5s, 5/s'");
    assert!(text.starts_with("/shop/proofload.toml:1:10: `stages`: `5/s` is not a stage"), "{text}");
}
