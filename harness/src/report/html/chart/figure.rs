//! A chart on the page: its title, what it shows, the drawing and a table of its values.

use std::borrow::Cow;

use super::model::Chart;
use super::svg::{svg, swatch};
use super::thin::thin;
use crate::report::html::escaped::Escaped;
use crate::report::html::table::{Cells, HtmlTable, shown};

/// Rows of a table that is there without a script; with one it has them all.
const MOST_ROWS: usize = 8;

/// The charts, side by side where there is room.
pub(crate) fn figures(charts: &[Chart]) -> String {
    if charts.is_empty() {
        return String::new();
    }
    let figures: String = charts.iter().map(figure).collect();
    format!("<div class=charts>{figures}</div>\n")
}

fn figure(chart: &Chart) -> String {
    let (id, title) = (&chart.id, Escaped::line(chart.title));
    let legend = chart.lines.iter().map(|line| format!("<li>{}{}", swatch(line), Escaped::line(&line.name)));
    let legend: String = legend.collect();
    let still = if chart.x_labels.is_empty() { "" } else { " class=still" };
    format!(
        "<figure id={id}{still}><figcaption><h4>{title}</h4><p>{}</p></figcaption><ul class=legend>{legend}</ul>\
         <div class=chart>{}</div>{}</figure>\n",
        chart.says,
        svg(chart),
        details(chart)
    )
}

fn details(chart: &Chart) -> String {
    let lines: Vec<&[Option<f64>]> = chart.lines.iter().map(|line| line.values.as_slice()).collect();
    // The script does not fill the table of a chart with labels.
    let most = if chart.x_labels.is_empty() { MOST_ROWS } else { chart.xs.len() };
    let (xs, lines) = thin(&chart.xs, &lines, most);
    let headings = chart.lines.iter().map(|line| (Cow::Owned(Escaped::line(&line.name).to_string()), Cells::Figures));
    let row = |(index, x): (usize, &f64)| {
        let figures = chart.lines.iter().zip(&lines);
        let figures = figures.map(|(line, values)| shown(values[index], |value| line.unit.show(value)));
        let label = chart.x_labels.get(index).map(|label| Escaped::line(label).to_string());
        [label.unwrap_or_else(|| chart.x.unit.short(*x))].into_iter().chain(figures).collect()
    };
    let table = HtmlTable {
        label: Cow::Owned(format!("{}, as a table", Escaped::line(chart.title))),
        headings: [(Cow::Borrowed(chart.x.heading), Cells::Figures)].into_iter().chain(headings).collect(),
        rows: xs.iter().enumerate().map(row).collect(),
    };
    // Without a script it has the least and the greatest value of each interval.
    let part = match chart.xs.len() > most {
        true => format!(" (extremes of {} intervals)", xs.len() / 2),
        false => String::new(),
    };
    format!("<details><summary>Table<span class=part>{part}</span></summary>{}</details>", table.html())
}
