//! Tables as CSV, and the texts of their cells.

use crate::measure::Summary;
use crate::outcome::TestReport;
use crate::outcome::figure::round_to;
use crate::text::may_be_formula;

/// The digits of a number: finer than any clock, without the noise of binary fractions.
const DIGITS: usize = 9;

/// A table under its header.
#[derive(Debug)]
pub(super) struct Table {
    writer: ::csv::Writer<Vec<u8>>,
}

impl Table {
    pub(super) fn new(header: &[&str]) -> Table {
        let mut table = Table { writer: ::csv::Writer::from_writer(Vec::new()) };
        table.row(header.iter().map(|name| (*name).to_owned()));
        table
    }

    /// Adds a row, whose cells are texts of [`text`], [`number`], [`milliseconds`] or whole numbers.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        // Written to memory. All rows of a table have the cells of its header.
        self.writer.write_record(cells).expect("a row with a cell for each column");
    }

    pub(super) fn into_text(self) -> String {
        let bytes = self.writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).expect("cells are UTF-8")
    }
}

/// A text from outside. One that a spreadsheet would run as a formula begins with an apostrophe.
pub(super) fn text(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let guard = if may_be_formula(text) && !is_number { "'" } else { "" };
    // Some readers end a text at NUL.
    format!("{guard}{}", text.replace('\0', "\\u{0}"))
}

/// A number; empty if it is missing.
pub(super) fn number(value: Option<f64>) -> String {
    let finite = value.filter(|value| value.is_finite());
    finite.map(|value| round_to(value, DIGITS).to_string()).unwrap_or_default()
}

/// A number of seconds in milliseconds.
pub(super) fn milliseconds(seconds: Option<f64>) -> String {
    number(seconds.map(|seconds| seconds * 1_000.0))
}

/// Method and path of an endpoint's name; no method if the name is not of that form.
pub(super) fn method_and_name(endpoint: &Summary) -> (&str, &str) {
    let is_method = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
    match endpoint.name.split_once(' ') {
        Some((method, path)) if is_method(method) && path.starts_with('/') => (method, path),
        _ => ("", &endpoint.name),
    }
}

/// The columns that say which test a row is of.
pub(super) const TEST_COLUMNS: [&str; 3] = ["Test", "Package", "Target"];

/// Their cells.
pub(super) fn of_test(test: &TestReport) -> [String; 3] {
    [text(&test.id.name), text(&test.id.package), text(&test.id.target)]
}
