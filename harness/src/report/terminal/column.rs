//! The columns of the benchmark table, as `--columns` and `--sort` name them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::measure::Summary;
use crate::metric::Percentile;
use crate::outcome::figure;
use crate::suggest::did_you_mean;

/// A column of the benchmark table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Shortest time.
    Min,
    /// Longest time.
    Max,
    /// Arithmetic mean.
    Mean,
    /// Standard deviation.
    Stddev,
    /// The 50th percentile.
    Median,
    /// Any percentile: `p95`, `p99.9`.
    Percentile(Percentile),
    /// Iterations each second.
    Ops,
    /// How many iterations were measured.
    Rounds,
}

/// What the rows of the benchmark table are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// In the order in which they ran.
    Run,
    /// By name.
    Name,
    /// By the figure of a column, the smallest first.
    By(Column),
}

/// A word that is not a column.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown column `{word}`{suggestion} (columns: {})", Column::NAMES.join(", "))]
pub struct UnknownColumn {
    /// The word as written.
    pub word: String,
    /// `, did you mean …?` or nothing.
    pub suggestion: String,
}

impl Column {
    /// The names as written; `pN` stands for every percentile.
    pub const NAMES: [&'static str; 8] = ["min", "max", "mean", "stddev", "median", "pN", "ops", "rounds"];

    /// The columns shown when none are chosen: `min mean max stddev median p95 p99 ops rounds`.
    pub fn default_columns() -> Vec<Column> {
        let percentiles = [95.0, 99.0].into_iter().filter_map(Percentile::new).map(Column::Percentile);
        let first = [Column::Min, Column::Mean, Column::Max, Column::Stddev, Column::Median];
        first.into_iter().chain(percentiles).chain([Column::Ops, Column::Rounds]).collect()
    }

    /// The column's figure; `None` where there is no data.
    pub(super) fn figure(self, iteration: &Summary) -> Option<f64> {
        let times = &iteration.response_time;
        match self {
            Column::Min => times.min_s,
            Column::Max => times.max_s,
            Column::Mean => times.mean_s,
            Column::Stddev => times.stddev_s,
            Column::Median => times.percentile_s(Percentile::new(50.0)?),
            Column::Percentile(percentile) => figure::percentile_s(times, percentile.percent()),
            Column::Ops => iteration.throughput_per_s,
            Column::Rounds => Some(times.samples as f64),
        }
    }
}

/// Reads `min,max,p95`.
///
/// # Errors
/// A word that is not a column, with the nearest that is.
pub fn parse_columns(list: &str) -> Result<Vec<Column>, UnknownColumn> {
    list.split(',').map(str::trim).map(str::parse).collect()
}

impl FromStr for Column {
    type Err = UnknownColumn;

    fn from_str(word: &str) -> Result<Column, UnknownColumn> {
        let column = match word {
            "min" => Column::Min,
            "max" => Column::Max,
            "mean" => Column::Mean,
            "stddev" => Column::Stddev,
            "median" => Column::Median,
            "ops" => Column::Ops,
            "rounds" => Column::Rounds,
            _ => match word.parse() {
                Ok(percentile) => Column::Percentile(percentile),
                Err(_) => return Err(unknown(word, &[])),
            },
        };
        Ok(column)
    }
}

impl FromStr for Sort {
    type Err = UnknownColumn;

    fn from_str(word: &str) -> Result<Sort, UnknownColumn> {
        match word {
            "run" => Ok(Sort::Run),
            "name" => Ok(Sort::Name),
            _ => word.parse().map(Sort::By).map_err(|_: UnknownColumn| unknown(word, &["name", "run"])),
        }
    }
}

fn unknown(word: &str, more: &[&str]) -> UnknownColumn {
    let suggestion = match word {
        "avg" | "average" => ", did you mean `mean`?".to_owned(),
        "std" | "sd" => ", did you mean `stddev`?".to_owned(),
        "iterations" | "samples" => ", did you mean `rounds`?".to_owned(),
        _ => did_you_mean(word, Column::NAMES.into_iter().chain(more.iter().copied())),
    };
    UnknownColumn { word: word.to_owned(), suggestion }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Column::Min => f.write_str("min"),
            Column::Max => f.write_str("max"),
            Column::Mean => f.write_str("mean"),
            Column::Stddev => f.write_str("stddev"),
            Column::Median => f.write_str("median"),
            Column::Percentile(percentile) => write!(f, "{percentile}"),
            Column::Ops => f.write_str("ops"),
            Column::Rounds => f.write_str("rounds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_read_back_from_their_names() {
        let columns = parse_columns("min, mean,max,stddev,median,p95,p99,ops,rounds").expect("known names");
        assert_eq!(columns, Column::default_columns());
        let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
        assert_eq!(names.join(","), "min,mean,max,stddev,median,p95,p99,ops,rounds");
    }

    #[test]
    fn an_unknown_column_is_refused_with_the_nearest_and_the_list() {
        let refusal = |list: &str| parse_columns(list).unwrap_err().to_string();
        let list = "(columns: min, max, mean, stddev, median, pN, ops, rounds)";
        assert_eq!(refusal("min,meen"), format!("unknown column `meen`, did you mean `mean`? {list}"));
        assert_eq!(refusal("banana"), format!("unknown column `banana` {list}"));
        assert!(refusal("p100").starts_with("unknown column `p100`"));
        assert!(refusal("min,").starts_with("unknown column ``"));
    }

    #[test]
    fn rows_are_sorted_by_run_by_name_or_by_a_column() {
        assert_eq!("name".parse(), Ok(Sort::Name));
        assert_eq!("run".parse(), Ok(Sort::Run));
        assert_eq!("mean".parse(), Ok(Sort::By(Column::Mean)));
        assert!("nam".parse::<Sort>().unwrap_err().to_string().contains("did you mean `name`"));
    }
}
