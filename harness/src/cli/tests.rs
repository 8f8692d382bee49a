use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::{Command, Format, IgnoredTests, Options, Progress, Show, TestOutput, read};
use crate::kind::Kind;
use crate::settings::{SettingKey, Settings, parse_value};
use crate::workload::{Connections, LoadModel, LoadPlan, Overflow, Rate, RunLength, RunPlan, Warmup};

const FILE: &str = "/shop/proofload.toml";

/// Everything the module reads, with the file at [`FILE`].
fn ask(line: &[&str], variables: &[(&str, &str)], file: &str) -> Result<Command, String> {
    let arguments = std::iter::once("perf").chain(line.iter().copied()).map(OsString::from);
    let environment = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    read(arguments, environment, Some((Path::new(FILE), file))).map_err(|error| error.to_string())
}

fn options(line: &[&str], variables: &[(&str, &str)], file: &str) -> Options {
    match ask(line, variables, file).unwrap() {
        Command::Run(options) => *options,
        Command::Print(text) => panic!("printed instead of options:\n{text}"),
    }
}

fn refusal(line: &[&str], variables: &[(&str, &str)], file: &str) -> String {
    ask(line, variables, file).unwrap_err()
}

fn load(options: &Options) -> Settings {
    options.layers.around(Kind::Load, Settings::default())
}

/// An attribute with one setting.
fn declared(key: &str, text: &str) -> Settings {
    let key: SettingKey = key.parse().unwrap();
    let mut settings = Settings::default();
    settings.set(key, parse_value(key, text).unwrap()).unwrap();
    settings
}

/// What a number for a whole suite must not change.
fn shape_of(plan: &LoadPlan) -> (RunPlan, usize, bool) {
    let runs = match &plan.runs {
        RunPlan::Repeat(_) => RunPlan::Once,
        other => other.clone(),
    };
    let is_open = matches!(plan.workload.model, LoadModel::Open(_));
    (runs, plan.workload.users(), is_open)
}

fn requests(count: u64) -> Option<RunLength> {
    Some(RunLength::Requests(count))
}

mod file;
mod profiles;

mod precedence {
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
}

mod command_line {
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
        assert_eq!(
            refusal(&["--durations", "few"], &[], ""),
            "--durations expects a whole number, such as `5`, not `few`"
        );
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
    fn what_is_said_for_a_whole_suite_leaves_ramps_spikes_sweeps_and_searches_as_they_are() {
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
    fn every_mistake_is_told_at_once() {
        let text = refusal(&["--users", "0"], &[("PROOFLOAD_SEED", "x"), ("PROOFLOAD_USER", "5")], "user = 5");
        assert_eq!(text.lines().count(), 4, "{text}");
        // Whoever shows the text puts the first prefix.
        assert_eq!(text.lines().filter(|line| line.starts_with("error: ")).count(), 3, "{text}");
    }

    #[test]
    fn mistakes_of_the_file_are_told_from_the_top() {
        let file = "users = 'x'\n[kind.load]\nwarmup = 'y'\nuser = 5\n[profile.smoke]\nseed = 'z'\nsed = 1\n";
        let text = refusal(&[], &[], file);
        let line = |told: &str| told.split(':').find_map(|part| part.parse::<usize>().ok());
        let lines: Vec<_> = text.lines().filter_map(line).collect();
        assert_eq!(lines, [1, 3, 4, 6, 7], "{text}");
    }
}

mod environment {
    use super::*;

    #[test]
    fn each_of_our_options_and_no_other_has_a_variable() {
        let command = super::super::flags::command();
        let libtest = ["filters", "skip", "exact", "ignored", "include_ignored", "list"];
        let ours = command.get_arguments().filter(|argument| {
            let id = argument.get_id().as_str();
            let elsewhere = argument.get_help_heading() == Some("As in every Rust test");
            !elsewhere && !libtest.contains(&id) && !["ensure_time", "exclude_should_panic"].contains(&id)
        });
        let mut ours: Vec<String> = ours.map(|argument| argument.get_id().as_str().replace('_', "-")).collect();
        let has_no_flag =
            |name: &&str| SettingKey::LOAD.into_iter().any(|key| key.name() == *name && key.spec().flag.is_none());
        let known = super::super::variables::known().filter(|name| !has_no_flag(name));
        let mut table: Vec<String> = known.map(|name| name.replace('_', "-")).collect();
        ours.sort_unstable();
        table.sort_unstable();
        assert_eq!(ours, table);
    }

    #[test]
    fn switches_are_on_or_off() {
        let variables = [("PROOFLOAD_FAIL_FAST", "1"), ("PROOFLOAD_NO_BASELINES", "true"), ("PROOFLOAD_FIXTURES", "0")];
        let options = options(&[], &variables, "");
        assert!(options.fail_fast && !options.baselines && options.show.is_none());
        assert_eq!(
            refusal(&[], &[("PROOFLOAD_FAIL_FAST", "yes")], ""),
            "PROOFLOAD_FAIL_FAST expects `1` or `0`, not `yes`"
        );
    }

    #[test]
    fn a_bad_number_names_the_variable() {
        assert_eq!(
            refusal(&[], &[("PROOFLOAD_USERS", "many")], ""),
            "PROOFLOAD_USERS: `users` expects a whole number of at least 1, such as `100`, not `many`"
        );
        assert!(refusal(&[], &[("PROOFLOAD_DURATION", "30sec")], "").contains("did you mean `s`?"));
    }

    #[test]
    fn a_misspelt_variable_is_not_ignored() {
        let text = refusal(&[], &[("PROOFLOAD_USER", "5")], "");
        assert!(text.starts_with("unknown variable `PROOFLOAD_USER`, did you mean `PROOFLOAD_USERS`?"), "{text}");
        assert!(
            refusal(&[], &[("PROOFLOAD_ZZZZZZZZ", "5")], "").starts_with("unknown variable `PROOFLOAD_ZZZZZZZZ` (")
        );
    }

    #[test]
    fn variables_of_others_internal_ones_and_empty_ones_do_not_count() {
        let variables = [("HOME", "/"), ("PROOFLOAD_BLESS", "1"), ("PROOFLOAD_USERS", " ")];
        assert_eq!(load(&options(&[], &variables, "")), Settings::default());
    }

    #[test]
    fn a_target_replaces_the_server_of_that_name() {
        let options = options(&[], &[("PROOFLOAD_TARGET_MY_AGENT", "http://127.0.0.1:80")], "");
        assert_eq!(options.targets.get("my_agent").map(String::as_str), Some("http://127.0.0.1:80"));
        assert!(refusal(&[], &[("PROOFLOAD_TARGET_", "http://127.0.0.1")], "").starts_with("unknown variable"));
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let variable = (OsString::from("PROOFLOAD_MARKERS"), OsString::from_vec(vec![0xff]));
        let error = read([OsString::from("perf")], [variable], None).unwrap_err();
        assert_eq!(error.to_string(), "PROOFLOAD_MARKERS: its value is not valid Unicode");
    }
}

mod help {
    use super::*;

    fn printed(line: &[&str]) -> String {
        match ask(line, &[], "").unwrap() {
            Command::Print(text) => text,
            Command::Run(options) => panic!("{options:?}"),
        }
    }

    #[test]
    fn the_flags_are_consistent() {
        super::super::flags::command().debug_assert();
    }

    #[test]
    fn help_reads_as_one_tool() {
        insta::assert_snapshot!(printed(&["--help"]));
    }

    #[test]
    fn help_and_version_are_answered_although_the_rest_is_wrong() {
        let answer = ask(&["--version"], &[("PROOFLOAD_USERS", "0")], "user = 5");
        assert!(matches!(answer, Ok(Command::Print(text)) if text.starts_with("proofload 0.")));
        assert_eq!(printed(&["-h"]), printed(&["--help"]));
    }
}
