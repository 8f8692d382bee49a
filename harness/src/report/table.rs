//! Text in columns.

use crate::text::{columns_of, one_line, without_commands};

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table of text. Nothing is wrapped or cut, because a long line can be scrolled and a cut one cannot be read.
#[derive(Debug)]
pub struct TextTable {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table with these headings; without a header line if all are empty.
    pub fn new<'a>(header: impl IntoIterator<Item = (&'a str, Align)>) -> TextTable {
        let header = header.into_iter().map(|(name, align)| (name.to_owned(), align)).collect();
        TextTable { header, rows: Vec::new() }
    }

    /// Adds a row, with a cell for each column; those that are missing are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// For a terminal: two spaces between columns, no rules, no trailing spaces.
    pub fn terminal(&self, indent: usize) -> String {
        let lines = self.padded(|cell| without_commands(&one_line(cell)).into_owned());
        let margin = " ".repeat(indent);
        lines.iter().map(|cells| format!("{margin}{}\n", cells.join("  ").trim_end())).collect()
    }

    /// A Markdown table. Cells with text from outside are made safe by the caller, who knows what is code in them.
    pub fn markdown(&self) -> String {
        let lines =
            self.padded(|cell| without_commands(&cell.replace(['\n', '\r'], " ").replace('|', "\\|")).into_owned());
        let rule = lines.first().map(|headings| self.markdown_rule(headings));
        let mut lines: Vec<_> = lines.iter().map(|cells| format!("| {} |\n", cells.join(" | "))).collect();
        if let Some(rule) = rule {
            lines.insert(1, rule);
        }
        lines.concat()
    }

    /// `|-----|----:|` below the headings, with a colon in right-aligned columns.
    fn markdown_rule(&self, headings: &[String]) -> String {
        let dashes = headings.iter().zip(&self.header).map(|(heading, (_, align))| match align {
            Align::Left => "-".repeat(columns_of(heading) + 2),
            Align::Right => format!("{}:", "-".repeat(columns_of(heading) + 1)),
        });
        format!("|{}|\n", dashes.collect::<Vec<_>>().join("|"))
    }

    /// The cells of each line, padded to the width of their column. The first line is the headings, unless all are empty.
    fn padded(&self, escape: impl Fn(&str) -> String) -> Vec<Vec<String>> {
        let headings = self.header.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        let has_headings = headings.iter().any(|name| !name.is_empty());
        let rows = self.rows.iter().map(|row| row.iter().map(String::as_str).collect());
        let lines = has_headings.then_some(headings).into_iter().chain(rows);
        let mut lines: Vec<Vec<String>> =
            lines.map(|cells: Vec<&str>| cells.into_iter().map(&escape).collect()).collect();
        for (column, (_, align)) in self.header.iter().enumerate() {
            let width =
                lines.iter().filter_map(|cells| cells.get(column)).map(|cell| columns_of(cell)).max().unwrap_or(0);
            for cells in &mut lines {
                if cells.len() == column {
                    cells.push(String::new());
                }
                let spaces = " ".repeat(width - columns_of(&cells[column]));
                match align {
                    Align::Left => cells[column].push_str(&spaces),
                    Align::Right => cells[column].insert_str(0, &spaces),
                }
            }
        }
        lines
    }
}

/// The text of a cell. A missing figure is a dash, never 0.
pub fn shown<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
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
    fn wide_characters_take_two_columns_and_missing_cells_none() {
        let mut columns = TextTable::new([("", Align::Left), ("", Align::Right), ("", Align::Left)]);
        columns.row(["日本", "1"].map(str::to_owned));
        columns.row(["fig", "10", "é"].map(str::to_owned));
        assert_eq!(columns.terminal(0), "日本   1\nfig   10  é\n");
    }

    #[test]
    fn markdown_aligns_numbers_and_escapes_bars() {
        let expected =
            "| fruit |     n | note |\n|-------|------:|------|\n| apple |     5 | red  |\n| fig   | 1,200 | a\\|b |\n";
        assert_eq!(fruit().markdown(), expected);
    }
}
