//! The reference page of settings is what the table says.
//!
//! `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference` writes the page anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{ModelKind, SettingKey, SettingSpec};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/settings.md");

const HEAD: &str = "\
# Settings

<!-- Written by `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference` from the table of settings. -->

Settings are given in `#[perf(…)]`, for every test in `proofload.toml`, and for one run by an option or a variable. An
option wins over its variable, the variable over the profile, the profile over the attribute, and the attribute over the
rest of `proofload.toml`. In `proofload.toml` a value with a unit, a word or parentheses is a string: `rate = \"300/s\"`,
`stages = \"0/s -> 500/s over 30s, 500/s for 60s\"`.
";

#[test]
fn the_reference_page_is_what_the_table_says() {
    let page = page();
    let path = Path::new(PAGE);
    if std::env::var_os("PROOFLOAD_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("the page is in a folder")).expect("the folder can be made");
        fs::write(path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "{PAGE} differs from the table of settings: write it anew with \
         `PROOFLOAD_BLESS=1 cargo test -p proofload-vocabulary --test reference`"
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
