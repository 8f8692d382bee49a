//! Help, spelling, and hosts that may not be loaded.

use crate::program::{Place, server};

const COMMANDS: [&str; 8] = ["closed", "open", "stages", "spike", "soak", "sweep", "capacity", "versus"];

#[test]
fn the_help_of_each_command_fits_a_screen_and_has_an_example() {
    let place = Place::new();
    for command in COMMANDS {
        let help = place.run(&[command, "--help"]).out;
        assert!(help.lines().count() <= 50, "{command}: {} lines\n{help}", help.lines().count());
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{command}: {help}");
        assert!(help.contains(&format!("Example:\n  proofload {command} ")), "{command}: {help}");
        assert!(help.contains("--require <THRESHOLD>"), "{command}: {help}");
    }
}

#[test]
fn the_help_of_a_closed_run() {
    insta::assert_snapshot!(Place::new().run(&["closed", "--help"]).out);
}

#[test]
fn the_options_that_all_commands_share_have_a_help_of_their_own() {
    let place = Place::new();
    let request = place.run(&["help", "request"]).out;
    assert!(request.contains("--disable-keepalive") && request.contains("--cacert"), "{request}");
    let workers = place.run(&["help", "workers"]).out;
    assert!(workers.contains("--launch <COMMAND>") && workers.contains("ssh {host} {command}"), "{workers}");
    let output = place.run(&["help", "output"]).out;
    assert!(output.contains("--requests-csv") && output.contains("--quiet"), "{output}");
}

#[test]
fn what_does_not_go_together_with_workers_is_refused_before_any_load() {
    let place = Place::new();
    for (options, part) in [
        (&["--workers", "0"][..], "--workers expects a number of processes of at least 1"),
        (&["--hosts", "a,b"], "--hosts: needs a launcher"),
        (&["--workers", "2", "--launch", "ssh {host} {command}"], "--launch: has {host}, and no host is named"),
    ] {
        let run = place.run(&[&["closed", "http://127.0.0.1:1/"], options].concat());
        assert!(run.code == 2 && run.err.contains(part), "{options:?}: {} {}", run.code, run.err);
    }
}

#[test]
fn a_misspelt_command_or_option_is_answered_with_the_nearest() {
    let place = Place::new();
    assert!(place.run(&["closd"]).err.contains("a similar subcommand exists: 'closed'"));
    assert!(place.run(&["closed", "http://127.0.0.1:1", "--repat", "3"]).err.contains("'--repeat'"));
}

#[test]
fn an_open_run_without_a_rate_is_not_started() {
    let server = server();
    let ended = Place::new().run(&["open", &server.url]);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.err, "error: how many requests per second? Give --rate, such as --rate 100/s\n");
    assert_eq!(server.received().len(), 0);
}

#[test]
fn a_host_outside_of_private_networks_is_refused_by_each_command() {
    let place = Place::new();
    // An address that is reserved for documentation, which nothing is sent to.
    let far = "http://192.0.2.1/";
    let lines: [&[&str]; 3] = [
        &["closed", far, "-n", "1"],
        &["versus", "http://127.0.0.1:1/", far, "-n", "2"],
        &["sweep", far, "-c", "1", "-n", "1"],
    ];
    for line in lines {
        let ended = place.run(line);
        assert_eq!(ended.code, 2, "{line:?}: {}", ended.err);
        assert!(ended.err.contains("`192.0.2.1` is neither this machine") && ended.err.contains("--i-may-load-this"));
    }
}
