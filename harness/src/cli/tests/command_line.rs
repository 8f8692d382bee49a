//! The command line.

use super::*;

#[test]
fn nothing_at_all_is_a_plain_run() {
    let options = options(&[], &[], "");
    assert!(options.baselines && options.show.is_none() && !options.fail_fast);
    assert_eq!(options.progress, Progress::Auto);
    assert_eq!(options.output, TestOutput::default());
    assert_eq!(load(&options), Settings::default());
}

#[test]
fn nextest_lists_and_then_runs_one_test_by_its_line() {
    let list = options(&["--list", "--format", "terse"], &[], "");
    assert!(list.output.list);
    assert_eq!((list.output.ignored, list.output.format), (IgnoredTests::LeaveOut, Format::Terse));
    let ignored = options(&["--list", "--format", "terse", "--ignored"], &[], "");
    assert!(ignored.output.list && ignored.output.ignored == IgnoredTests::Only);
    let one = options(&["[load] agent::health", "--exact", "--nocapture"], &[], "");
    assert!(one.names.select(Kind::Load, "agent::health"));
    assert!(!one.names.select(Kind::Load, "agent::health_all"));
    let one_ignored = options(&["agent::flood", "--exact", "--nocapture", "--ignored"], &[], "");
    assert!(one_ignored.names.exact && one_ignored.output.ignored == IgnoredTests::Only);
}

#[test]
fn what_editors_and_cargo_pass_is_accepted() {
    let line = ["--format=json", "-Z", "unstable-options", "--show-output", "--no-capture", "--report-time"];
    assert_eq!(options(&line, &[], "").output.format, Format::Json);
    options(&["--test-threads", "8", "--ensure-time", "--color", "never", "--exclude-should-panic"], &[], "");
    assert_eq!(options(&["-q", "health", "config", "--skip", "slow"], &[], "").output.format, Format::Terse);
}

#[test]
fn several_filters_are_kept() {
    let options = options(&["health", "config", "--skip", "stress"], &[], "");
    assert_eq!(options.names.filters, ["health", "config"]);
    assert_eq!(options.names.skip, ["stress"]);
}

#[test]
fn lists_are_repeated_or_joined_by_commas() {
    let options = options(&["--kind", "load,stress", "--kind=load", "--columns", "min, p95"], &[], "");
    assert_eq!(options.kinds, [Kind::Load, Kind::Stress]);
    assert_eq!(options.columns.iter().map(|column| column.text.as_str()).collect::<Vec<_>>(), ["min", "p95"]);
    assert_eq!(options.columns[0].origin.to_string(), "--columns");
}

#[test]
fn the_options_of_a_run_arrive() {
    let line = ["--setup-plan", "--fail-fast", "--last-failed", "--sort", "p95", "--durations", "0"];
    let options = options(&[&line[..], &["--output-dir", "out", "--no-baselines"]].concat(), &[], "");
    assert_eq!(options.show, Some(Show::SetupPlan));
    assert!(options.fail_fast && options.last_failed && !options.baselines);
    assert_eq!((options.sort.unwrap().text.as_str(), options.durations), ("p95", Some(0)));
    assert_eq!(options.output_dir.unwrap(), Path::new("out"));
}

#[test]
fn test_is_every_kind_but_benchmark() {
    let kinds = options(&["--test"], &[], "").kinds;
    assert!(!kinds.contains(&Kind::Benchmark));
    assert_eq!(kinds.len(), Kind::ALL.len() - 1);
}

#[test]
fn a_bad_value_names_the_flag_and_what_it_takes() {
    assert_eq!(
        refusal(&["--users", "0"], &[], ""),
        "--users: `users` expects a whole number of at least 1, such as `100`, not `0`"
    );
    assert_eq!(refusal(&["--ramp-up", "5"], &[], ""), "--ramp-up: `ramp_up` expects a time, such as `5s`, not `5`");
    assert_eq!(
        refusal(&["--scale", "0"], &[], ""),
        "--scale expects a factor above zero, such as `0.1` or `10%`, not `0`"
    );
    assert_eq!(refusal(&["--durations", "few"], &[], ""), "--durations expects a whole number, such as `5`, not `few`");
    assert_eq!(refusal(&["--progress", "on"], &[], ""), "--progress expects `auto`, `always` or `never`, not `on`");
    assert!(refusal(&["--kind", "lode"], &[], "").starts_with("--kind: unknown kind `lode`, did you mean `load`?"));
}

#[test]
fn requests_and_duration_contradict_each_other() {
    assert_eq!(
        refusal(&["--requests", "10", "--duration", "5s"], &[], ""),
        "--duration: `requests` and `duration` both say when the test ends: keep one of them"
    );
}

#[test]
fn two_things_to_show_contradict_each_other() {
    assert_eq!(
        refusal(&["--fixtures"], &[("PROOFLOAD_SETUP_PLAN", "1")], ""),
        "--fixtures and PROOFLOAD_SETUP_PLAN show different things: keep one of them"
    );
}

#[test]
fn a_rate_takes_the_place_of_users_and_of_what_belongs_to_them() {
    let options = options(&["--rate", "100/s"], &[("PROOFLOAD_MAX_IN_FLIGHT", "50")], "");
    let ramp_up = Some(Duration::from_secs(1));
    let attribute = Settings { users: Some(3), ramp_up, ..Settings::default() };
    let settings = options.layers.around(Kind::Load, attribute);
    assert_eq!((settings.users, settings.ramp_up, settings.max_in_flight), (None, None, Some(50)));
    assert_eq!(settings.rate, Some(Rate::PerSecond(100.0)));
    assert!(settings.plan(Kind::Load).is_ok());
    assert_eq!(
        refusal(&["--rate", "100"], &[], ""),
        "--rate: `rate` expects a rate above zero, such as `300/s`, or a share such as `50% of capacity`, not `100`"
    );
}

#[test]
fn what_is_given_for_a_whole_suite_leaves_ramps_spikes_sweeps_and_searches_as_they_are() {
    let line = ["--users", "50", "--duration", "5s", "--ramp-up", "1s", "--warmup", "3"];
    let options = options(&line, &[("PROOFLOAD_OVERFLOW", "shed")], "repeat = 3");
    for (kind, key, text) in [
        (Kind::Load, "stages", "0/s -> 5/s over 5s"),
        (Kind::Load, "stages", "1 -> 5 over 5s"),
        (Kind::Spike, "spike", "base = 2/s, peak = 9/s, at = 1s, lasting = 1s"),
        (Kind::Load, "sweep", "users = [1, 2]"),
        (Kind::Load, "sweep", "rate = [1/s, 2/s]"),
        (Kind::Capacity, "capacity", "start = 5/s"),
        (Kind::Load, "rate", "5/s"),
        (Kind::Benchmark, "seed", "5"),
    ] {
        let declared = declared(key, text);
        let settings = options.layers.around(kind, declared.clone());
        let plan = settings.plan(kind).unwrap_or_else(|error| panic!("{kind} {key}({text}): {error}"));
        let own = declared.plan(kind).unwrap();
        let (shapes, own_shapes) = (shape_of(&plan), shape_of(&own));
        assert!(key == "rate" || shapes == own_shapes, "{kind} {key}({text}): {shapes:?}");
    }
}

#[test]
fn a_search_that_a_rate_makes_needless_is_left_out() {
    let options = options(&["--rate", "5/s"], &[], "");
    let mut attribute = declared("rate", "50% of capacity");
    attribute.capacity = declared("capacity", "start = 5/s").capacity;
    assert!(options.layers.around(Kind::Load, attribute).plan(Kind::Load).is_ok());
}

#[test]
fn an_unknown_flag_is_answered_with_the_nearest() {
    let text = refusal(&["--userz", "5"], &[], "");
    assert!(text.starts_with("unexpected argument '--userz' found"), "{text}");
    assert!(text.contains("a similar argument exists: '--users'"), "{text}");
}

#[test]
fn every_mistake_is_reported_at_once() {
    let text = refusal(&["--users", "0"], &[("PROOFLOAD_SEED", "x"), ("PROOFLOAD_USER", "5")], "user = 5");
    assert_eq!(text.lines().count(), 4, "{text}");
    // The first prefix is added where the text is shown.
    assert_eq!(text.lines().filter(|line| line.starts_with("error: ")).count(), 3, "{text}");
}

#[test]
fn mistakes_of_the_file_are_reported_from_the_top() {
    let file = "users = 'x'\n[kind.load]\nwarmup = 'y'\nuser = 5\n[profile.smoke]\nseed = 'z'\nsed = 1\n";
    let text = refusal(&[], &[], file);
    let line = |text: &str| text.split(':').find_map(|part| part.parse::<usize>().ok());
    let lines: Vec<_> = text.lines().filter_map(line).collect();
    assert_eq!(lines, [1, 3, 4, 6, 7], "{text}");
}
