//! Text in columns. Only this file uses the `comfy-table` crate.

use comfy_table::presets::{ASCII_MARKDOWN, NOTHING};
use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::text::{one_line, without_commands};

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table of text. Nothing is wrapped or cut, because a long line can be scrolled and a cut one cannot be read.
#[derive(Debug)]
pub(super) struct TextTable {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table with these headings; without a header line if all are empty.
    pub(super) fn new<'a>(header: impl IntoIterator<Item = (&'a str, Align)>) -> TextTable {
        let header = header.into_iter().map(|(name, align)| (name.to_owned(), align)).collect();
        TextTable { header, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// For a terminal: two spaces between columns, no rules, no trailing spaces.
    pub(super) fn terminal(&self, indent: usize) -> String {
        let table = self.lay_out(NOTHING, |cell| without_commands(&one_line(cell)).into_owned());
        // Instead of the padding that the library puts before the first column.
        let margin = " ".repeat(indent);
        let lines =
            table.lines().map(|line| format!("{margin}{}\n", line.strip_prefix(' ').unwrap_or(&line).trim_end()));
        lines.collect()
    }

    /// A Markdown table. Cells with text from outside are made safe by the caller, who knows what is code in them.
    pub(super) fn markdown(&self) -> String {
        let table = self.lay_out(ASCII_MARKDOWN, |cell| {
            without_commands(&cell.replace(['\n', '\r'], " ").replace('|', "\\|")).into_owned()
        });
        let lines: Vec<String> = table.lines().collect();
        let aligned = |(index, line): (usize, &String)| match index {
            1 => self.markdown_rule(line),
            _ => line.clone(),
        };
        lines.iter().enumerate().map(|entry| format!("{}\n", aligned(entry).trim_end())).collect()
    }

    /// Turns `|------|` into `|-----:|` for right-aligned columns.
    fn markdown_rule(&self, line: &str) -> String {
        let parts = line.trim_matches('|').split('|').zip(&self.header);
        let parts = parts.map(|(dashes, (_, align))| match align {
            Align::Left => dashes.to_owned(),
            Align::Right => format!("{}:", &dashes[..dashes.len().saturating_sub(1)]),
        });
        format!("|{}|", parts.collect::<Vec<_>>().join("|"))
    }

    fn lay_out(&self, style: comfy_table::TableStyle, escape: impl Fn(&str) -> String) -> Table {
        let mut table = Table::new();
        table.load_style(style).set_content_arrangement(ContentArrangement::Disabled);
        if self.header.iter().any(|(name, _)| !name.is_empty()) {
            table.set_header(self.header.iter().map(|(name, _)| escape(name)));
        }
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| escape(cell)));
        }
        for (column, (_, align)) in table.column_iter_mut().zip(&self.header) {
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        table
    }
}

/// The text of a cell. A missing figure is a dash, never 0.
pub(super) fn shown<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
    figure.map_or_else(|| "-".to_owned(), show)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fruit() -> TextTable {
        let mut columns = TextTable::new([("fruit", Align::Left), ("n", Align::Right), ("note", Align::Left)]);
        columns.row(["apple", "5", "red"].map(str::to_owned));
        columns.row(["fig", "1,200", "a|b"].map(str::to_owned));
        columns
    }

    #[test]
    fn terminal_columns_line_up_and_leave_no_space_at_the_end() {
        let expected = "  fruit      n  note\n  apple      5  red\n  fig    1,200  a|b\n";
        assert_eq!(fruit().terminal(2), expected);
    }

    #[test]
    fn markdown_aligns_numbers_and_escapes_bars() {
        let expected =
            "| fruit |     n | note |\n|-------|------:|------|\n| apple |     5 | red  |\n| fig   | 1,200 | a\\|b |\n";
        assert_eq!(fruit().markdown(), expected);
    }
}
