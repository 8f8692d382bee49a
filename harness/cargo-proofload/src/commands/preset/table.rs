//! The CSV file of a batch: a row for each time that a load was offered.

use proofload::__command::may_be_formula;
use proofload::record::{Measured, TimeSummary};

use super::part::PresetLoad;
use super::rows::{PresetRow, by_load, word};

/// What all rows of a batch share.
#[derive(Debug, Clone)]
pub(super) struct PresetBatch {
    pub(super) profile: &'static str,
    /// `20261126T190500Z`
    pub(super) timestamp: String,
    pub(super) url: String,
}

impl PresetBatch {
    /// `preset_smoke_20261126T190500Z.csv`
    pub(super) fn file_name(&self) -> String {
        format!("preset_{}_{}.csv", self.profile, self.timestamp)
    }
}

const COLUMNS: [&str; 35] = [
    "timestamp",
    "profile",
    "url",
    "mode",
    "users",
    "share_of_best",
    "repeat",
    "is_median",
    "outcome",
    "target_rate_per_s",
    "achieved_rate_per_s",
    "measured_s",
    "requests",
    "ok",
    "errors",
    "failed",
    "timed_out",
    "in_flight_at_end",
    "never_sent",
    "success_rate",
    "mean_s",
    "min_s",
    "p50_s",
    "p75_s",
    "p90_s",
    "p95_s",
    "p99_s",
    "p999_s",
    "max_s",
    "service_p50_s",
    "service_p95_s",
    "service_p99_s",
    "pool_wait_p95_s",
    "bytes_received",
    "reason",
];

/// The whole file. Times are response times unless their name says otherwise; a missing number is an empty cell.
pub(super) fn csv_of(batch: &PresetBatch, rows: &[PresetRow<'_>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Written to memory, each row with a cell for each column.
    writer.write_record(COLUMNS).expect("the header");
    let loads = by_load(rows);
    for row in rows {
        let load = loads.iter().find(|load| load.load == row.offer.load);
        let median = load.and_then(|load| load.median()).map(|median| median.offer);
        writer.write_record(cells(batch, row, median == Some(row.offer))).expect("a row of that many cells");
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn cells(batch: &PresetBatch, row: &PresetRow<'_>, is_median: bool) -> Vec<String> {
    let (mode, users, share, target) = match row.offer.load {
        PresetLoad::Users(users) => ("closed_sweep", users.to_string(), String::new(), String::new()),
        PresetLoad::Share { share, rate_per_s } => {
            ("open_loop", String::new(), share.to_string(), rate_per_s.to_string())
        }
    };
    let measured = row.measured();
    let mut cells =
        vec![batch.timestamp.clone(), batch.profile.to_owned(), text(&batch.url), mode.to_owned(), users, share];
    cells.extend([row.offer.repeat.to_string(), is_median.to_string(), word(row.test.outcome)]);
    cells.extend([
        target,
        number(row.throughput_per_s()),
        // Rounded once, as the record has it.
        number(measured.map(|measured| measured.span.as_nanos() as f64 / 1e9)),
    ]);
    cells.extend(counts(measured));
    cells.extend(times(measured));
    cells.push(measured.map(|measured| measured.total.bytes_received.to_string()).unwrap_or_default());
    cells.push(text(row.test.reason.as_deref().unwrap_or_default()));
    cells
}

fn counts(measured: Option<&Measured>) -> [String; 8] {
    let Some(measured) = measured else { return Default::default() };
    let counts = &measured.total.requests;
    let numbers = [
        counts.intended,
        counts.ok,
        counts.not_ok(),
        counts.failed,
        counts.timed_out,
        counts.in_flight_at_end,
        counts.never_sent,
    ];
    let mut cells = numbers.map(|number| number.to_string()).to_vec();
    cells.push(number(measured.total.success_rate));
    cells.try_into().expect("seven counts and a rate")
}

fn times(measured: Option<&Measured>) -> [String; 13] {
    let Some(measured) = measured else { return Default::default() };
    let TimeSummary { mean_s, min_s, p50_s, p75_s, p90_s, p95_s, p99_s, p999_s, max_s, .. } =
        measured.total.response_time;
    let service = &measured.total.service_time;
    let waited = measured.generator.pool_wait.as_ref().and_then(|wait| wait.p95_s);
    let figures = [mean_s, min_s, p50_s, p75_s, p90_s, p95_s, p99_s, p999_s, max_s];
    let figures = figures.into_iter().chain([service.p50_s, service.p95_s, service.p99_s, waited]);
    figures.map(number).collect::<Vec<_>>().try_into().expect("nine times, three of the server, and a wait")
}

/// With every digit of the record.
fn number(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map(|value| value.to_string()).unwrap_or_default()
}

/// One that a spreadsheet would run as a formula begins with an apostrophe.
fn text(text: &str) -> String {
    format!("{}{text}", if may_be_formula(text) { "'" } else { "" })
}
