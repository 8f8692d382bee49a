//! The reference pages of settings and metrics are what the tables say.
//!
//! `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference` writes the pages anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::metric::{Direction, METRICS_HELP, Metric};
use proofload_vocabulary::settings::{ModelKind, SettingKey, SettingSpec};
use proofload_vocabulary::threshold::Threshold;

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/settings.md");
const METRICS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/metrics.md");

const HEAD: &str = "\
# Settings

<!-- Written by `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference` from the table of settings. -->

Settings are given in `#[perf(…)]`, for every test in `proofload.toml`, and for one run by an option or a variable. An
option wins over its variable, the variable over the profile, the profile over the attribute, and the attribute over the
rest of `proofload.toml`. In `proofload.toml` a value with a unit, a word or parentheses is a string: `rate = \"300/s\"`,
`stages = \"0/s -> 500/s over 30s, 500/s for 60s\"`.
";

const METRICS_HEAD: &str = "\
# Metrics and thresholds

<!-- Written by `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference` from the table of metrics. -->

`metric < bound` in `#[perf(…)]`, or in `--require` of the command, is a threshold: the test fails if it does not hold, and also if there is no
data for it. The comparisons are `<`, `<=`, `>` and `>=`, and `==` for what is counted. One in the direction that makes no sense (`p95 > 1s`)
is refused, and so is a bound with another unit.
";

const METRICS_TAIL: &str = "
Times are response times in an open workload, service times in a closed one, and the times of an iteration in a benchmark
([what is timed](../figures/times.md)). A percentile needs [enough samples](../figures/percentiles.md).

## Of what

| threshold | is about |
| --- | --- |
| `p95 < 800ms` | all requests of the test, in its steady stages |
| `p95(\"GET /orders\") < 800ms` | one endpoint: method and path, or the name given with `.named(…)` |
| `p95(\"iteration\") < 2s` | whole iterations of the function |
| `p95(\"stage peak\") < 200ms`, `p95(\"stage peak: GET /\") < 200ms` | a stage with a name, or an endpoint in it |
| `p95(\"buyers\") < 500ms`, `p95(\"buyers\", \"POST /orders\") < 800ms` | a class of users of `mix(…)`, or an endpoint of it |
| `p95(\"after\") < 800ms`, `p95 <= 105% of \"before\"` | a server of `versus(…)`, or a figure compared with another server's |
| `p95 <= 110% of baseline` | the same test's accepted figure |
| `median(value \"confidence\") > 0.6`, `total(value \"cache hits\") >= 100` | numbers that the test records with `user.record(…)` and `user.count(…)`: `min`, `mean`, `median`, `max`, `stddev`, percentiles and `total`, in either direction |

Thresholds of a case replace those of its test on the same metric. Without any threshold on success, the [default of the kind](../writing-tests.md#how-each-kind-is-judged) applies.

## Units

Times `ns`, `us`, `ms`, `s`, `min` or `m`, `h`, `d`, also `1h30m`; shares `%`; rates `/s`, `/min`, `/h`; sizes `B`, `KiB`, `MiB`, `GiB`, `KB`, `MB`, `GB`; growth such as `MiB/min`. Digits may be
grouped: `5_000`.
";

#[test]
fn the_page_of_settings_is_what_the_table_says() {
    is(SETTINGS, &page());
}

#[test]
fn the_page_of_metrics_is_what_the_table_says() {
    is(METRICS, &page_of_metrics());
}

#[test]
fn each_metric_has_its_line_of_help_with_a_threshold_that_is_accepted() {
    assert_eq!(METRICS_HELP.map(|help| help.name), Metric::NAMES);
    for help in METRICS_HELP {
        let threshold: Threshold = help.example.parse().unwrap_or_else(|error| panic!("{}: {error}", help.example));
        let stem = help.name.trim_end_matches('N');
        assert!(threshold.metric.to_string().starts_with(stem), "{} is about {}", help.example, threshold.metric);
    }
}

fn is(path: &str, page: &str) {
    let path = Path::new(path);
    if std::env::var_os("PROOFLOAD_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("the page is in a folder")).expect("the folder can be made");
        fs::write(path, page).expect("the page can be written");
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "{} differs from the table: write it anew with \
         `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference`",
        path.display()
    );
}

#[test]
fn each_setting_has_a_line_of_help_and_a_default() {
    for key in SettingKey::ALL {
        let spec = key.spec();
        assert!(!spec.help.is_empty() && !spec.help.contains('\n') && !spec.help.ends_with('.'), "{key}");
        assert!(!spec.default.is_empty(), "{key}");
    }
}

fn page_of_metrics() -> String {
    let mut page = METRICS_HEAD.to_owned();
    page.push_str("\n| metric | meaning | bound | better | for |\n| --- | --- | --- | --- | --- |\n");
    for help in METRICS_HELP {
        let threshold: Threshold = help.example.parse().expect("another test reads each example");
        let better = match threshold.metric.direction() {
            Direction::LowerIsBetter => "lower",
            Direction::HigherIsBetter => "higher",
            Direction::Either => "either",
        };
        let of = if threshold.metric.is_of_whole_test() { "the whole test" } else { "all, or a part" };
        let row = [
            format!("`{}`", help.example),
            help.meaning.to_owned(),
            threshold.metric.dimension().example().to_owned(),
            better.to_owned(),
            of.to_owned(),
        ];
        writeln!(page, "| {} |", row.join(" | ")).expect("a text can be written to");
    }
    page.push_str(METRICS_TAIL);
    page
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let of_test: Vec<SettingKey> = SettingKey::ALL.into_iter().filter(|key| !SettingKey::LOAD.contains(key)).collect();
    section(&mut page, "The test", "Only in the attribute.", &of_test);
    let (with_option, others): (Vec<_>, Vec<_>) =
        SettingKey::LOAD.into_iter().partition(|key| key.spec().flag.is_some());
    section(
        &mut page,
        "The load, with an option",
        "`ramp_up` is `--ramp-up 5s` and `PROOFLOAD_RAMP_UP=5s`.",
        &with_option,
    );
    let no_option = "In the attribute and in `proofload.toml`. Those without parentheses have a variable too, such as \
                     `PROOFLOAD_MAX_IN_FLIGHT=800`.";
    section(&mut page, "The load, without an option", no_option, &others);
    page
}

fn section(page: &mut String, title: &str, introduction: &str, keys: &[SettingKey]) {
    let head = "| setting | meaning | value | without it | where it fits |\n| --- | --- | --- | --- | --- |";
    writeln!(page, "\n## {title}\n\n{introduction}\n\n{head}").expect("a text can be written to");
    for key in keys {
        let SettingSpec { example, help, default, takes, .. } = key.spec();
        let row = [
            format!("`{example}`"),
            (*help).to_owned(),
            takes.describe().to_owned(),
            (*default).to_owned(),
            fits(*key),
        ];
        writeln!(page, "| {} |", row.map(|cell| cell.replace('|', "\\|")).join(" | "))
            .expect("a text can be written to");
    }
}

/// The kinds and workloads that a setting fits, and what cannot stand beside it.
fn fits(key: SettingKey) -> String {
    let mut limits = Vec::new();
    match key.spec().model {
        Some(ModelKind::Closed) if !key.is_source_of_load() => limits.push("closed workloads only".to_owned()),
        Some(ModelKind::Open) if !key.is_source_of_load() => limits.push("open workloads only".to_owned()),
        _ => {}
    }
    let misfits: Vec<&str> = Kind::ALL.into_iter().filter(|kind| !key.fits(*kind)).map(Kind::name).collect();
    if !misfits.is_empty() {
        limits.push(format!("not in {} tests", misfits.join(" or ")));
    }
    let is_rival = |other: &SettingKey| {
        let same_question = key.spec().question.is_some() && key.spec().question == other.spec().question;
        *other != key && (same_question || key.excludes(*other) || other.excludes(key))
    };
    let mut rivals: Vec<String> =
        SettingKey::LOAD.into_iter().filter(is_rival).map(|other| format!("`{other}`")).collect();
    if key.spec().contradicts_turns {
        rivals.push("`versus`".to_owned());
    }
    if !rivals.is_empty() {
        limits.push(format!("not beside {}", rivals.join(", ")));
    }
    if limits.is_empty() { "every test".to_owned() } else { limits.join("; ") }
}
