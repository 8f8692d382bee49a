use std::sync::Arc;
use std::time::Duration;

use super::*;

/// The beginning of the run: 2026-11-26 08:00 UTC.
fn began() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_795_680_000_000)
}

fn at_us(us: u64) -> Option<Moment> {
    Some(Moment::after(Duration::from_micros(us)))
}

/// A request of user 3 that was due after 1.5 s, sent 20 µs later, and answered 1.25 ms and 1 ns after that.
fn ok() -> RequestRow {
    let done = Some(Moment::after(Duration::from_nanos(1_501_270_001)));
    let times = RequestRow::timed(at_us(1_500_000), at_us(1_500_020), done);
    RequestRow { endpoint: RowEndpoint::Number(0), user: Some(3), ..times }.answered(200, 12)
}

/// The file with these rows of a measurement that began after a second.
fn file(test: &str, rows: &[RequestRow], endpoint: &str, causes: &[&str]) -> String {
    let batch = RequestRows {
        origin: Moment::after(Duration::from_secs(1)),
        rows: rows.to_vec(),
        new_endpoints: vec![Arc::from(endpoint)],
        causes: causes.iter().map(|cause| (*cause).to_owned()).collect(),
        ..RequestRows::default()
    };
    let mut text = HEADER.to_owned();
    CsvLines::new(test, began()).add(&batch, 7, &mut text);
    text
}

/// As an independent reader sees it.
fn read(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_first_columns_are_those_that_other_programs_know() {
    assert_eq!(
        HEADER,
        "request_id,timestamp_ms,latency_ms,status_code,test,endpoint,user,fate,cause,intended_ms,sent_ms,bytes\n"
    );
}

#[test]
fn times_of_day_and_times_since_the_measurement_began_have_microseconds_and_what_is_judged_nanoseconds() {
    let text = file("agent::health", &[ok()], "GET /health", &[]);
    let line = text.lines().nth(1).unwrap();
    assert_eq!(line, "7,1795680001500.020,1.270001,200,agent::health,GET /health,3,ok,,500.000,500.020,12");
}

#[test]
fn what_is_not_known_is_an_empty_cell_and_not_zero() {
    let never_sent = RequestRow { fate: RowFate::NeverSent, ..RequestRow::timed(at_us(999_900), None, None) };
    let refused = RequestRow { fate: RowFate::Failed, cause: Some(0), answer: None, ..ok() };
    let timed_out = RequestRow { fate: RowFate::TimedOut, answer: None, user: None, ..ok() };
    let no_times = RequestRow { fate: RowFate::NeverSent, ..RequestRow::timed(None, None, None) };
    let text = file("t", &[never_sent, refused, timed_out, no_times], "GET /", &["connection refused"]);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "7,,,,t,,,never_sent,,-0.100,,",
            "8,1795680001500.020,1.270001,,t,GET /,3,failed,connection refused,500.000,500.020,12",
            "9,1795680001500.020,1.270001,,t,GET /,,timed_out,timed out,500.000,500.020,12",
            "10,,,,t,,,never_sent,,,,",
        ]
    );
}

#[test]
fn an_iteration_that_sent_nothing_has_its_own_name() {
    let iteration = RequestRow { endpoint: RowEndpoint::Iteration, ..ok() };
    assert_eq!(read(&file("t", &[iteration], "GET /", &[]))[1][5], "iteration");
}

#[test]
fn names_from_outside_are_read_back_as_they_were_and_a_spreadsheet_runs_none_of_them() {
    let hostile = [
        "a,b",
        "a \"quoted\" b",
        "a\nb\r\nc",
        "",
        " ",
        "'",
        "naïve 写",
        "a\0b",
        "</script><!--",
        "\u{202e}right to left",
    ];
    for name in hostile {
        let failed = RequestRow { fate: RowFate::Failed, cause: Some(0), ..ok() };
        let read = read(&file(name, &[failed, ok()], name, &[name]));
        assert_eq!(read.len(), 3, "{name:?}");
        assert!(read.iter().all(|record| record.len() == 12), "{name:?}");
        assert_eq!((&*read[1][4], &*read[1][5], &*read[1][8]), (name, name, name));
        assert_eq!(&read[2][11], "12", "{name:?}");
    }
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "=A1,\"x\""] {
        let read = read(&file(formula, &[ok()], formula, &[]));
        assert_eq!((&*read[1][4], &*read[1][5]), (&*format!("'{formula}"), &*format!("'{formula}")));
    }
}

#[test]
fn endpoints_are_those_of_the_worker_also_in_its_later_batches() {
    let mut lines = CsvLines::new("t", began());
    let mut text = String::new();
    let number = |number| RequestRow { endpoint: RowEndpoint::Number(number), ..ok() };
    let batch = |worker, names: &[&str], rows: &[RequestRow]| RequestRows {
        worker,
        new_endpoints: names.iter().map(|name| Arc::from(*name)).collect(),
        rows: rows.to_vec(),
        ..RequestRows::default()
    };
    lines.add(&batch(1, &["GET /a"], &[number(0)]), 1, &mut text);
    lines.add(&batch(0, &["GET /x", "GET /y"], &[number(1)]), 2, &mut text);
    lines.add(&batch(1, &["GET /b"], &[number(1), number(0)]), 3, &mut text);
    let seen: Vec<_> = read(&text).into_iter().map(|record| (record[0].clone(), record[5].clone())).collect();
    let expected = [("1", "GET /a"), ("2", "GET /y"), ("3", "GET /b"), ("4", "GET /a")];
    assert_eq!(seen, expected.map(|(id, name)| (id.to_owned(), name.to_owned())));
    assert_eq!(lines.next_id(), 5);
}
