//! Each request of a run as a line of CSV: [`CsvLines`].
//!
//! Written by hand and not by a crate for CSV: a run has 50,000 lines a second and more, on the cores of the load, and of a
//! line's cells only three are text, which is the same in thousands of lines and is quoted once.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::measure::{Moment, RequestRow, RequestRows, RowEndpoint, RowFate};
use crate::text::may_be_formula;

/// The first line of a file. Programs that read such files know the first four columns in this order.
pub(crate) const HEADER: &str = "request_id,timestamp_ms,latency_ms,status_code,test,endpoint,user,fate,cause,\
                                 intended_ms,sent_ms,bytes\n";

/// The first line of a file in which a test has classes of users: the column follows the others.
pub(crate) fn header(has_classes: bool) -> String {
    if has_classes { format!("{},class\n", HEADER.trim_end()) } else { HEADER.to_owned() }
}

const NS_PER_US: u64 = 1_000;
const NS_PER_MS: u64 = 1_000_000;

/// The lines of one run.
#[derive(Debug)]
pub(crate) struct CsvLines {
    /// The cell with the name of the test.
    test: String,
    began_ns: u64,
    next_id: u64,
    /// For each worker, the cells with the names of its endpoints.
    endpoints: Vec<Vec<String>>,
    /// The cells with the causes of the batch.
    causes: Vec<String>,
    /// A line has a cell for the class of its user.
    has_classes: bool,
}

impl CsvLines {
    /// The lines of a run of `test` that began at this time of day.
    pub(crate) fn new(test: &str, began: SystemTime) -> CsvLines {
        let began = began.duration_since(UNIX_EPOCH).unwrap_or_default();
        CsvLines {
            test: cell(test),
            began_ns: u64::try_from(began.as_nanos()).unwrap_or(u64::MAX),
            next_id: 1,
            endpoints: Vec::new(),
            causes: Vec::new(),
            has_classes: false,
        }
    }

    /// The same in a file with a column for the class of users.
    pub(crate) fn with_classes(self, has_classes: bool) -> CsvLines {
        CsvLines { has_classes, ..self }
    }

    /// The number of the next line.
    pub(crate) fn next_id(&self) -> u64 {
        self.next_id
    }

    /// Adds a line to `text` for each row, numbered from `first_id`.
    pub(crate) fn add(&mut self, batch: &RequestRows, first_id: u64, text: &mut String) {
        self.next_id = first_id;
        if self.endpoints.len() <= batch.worker {
            self.endpoints.resize_with(batch.worker + 1, Vec::new);
        }
        self.endpoints[batch.worker].extend(batch.new_endpoints.iter().map(|name| cell(name)));
        self.causes.clear();
        self.causes.extend(batch.causes.iter().map(|cause| cell(cause)));
        for row in &batch.rows {
            self.add_row(row, batch, text);
            self.next_id += 1;
        }
    }

    fn add_row(&self, row: &RequestRow, batch: &RequestRows, text: &mut String) {
        push_number(text, self.next_id);
        text.push(',');
        if let Some(sent) = row.sent {
            push_ms(text, self.began_ns.saturating_add(sent.ns()), Digits::Microseconds);
        }
        text.push(',');
        if let Some(response_ns) = row.response_ns() {
            push_ms(text, response_ns, Digits::Nanoseconds);
        }
        text.push(',');
        if let Some(status) = row.status() {
            push_number(text, status.into());
        }
        text.push(',');
        text.push_str(&self.test);
        text.push(',');
        text.push_str(self.endpoint(row.endpoint, batch.worker));
        text.push(',');
        if let Some(user) = row.user {
            push_number(text, user.into());
        }
        text.push(',');
        text.push_str(row.fate.name());
        text.push(',');
        text.push_str(self.cause(row));
        for moment in [row.intended, row.sent] {
            text.push(',');
            if let Some(moment) = moment {
                push_since(text, moment, batch.origin);
            }
        }
        text.push(',');
        if let Some(bytes) = row.bytes() {
            push_number(text, bytes);
        }
        if self.has_classes {
            text.push(',');
            // A class has the name of a function, which needs no quotes.
            text.push_str(batch.class.as_deref().unwrap_or_default());
        }
        text.push('\n');
    }

    fn endpoint(&self, endpoint: RowEndpoint, worker: usize) -> &str {
        match endpoint {
            RowEndpoint::None => "",
            RowEndpoint::Iteration => "iteration",
            RowEndpoint::Number(number) => self.endpoints[worker].get(number as usize).map_or("", String::as_str),
        }
    }

    fn cause(&self, row: &RequestRow) -> &str {
        let cause = row.cause.and_then(|cause| self.causes.get(cause as usize));
        // The record counts these under the same texts.
        let usual = match row.fate {
            RowFate::TimedOut => "timed out",
            _ => "",
        };
        cause.map_or(usual, String::as_str)
    }
}

/// Digits behind the point of a time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    /// Three.
    Microseconds,
    /// Six: a time that is judged is written as it is.
    Nanoseconds,
}

/// `text` as a cell of a line that has further cells.
pub(crate) fn cell(text: &str) -> String {
    let guard = if may_be_formula(text) { "'" } else { "" };
    if !text.contains(['"', ',', '\n', '\r']) {
        return format!("{guard}{text}");
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// The time from `origin` to `moment`, which may be earlier.
fn push_since(text: &mut String, moment: Moment, origin: Moment) {
    let (moment_ns, origin_ns) = (moment.ns(), origin.ns());
    if moment_ns < origin_ns {
        text.push('-');
    }
    push_ms(text, moment_ns.abs_diff(origin_ns), Digits::Microseconds);
}

/// Milliseconds with a fraction.
fn push_ms(text: &mut String, time_ns: u64, digits: Digits) {
    let (unit_ns, places) = match digits {
        Digits::Microseconds => (NS_PER_US, 3),
        Digits::Nanoseconds => (1, 6),
    };
    let (units, per_ms) = (time_ns / unit_ns, NS_PER_MS / unit_ns);
    push_number(text, units / per_ms);
    text.push('.');
    push_digits::<6>(text, units % per_ms, places);
}

fn push_number(text: &mut String, number: u64) {
    let places = number.checked_ilog10().map_or(1, |log| log as usize + 1);
    push_digits::<20>(text, number, places);
}

/// So many last digits of `number`, with zeros in front.
fn push_digits<const MOST: usize>(text: &mut String, mut number: u64, places: usize) {
    let mut digits = [b'0'; MOST];
    let digits = &mut digits[..places];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text.push_str(str::from_utf8(digits).unwrap_or_default());
}

#[cfg(test)]
mod tests;
