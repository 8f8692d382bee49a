//! Variables.

use super::*;

#[test]
fn each_of_our_options_and_no_other_has_a_variable() {
    let command = crate::cli::flags::command();
    let libtest = ["filters", "skip", "exact", "ignored", "include_ignored", "list"];
    let ours = command.get_arguments().filter(|argument| {
        let id = argument.get_id().as_str();
        let elsewhere = argument.get_help_heading() == Some("As in every Rust test");
        !argument.is_hide_set()
            && !elsewhere
            && !libtest.contains(&id)
            && !["ensure_time", "exclude_should_panic"].contains(&id)
    });
    let mut ours: Vec<String> = ours.map(|argument| argument.get_id().as_str().replace('_', "-")).collect();
    let has_no_flag =
        |name: &&str| SettingKey::LOAD.into_iter().any(|key| key.name() == *name && key.spec().flag.is_none());
    let known = crate::cli::variables::known().filter(|name| !has_no_flag(name));
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
    assert!(refusal(&[], &[("PROOFLOAD_ZZZZZZZZ", "5")], "").starts_with("unknown variable `PROOFLOAD_ZZZZZZZZ` ("));
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

#[test]
fn servers_listen_at_an_address_of_one_machine() {
    for address in ["192.168.1.10", "127.0.0.2", "::1"] {
        assert_eq!(options(&[], &[("PROOFLOAD_BIND", address)], "").bind, Some(address.parse().unwrap()));
    }
    assert_eq!(options(&[], &[("PROOFLOAD_BIND", "")], "").bind, None);
    for name in ["my-host", "127.0.0.1:80", "[::1]"] {
        let text = refusal(&[], &[("PROOFLOAD_BIND", name)], "");
        assert_eq!(
            text,
            format!("PROOFLOAD_BIND expects an IP address of this machine, such as `192.168.1.10`, not `{name}`")
        );
    }
    for address in ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255"] {
        assert_eq!(
            refusal(&[], &[("PROOFLOAD_BIND", address)], ""),
            format!(
                "PROOFLOAD_BIND: {address} is not the address of one machine, and requests are sent there, too: give an address of \
                 this machine that each process with users reaches, such as `192.168.1.10`"
            )
        );
    }
}

#[test]
fn a_server_of_the_version_that_is_compared_with_is_named_as_a_target_is() {
    let options = options(&["--against", "main"], &[("PROOFLOAD_BEFORE_MY_AGENT", "./old")], "");
    assert_eq!(options.compare.before.get("my_agent").map(String::as_str), Some("./old"));
    assert_eq!(options.compare.against.map(|given| given.text).as_deref(), Some("main"));
    assert!(refusal(&[], &[("PROOFLOAD_BEFORE_", "./old")], "").starts_with("unknown variable"));
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let variable = (OsString::from("PROOFLOAD_MARKERS"), OsString::from_vec(vec![0xff]));
    let error = read([OsString::from("perf")], [variable], None).unwrap_err();
    assert_eq!(error.to_string(), "PROOFLOAD_MARKERS: its value is not valid Unicode");
}
