//! The history of each test as Apache Otava reads it, and the configuration that names the files.
//!
//! Otava reads one table for each test, and no cell of a figure may be empty. So a figure that one of the runs does not have, such as
//! p95 of few requests, is in the table and not in the configuration.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::cells::{Table, number, text};
use crate::outcome::timestamp::rfc3339;
use crate::report::trend::{TestTrend, TrendRun};

/// A figure of a run, with its column, and whether more of it is better.
type OtavaFigure = (&'static str, BetterWhen, fn(&TrendRun) -> Option<f64>);

const FIGURES: [OtavaFigure; 4] = [
    ("mean_s", BetterWhen::LessIsBetter, |run| run.mean_s),
    ("p50_s", BetterWhen::LessIsBetter, |run| run.p50_s),
    ("p95_s", BetterWhen::LessIsBetter, |run| run.p95_s),
    ("throughput_per_s", BetterWhen::MoreIsBetter, |run| run.throughput_per_s),
];

#[derive(Clone, Copy)]
enum BetterWhen {
    LessIsBetter,
    MoreIsBetter,
}

/// A file, whose name begins with the one that was asked for.
#[derive(Debug)]
pub(crate) struct OtavaFile {
    /// `history-agent-health.csv` beside `history.csv`.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A table for each test and the configuration, which comes first. `stem` is the file's name without its ending.
///
/// Of each test, the runs since the machine or the load last changed: a change of those is no change of the code.
pub(crate) fn files(stem: &str, trends: &[TestTrend]) -> Vec<OtavaFile> {
    let (mut config, mut names) = (String::from("tests:\n"), BTreeSet::new());
    let mut tables = Vec::new();
    for trend in trends {
        let runs = of_one_machine(&trend.runs);
        if runs.is_empty() {
            continue;
        }
        let name = file_name(stem, &trend.test, &mut names);
        describe(&mut config, &trend.test, &name, runs);
        tables.push(OtavaFile { name, text: table(runs) });
    }
    if tables.is_empty() {
        config = "tests: {}\n".to_owned();
    }
    [OtavaFile { name: format!("{stem}.yaml"), text: config }].into_iter().chain(tables).collect()
}

fn of_one_machine(runs: &[TrendRun]) -> &[TrendRun] {
    let from = runs.iter().rposition(TrendRun::begins_anew).unwrap_or_default();
    &runs[from..]
}

fn table(runs: &[TrendRun]) -> String {
    let columns: Vec<&str> = ["time", "commit", "run"].into_iter().chain(FIGURES.map(|(name, ..)| name)).collect();
    let mut table = Table::new(&columns);
    for run in runs {
        let figures = FIGURES.map(|(_, _, of)| number(of(run)));
        let commit = run.commit.clone().unwrap_or_default();
        table.row([rfc3339(run.time), text(&commit), text(&run.run)].into_iter().chain(figures));
    }
    table.into_text()
}

/// The entry of a test. A text in JSON is one in YAML, too.
fn describe(config: &mut String, test: &str, file: &str, runs: &[TrendRun]) {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let _ = write!(
        config,
        "  {}:\n    type: csv\n    file: {}\n    time_column: time\n    attributes: [commit, run]\n    metrics:\n",
        quoted(test),
        quoted(file)
    );
    let complete = FIGURES.iter().filter(|(_, _, of)| runs.iter().all(|run| of(run).is_some_and(f64::is_finite)));
    for (name, direction, _) in complete {
        let direction = match direction {
            BetterWhen::LessIsBetter => -1,
            BetterWhen::MoreIsBetter => 1,
        };
        let _ = writeln!(config, "      {name}: {{direction: {direction}}}");
    }
}

/// `history-agent-health.csv`; with a number if two tests would have the same name.
fn file_name(stem: &str, test: &str, names: &mut BTreeSet<String>) -> String {
    let words =
        test.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
    let short: String = words.collect::<Vec<_>>().join("-").chars().take(100).collect();
    let numbered = |number: usize| if number == 1 { short.clone() } else { format!("{short}-{number}") };
    let free = (1..).map(numbered).find(|name| !names.contains(name)).unwrap_or_default();
    names.insert(free.clone());
    format!("{stem}-{free}.csv")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::trend::tests::{trend, with_step};

    #[test]
    fn each_test_has_a_table_and_an_entry_of_the_configuration() {
        let files = files("history", &[trend(with_step(3, 2))]);
        assert_eq!(files[0].name, "history.yaml");
        let expected = "tests:\n  \"agent::health\":\n    type: csv\n    file: \"history-agent-health.csv\"\n    time_column: time\n    \
                        attributes: [commit, run]\n    metrics:\n      mean_s: {direction: -1}\n      p50_s: {direction: -1}\n      p95_s: \
                        {direction: -1}\n      throughput_per_s: {direction: 1}\n";
        assert_eq!(files[0].text, expected);
        assert_eq!(files[1].name, "history-agent-health.csv");
        let lines: Vec<&str> = files[1].text.lines().collect();
        assert_eq!(lines[0], "time,commit,run,mean_s,p50_s,p95_s,throughput_per_s");
        assert_eq!(lines[1], "2026-11-20T18:40:00.000Z,00000000b2cb837f00d5,0-7,0.1,0.1,0.2,10");
        assert_eq!(lines.len(), 4);
    }

    #[test]
    fn a_figure_that_a_run_does_not_have_is_an_empty_cell_and_not_analysed() {
        let mut trend = trend(with_step(3, 2));
        trend.runs[1].p95_s = None;
        let files = files("history", &[trend]);
        assert!(!files[0].text.contains("p95_s") && files[0].text.contains("mean_s"), "{}", files[0].text);
        assert!(files[1].text.lines().nth(2).unwrap().contains(",,"), "{}", files[1].text);
    }

    #[test]
    fn runs_on_another_machine_and_tests_without_runs_are_left_out_and_no_two_files_have_one_name() {
        let mut moved = trend(with_step(5, 9));
        moved.runs[3].new_machine = Some("cores 2 → 4".to_owned());
        let mut same = trend(with_step(2, 9));
        same.test = "agent::health!".to_owned();
        let files = files("h", &[moved, TestTrend::default(), same]);
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["h.yaml", "h-agent-health.csv", "h-agent-health-2.csv"]);
        assert_eq!(files[1].text.lines().count(), 3);
        assert_eq!(super::files("h", &[])[0].text, "tests: {}\n");
    }

    #[test]
    #[ignore = "writes files for scripts/otava-test"]
    fn the_history_of_a_test_that_became_slower_is_written_for_otava() {
        let Some(folder) = std::env::var_os("PROOFLOAD_CHECK_OTAVA").map(std::path::PathBuf::from) else { return };
        for file in files("history", &[trend(with_step(40, 25))]) {
            std::fs::write(folder.join(file.name), file.text).expect("the file can be written");
        }
    }
}
