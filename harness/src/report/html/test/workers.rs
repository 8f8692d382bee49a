//! The processes that offered a test's load together.

use super::titled::titled;
use crate::measure::Measured;
use crate::report::html::escaped::{Escaped, name};
use crate::report::html::table::{Cells, HtmlTable};
use crate::report::table::Align;
use crate::report::workers::{HEADINGS, notes, rows};

/// A table that opens on demand; nothing if one process offered the load.
pub(super) fn workers(measured: &Measured) -> String {
    if measured.workers.is_empty() {
        return String::new();
    }
    let headings = HEADINGS.map(|(heading, align)| match align {
        Align::Left => (heading, Cells::Words),
        Align::Right => (heading, Cells::Figures),
    });
    let mut table = HtmlTable::new("Workers", &headings);
    table.rows = rows(measured).iter().map(|row| row.iter().map(|cell| name(cell)).collect()).collect();
    let notes = notes(measured).into_iter().map(|note| format!("<p class=muted>{}</p>\n", Escaped::line(&note)));
    let count = measured.workers.len();
    let summary = format!("{count} process{}", if count == 1 { "" } else { "es" });
    let content =
        format!("<details><summary>{summary}</summary>{}{}</details>\n", table.html(), notes.collect::<String>());
    titled("Workers", content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn html(test: &crate::outcome::TestReport) -> String {
        test.measured.as_ref().map(workers).unwrap_or_default()
    }

    #[test]
    fn each_worker_has_a_row_with_its_machine() {
        let html = html(&samples::of_workers());
        assert!(html.contains("<h3>Workers</h3>\n<details><summary>3 processes</summary>"), "{html}");
        assert_eq!(html.matches("<tr>").count(), 4, "{html}");
        assert!(html.contains("<bdi>2 (lost)</bdi>") && html.contains("<bdi>node-b</bdi>"), "{html}");
    }

    #[test]
    fn the_name_of_a_machine_is_no_markup() {
        let mut test = samples::of_workers();
        let measured = test.measured.as_mut().expect("measured");
        measured.workers[0].facts.machine = "<script>".to_owned();
        assert!(html(&test).contains("&lt;script&gt;") && !html(&test).contains("<script>"), "{}", html(&test));
    }

    #[test]
    fn a_load_of_one_process_has_no_table_of_workers() {
        assert_eq!(html(&samples::passed()), "");
    }
}
