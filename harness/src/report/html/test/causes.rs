//! Failures by cause, and where they occurred.

use super::titled::titled;
use crate::measure::Measured;
use crate::outcome::figure;
use crate::report::causes;
use crate::report::html::escaped::name;
use crate::report::html::table::{Cells, HtmlTable};

pub(super) fn causes(measured: &Measured) -> String {
    let headings = [("cause", Cells::Words), ("requests", Cells::Figures), ("where", Cells::Words)];
    let mut table = HtmlTable::new("Failures by cause", &headings);
    let rows = causes::causes(&measured.total).into_iter().map(|cause| {
        let (label, endpoints) = cause.with_endpoints(measured);
        vec![name(&label), figure::count(cause.count), name(&endpoints)]
    });
    table.rows = rows.collect();
    titled("Failures by cause", table.html())
}
