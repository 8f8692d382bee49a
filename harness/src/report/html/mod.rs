//! The report of a run as one HTML page, rendered from its record alone.
//!
//! The page can be read without script and style, because CI servers switch them off: tables and drawings come first. Where
//! scripts run, [uPlot](https://github.com/leeoniya/uPlot) replaces the drawings. Its policy lets it load nothing, and run
//! nothing but its own script, so that a name in the record could not do harm even if it were not escaped.

mod chart;
mod environment;
mod escaped;
mod margin;
mod outcomes;
mod page;
mod policy;
mod table;
mod test;
mod tests_table;
mod trends;
mod verdict;

pub use page::{render, render_with};
