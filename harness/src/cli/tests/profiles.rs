//! `[profile.…]` and `--profile`.

use super::*;

const FILE: &str = "seed = 9\n\
    [profile.smoke]\nusers = 2\nrequests = 20\nwarmup = 0\nrate = '5/s'\nrepeat = 1\n\
    [profile.smoke.kind.stress]\nrequests = 40\n[profile.standard]\nduration = '20s'";

#[test]
fn a_profile_overrides_what_tests_declare_and_is_overridden_from_outside() {
    let options = options(&["--profile", "smoke", "--users", "3"], &[("PROOFLOAD_WARMUP", "7")], FILE);
    let attribute = Settings { users: Some(100), requests: Some(5000), seed: Some(1), ..Settings::default() };
    let settings = options.layers.around(Kind::Load, attribute.clone());
    assert_eq!((settings.users, settings.length(), settings.seed), (Some(3), requests(20), Some(1)));
    assert_eq!(settings.warmup, Some(Warmup::Requests(7)));
    assert_eq!(options.layers.around(Kind::Stress, attribute).length(), requests(40), "the kind's own table");
}

#[test]
fn a_profile_makes_a_test_smaller_and_leaves_who_sets_its_pace() {
    let options = options(&[], &[("PROOFLOAD_PROFILE", "smoke")], FILE);
    let closed = options.layers.around(Kind::Load, declared("users", "100"));
    assert_eq!((closed.users, closed.rate), (Some(2), None));
    let open = options.layers.around(Kind::Load, declared("rate", "100/s"));
    assert_eq!((open.users, open.rate), (None, Some(Rate::PerSecond(5.0))));
    let ramp = options.layers.around(Kind::Load, declared("stages", "0/s -> 9/s over 5s"));
    assert_eq!((ramp.users, ramp.rate, ramp.length()), (None, None, None));
}

#[test]
fn a_run_with_a_profile_is_not_the_load_that_the_source_asks_for() {
    assert!(options(&["--profile", "standard"], &[], FILE).layers.is_overridden());
    assert!(!options(&[], &[], FILE).layers.is_overridden());
    assert_eq!(load(&options(&[], &[], FILE)).length(), None, "no profile was asked for");
}

#[test]
fn an_unknown_profile_is_answered_with_the_nearest_and_with_all() {
    assert_eq!(
        refusal(&["--profile", "smok"], &[], FILE),
        "--profile: unknown profile `smok`, did you mean `smoke`? (profiles: smoke, standard)"
    );
    assert_eq!(
        refusal(&[], &[("PROOFLOAD_PROFILE", "ci")], ""),
        "PROOFLOAD_PROFILE: unknown profile `ci` (proofload.toml has none: add `[profile.ci]` with settings below it)"
    );
}

#[test]
fn a_mistake_in_a_profile_is_reported_although_the_profile_is_not_used() {
    let text = refusal(
        &[],
        &[],
        "[profile.smoke]\nuser = 5\n[profile.smoke.kind.lode]\n[profile.x.kind.benchmark]\nusers = 5",
    );
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains(":2:1: unknown key `user`, did you mean `users`?"), "{text}");
    assert!(lines[1].contains(":3:21: unknown kind `lode`"), "{text}");
    assert!(lines[2].contains("a benchmark runs one user alone"), "{text}");
    assert_eq!(lines.len(), 3);
    assert!(refusal(&[], &[], "profile = 'smoke'").contains("a table, such as `[profile.smoke]`, not a string"));
}
