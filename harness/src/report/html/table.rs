//! Tables: a heading for each column and for each row.

use std::borrow::Cow;

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    Words,
    Figures,
}

/// A table. Its headings and cells are HTML already; the first cell of a row is its heading.
pub(super) struct HtmlTable<'t> {
    /// What the table holds, for those who hear it.
    pub(super) label: Cow<'t, str>,
    pub(super) headings: Vec<(Cow<'t, str>, Cells)>,
    pub(super) rows: Vec<Vec<String>>,
}

impl<'t> HtmlTable<'t> {
    pub(super) fn new(label: &'t str, headings: &[(&'t str, Cells)]) -> HtmlTable<'t> {
        let headings = headings.iter().map(|(heading, cells)| (Cow::Borrowed(*heading), *cells)).collect();
        HtmlTable { label: Cow::Borrowed(label), headings, rows: Vec::new() }
    }

    /// The table in an element that scrolls where the page is narrow; nothing without a row.
    pub(super) fn html(&self) -> String {
        self.html_with("")
    }

    /// With `attributes` of the table.
    pub(super) fn html_with(&self, attributes: &str) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let headings = self.headings.iter().map(|(heading, cells)| match cells {
            Cells::Words => format!("<th>{heading}"),
            Cells::Figures => format!("<th class=n>{heading}"),
        });
        let headings: String = headings.collect();
        let rows: String = self.rows.iter().map(|row| self.row(row)).collect();
        // The end tags of rows and cells may be left out, and are a third of a long table.
        format!(
            "<div class=wide role=region tabindex=0 aria-label=\"{}\"><table{attributes}><thead><tr>{headings}<tbody>{rows}\
             </table></div>\n",
            self.label
        )
    }

    /// The style sheet takes a cell for a figure unless it says that it has words, and a row's heading for words.
    fn row(&self, row: &[String]) -> String {
        let cells =
            row.iter().zip(&self.headings).enumerate().map(|(index, (cell, (_, cells)))| match (index, cells) {
                (0, Cells::Words) => format!("<th>{cell}"),
                (0, Cells::Figures) => format!("<th class=n>{cell}"),
                (_, Cells::Words) => format!("<td class=w>{cell}"),
                (_, Cells::Figures) => format!("<td>{cell}"),
            });
        format!("<tr>{}\n", cells.collect::<String>())
    }
}

/// The text of a cell. A missing figure is a dash, never 0.
pub(super) fn shown<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
    figure.map_or_else(|| "-".to_owned(), show)
}

/// A list of terms with what each is; what is `None` is left out.
pub(super) fn terms(terms: impl IntoIterator<Item = (&'static str, Option<String>)>) -> String {
    let known = terms.into_iter().filter_map(|(term, text)| Some((term, text?)));
    let list: String = known.map(|(term, text)| format!("<div><dt>{term}<dd>{text}</div>")).collect();
    if list.is_empty() { list } else { format!("<dl>{list}</dl>\n") }
}
