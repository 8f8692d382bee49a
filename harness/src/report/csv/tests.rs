//! What a reader of the tables finds.

use super::files;
use crate::measure::{ChartSlice, ChartSlices, SliceTimes, TimeSummary};
use crate::outcome::{RunReport, TestReport, samples};
use crate::report::record;

fn run_of(tests: Vec<TestReport>) -> RunReport {
    RunReport { tests, ..samples::run() }
}

fn text(run: &RunReport, suffix: &str) -> String {
    files(run).into_iter().find(|file| file.suffix == suffix).expect("one of the files").text
}

/// Each row of a table as its reader gives it: by column.
fn rows(text: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| row.expect("a row with a cell for each column"));
    rows.map(|row| header.iter().zip(row.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect())
        .collect()
}

fn cell<'a>(row: &'a [(String, String)], column: &str) -> &'a str {
    &row.iter().find(|(name, _)| name == column).unwrap_or_else(|| panic!("no column {column}")).1
}

#[test]
fn the_tables_of_a_closed_and_an_open_test() {
    let run =
        run_of(vec![samples::failed(), samples::open(), samples::errored(), samples::ignored(), samples::valued()]);
    let all: Vec<String> = files(&run).map(|file| format!("{}\n{}", file.suffix, file.text)).into();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn the_tables_of_a_record_are_those_of_the_run() {
    let run = run_of(vec![samples::failed(), samples::open()]);
    let read = record::parse(&record::to_json(&run)).expect("our own record");
    assert_eq!(files(&read), files(&run));
}

#[test]
fn the_requests_of_a_row_are_those_that_were_sent_and_the_rest_has_a_column() {
    let mut test = samples::passed();
    let requests = &mut test.measured.as_mut().expect("figures").total.requests;
    (requests.intended, requests.never_sent, requests.in_flight_at_end) = (5_030, 20, 10);
    let rows = rows(&text(&run_of(vec![test]), "_stats.csv"));
    let of = |column| cell(&rows[1], column);
    assert_eq!((of("Name"), of("Request Count"), of("Failure Count")), ("Aggregated", "5010", "10"));
    assert_eq!((of("Never Sent"), of("In Flight At End"), of("Requests/s")), ("20", "10", "501"));
}

#[test]
fn what_is_missing_is_an_empty_cell_and_not_0() {
    let mut test = samples::passed();
    let measured = test.measured.as_mut().expect("figures");
    measured.total.response_time = TimeSummary::of([std::time::Duration::from_millis(3)]);
    measured.span = std::time::Duration::ZERO;
    measured.total.throughput_per_s = None;
    let rows = rows(&text(&run_of(vec![test]), "_stats.csv"));
    for column in ["Average Content Size", "Median Response Time", "Requests/s", "Failures/s", "99%", "OK Requests/s"] {
        assert_eq!(cell(&rows[1], column), "", "{column}");
    }
    assert_eq!((cell(&rows[1], "Max Response Time"), cell(&rows[1], "100%")), ("3", "3"));
}

#[test]
fn history_has_a_row_for_each_slice_with_what_ended_so_far() {
    let slice = |at_s, ok, failed| {
        let response_time = SliceTimes { max_s: Some(0.25), p95_s: Some(0.2), ..SliceTimes::default() };
        ChartSlice { at_s, sent: ok, ok, failed, response_time, ..ChartSlice::default() }
    };
    let mut test = samples::passed();
    let slices = vec![slice(0.0, 40, 0), slice(0.1, 30, 10)];
    test.measured.as_mut().expect("figures").slices = ChartSlices { length_s: Some(0.1), slices };
    let rows = rows(&text(&run_of(vec![test]), "_stats_history.csv"));
    let of = |column| cell(&rows[1], column);
    assert_eq!((of("Requests/s"), of("Failures/s"), of("95%"), of("100%")), ("400", "100", "200", "250"));
    assert_eq!((of("Total Request Count"), of("Total Failure Count"), of("User Count")), ("80", "10", "100"));
    assert_eq!((of("Seconds Since Start"), of("Slice Seconds"), of("50%")), ("0.1", "0.1", ""));
}

#[test]
fn a_record_without_slices_has_a_row_for_each_second() {
    let rows = rows(&text(&run_of(vec![samples::passed()]), "_stats_history.csv"));
    assert_eq!((rows.len(), cell(&rows[0], "Slice Seconds"), cell(&rows[0], "Requests/s")), (2, "1", "5000"));
}

/// As a spreadsheet shows it: the apostrophe says that the cell is text.
#[test]
fn a_spreadsheet_runs_no_cell() {
    let formulas = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-"];
    for formula in formulas {
        assert_eq!(super::cells::text(formula), format!("'{formula}"), "{formula}");
    }
    for harmless in ["-12.5", "+3", "GET /a", "a=b", "", "'=1"] {
        assert_eq!(super::cells::text(harmless), harmless);
    }
}

#[test]
fn cells_read_back_as_they_were_whatever_is_in_them() {
    let hostile = "POST /a,b\"c\"\r\nd\u{1b}[2J;\u{202e}é,";
    let mut test = samples::failed();
    test.id.name = format!("={hostile}");
    let measured = test.measured.as_mut().expect("figures");
    measured.endpoints[0].name = hostile.to_owned();
    measured.endpoints[0].failures = [(hostile.to_owned(), 7)].into();
    let run = run_of(vec![test]);
    let stats = rows(&text(&run, "_stats.csv"));
    assert_eq!(cell(&stats[0], "Type"), "POST");
    assert_eq!(cell(&stats[0], "Name"), hostile.strip_prefix("POST ").expect("its method"));
    assert_eq!(cell(&stats[0], "Test"), format!("'={hostile}"));
    let failures = rows(&text(&run, "_failures.csv"));
    assert_eq!((cell(&failures[0], "Error"), cell(&failures[0], "Occurrences")), (hostile, "7"));
}

#[test]
fn classes_of_users_have_rows_of_their_own_and_a_column_that_other_runs_do_not_have() {
    let rows = rows(&text(&run_of(vec![samples::mixed(), samples::passed()]), "_stats.csv"));
    let of =
        |row: &Vec<(String, String)>| ["Class", "Name", "Request Count"].map(|column| cell(row, column).to_owned());
    let expected = [
        ["everyday", "/health", "4000"],
        ["everyday", "Aggregated", "4000"],
        ["busy", "/busy", "1000"],
        ["busy", "Aggregated", "1000"],
        ["", "/health", "5000"],
        ["", "Aggregated", "5000"],
        ["", "/health", "5000"],
        ["", "Aggregated", "5000"],
    ];
    assert_eq!(rows.iter().map(of).collect::<Vec<_>>(), expected.map(|row| row.map(str::to_owned)));
    assert!(!text(&run_of(vec![samples::passed()]), "_stats.csv").contains("Class"));
}
