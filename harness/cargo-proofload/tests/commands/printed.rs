//! What a person reads of a run, and what a program does.

use crate::program::{Place, server};

/// `text` with each figure as `#`, and spaces of any number as one.
fn without_figures(text: &str) -> String {
    let is_figure =
        |word: &str| word.trim_start_matches(['-', '+', '(']).starts_with(|first: char| first.is_ascii_digit());
    let unit = ["ms", "µs", "s", "B", "KiB", "%"];
    let line = |line: &str| {
        let mut words: Vec<&str> = Vec::new();
        for word in line.split_whitespace() {
            let is_unit = words.last() == Some(&"#") && unit.contains(&word.trim_end_matches([',', ')', ';']));
            if !is_unit {
                words.push(if is_figure(word) { "#" } else { word });
            }
        }
        words.join(" ")
    };
    // Whether the machine was busy, and how the command was built, is no matter of its form.
    let is_of_machine =
        |line: &&str| !["warning:", "UNOPTIMISED", "run record:"].iter().any(|word| line.contains(word));
    let mut lines: Vec<String> = text.lines().filter(is_of_machine).map(line).collect();
    // Where a warning was left out, two empty lines meet.
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n")
}

#[test]
fn a_closed_run_prints_every_figure_once() {
    let ended = Place::new().run(&["closed", &server().url, "-n", "1000", "-c", "5", "--require", "p95 < 60s"]);
    insta::assert_snapshot!(without_figures(&ended.out));
}

#[test]
fn an_open_run_prints_response_and_service_times() {
    let ended = Place::new().run(&["open", &server().url, "--rate", "100/s", "-d", "1s"]);
    insta::assert_snapshot!(without_figures(&ended.out));
}

#[test]
fn failures_are_counted_by_cause() {
    let ended = Place::new().run(&["closed", &format!("{}/busy", server().url), "-n", "20", "-c", "2"]);
    insta::assert_snapshot!(without_figures(&ended.out));
    assert!(ended.out.contains("20 of 20 requests did not succeed") && ended.out.contains("20  GET /busy: status 503"));
}

#[test]
fn a_success_rate_that_was_not_asked_for_is_not_shown_as_if_it_had_been() {
    let place = Place::new();
    let busy = format!("{}/busy", server().url);
    let ended = place.run(&["closed", &busy, "-n", "20", "-c", "2"]);
    assert!(!ended.out.contains("success_rate"), "{}", ended.out);
    let ended = place.run(&["closed", &busy, "-n", "20", "-c", "2", "--require", "max < 60s"]);
    assert!(
        ended.out.contains("without a --require of a success rate, `success_rate >= 99%` applies"),
        "{}",
        ended.out
    );
    let ended = place.run(&["closed", &busy, "-n", "20", "-c", "2", "--require", "success_rate >= 50%"]);
    assert!(ended.out.contains("FAILED: `success_rate >= 50%` was breached"), "{}", ended.out);
}

#[test]
fn each_repeat_is_shown_and_the_median_is_marked() {
    let ended = Place::new().run(&["closed", &server().url, "-n", "100", "-c", "2", "--repeat", "3"]);
    let runs: Vec<&str> = ended.out.lines().filter(|line| line.trim_start().starts_with("2 users")).collect();
    assert_eq!(runs.len(), 3, "{}", ended.out);
    assert_eq!(runs.iter().filter(|line| line.contains("this run is judged")).count(), 1, "{}", ended.out);
    assert!(ended.out.contains("the figures below are those of run "), "{}", ended.out);
}

#[test]
fn a_repeated_sweep_marks_the_median_of_each_level() {
    let ended = Place::new().run(&["sweep", &server().url, "-n", "60", "-c", "1,2", "--repeat", "3"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let rows = |level: &str| -> Vec<String> {
        ended.out.lines().filter(|line| line.trim_start().starts_with(level)).map(str::to_owned).collect()
    };
    for level in ["1 user ", "2 users "] {
        let rows = rows(level);
        assert_eq!(rows.len(), 3, "{}", ended.out);
        assert_eq!(rows.iter().filter(|row| row.contains("median")).count(), 1, "{}", ended.out);
    }
}

#[test]
fn servers_that_are_compared_are_named_by_what_distinguishes_them() {
    let server = server();
    let (fast, slow) = (format!("{}/", server.url), format!("{}/slow", server.url));
    let named = server.url.trim_start_matches("http://");
    let limit = format!("mean <= 150% of \"{named}/\"");
    let ended = Place::new().run(&["versus", &fast, &slow, "-d", "4s", "-c", "2", "--require", &limit]);
    assert_eq!(ended.code, 101, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains(&format!("{named}/slow")), "{}", ended.out);
    assert!(server.received_at("/") > 0 && server.received_at("/slow") > 0);
}

#[test]
fn as_json_the_record_is_alone_on_stdout() {
    let ended = Place::new().run(&["closed", &server().url, "-n", "50", "--json"]);
    let printed: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(printed, ended.record);
    assert_eq!((printed["schema"].as_str(), ended.counts()), (Some("proofload/run/1"), (50, 50)));
}

#[test]
fn quiet_prints_nothing_of_a_run_that_passed_and_all_of_one_that_did_not() {
    let place = Place::new();
    let url = server().url;
    let ended = place.run(&["closed", &url, "-n", "50", "--quiet"]);
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));
    let ended = place.run(&["closed", &format!("{url}/busy"), "-n", "50", "--quiet"]);
    assert!(ended.code == 101 && ended.out.contains("FAILED: no request succeeded"), "{}", ended.out);
}

#[test]
fn the_closing_lines_say_where_the_record_is_and_the_folder_stays_empty() {
    let place = Place::new();
    let ended = place.run(&["closed", &server().url, "-n", "50"]);
    let line = ended.out.lines().find_map(|line| line.strip_prefix("run record: ")).unwrap_or_default();
    assert!(std::path::Path::new(line).is_file(), "{}", ended.out);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left where the command ran");
}

#[test]
fn files_are_written_where_the_command_was_typed() {
    let place = Place::new();
    let files = ["--html=page.html", "--csv", "run", "--junit", "run.xml", "--requests-csv", "requests.csv"];
    let ended = place.run(&[&["closed", &server().url, "-n", "50"][..], &files].concat());
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    for name in ["page.html", "run_stats.csv", "run.xml", "requests.csv"] {
        assert!(place.path().join(name).is_file(), "{name} is missing: {}", ended.out);
    }
}
