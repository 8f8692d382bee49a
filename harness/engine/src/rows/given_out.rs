//! Rows, and which user gets which.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::de::DeserializeOwned;

use super::error::RowsError;
use super::{read_csv, read_json};
use crate::load_part::PartShare;
use crate::user::{Error, Result, User};

/// Data for users, from a file, which all of them share.
///
/// ```no_run
/// use proofload::Rows;
/// use proofload::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Account { name: String, password: String }
///
/// #[fixture(scope = session)]
/// async fn accounts() -> proofload::Result<Rows<Account>> {
///     Rows::csv("data/accounts.csv")
/// }
///
/// #[perf(kind = "load", users = 10)]
/// async fn log_in(user: &mut User, shop: &Server, accounts: &Rows<Account>) -> proofload::Result {
///     let account = accounts.next(user)?;
///     user.post(shop, "/log-in").json(&(&account.name, &account.password)).await?;
///     Ok(())
/// }
/// # #[server] async fn shop(_: tokio::net::TcpListener) {}
/// # fn main() {}
/// ```
///
/// Rows are given out in the order of the file, each to one call of [`next`](Rows::next), and from the first again after the
/// last. [`random`](Rows::random) and [`stop`](Rows::stop) change that.
#[derive(Debug)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct Rows<T> {
    rows: Vec<T>,
    columns: Vec<String>,
    /// As the author gave it.
    path: PathBuf,
    order: RowOrder,
    used_up: WhenUsedUp,
    /// How many rows were given out in order.
    #[cfg_attr(feature = "cluster", serde(skip))]
    given: AtomicUsize,
    /// All processes that offer a load together have them, and each gives out every so many: they were read by another process and
    /// handed over, or each process reads them itself. What a fixture of scope `user` reads in this process belongs to one user.
    #[cfg_attr(feature = "cluster", serde(skip, default = "handed_over"))]
    is_of_all_processes: bool,
}

/// What is read in the form in which it was handed over.
#[cfg(feature = "cluster")]
fn handed_over() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
enum RowOrder {
    InOrder,
    Random,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
enum WhenUsedUp {
    Wrap,
    Stop,
}

impl<T: DeserializeOwned> Rows<T> {
    /// The rows of a CSV file whose first line names the columns. The path is relative to the package of the test.
    ///
    /// # Errors
    /// The file cannot be read, has no rows, or has one that is no `T`; the text says which, and what is wrong with it.
    pub fn csv(path: impl AsRef<Path>) -> Result<Rows<T>> {
        let path = path.as_ref();
        let text = content(path)?;
        let columns = read_csv::columns(path, &text)?;
        Ok(Rows { columns, ..Rows::new(path, read_csv::read(path, &text)?) })
    }

    /// The rows of a JSON file: an array, or a line for each row. The path is relative to the package of the test.
    ///
    /// # Errors
    /// As [`csv`](Rows::csv).
    pub fn json(path: impl AsRef<Path>) -> Result<Rows<T>> {
        let path = path.as_ref();
        Ok(Rows::new(path, read_json::read(path, &content(path)?)?))
    }
}

fn content(path: &Path) -> Result<Vec<u8>, RowsError> {
    // Set by cargo for the tests that it runs, whose current folder it is too.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let unreadable = |source| RowsError::Unreadable { path: path.to_owned(), package: package.clone(), source };
    std::fs::read(package.join(path)).map_err(unreadable)
}

impl<T> Rows<T> {
    fn new(path: &Path, rows: Vec<T>) -> Rows<T> {
        let (order, used_up) = (RowOrder::InOrder, WhenUsedUp::Wrap);
        Rows {
            rows,
            columns: Vec::new(),
            path: path.to_owned(),
            order,
            used_up,
            given: AtomicUsize::new(0),
            is_of_all_processes: false,
        }
    }

    /// In the order of the file, each row to one call of [`next`](Rows::next): the default.
    #[must_use]
    pub fn in_order(self) -> Rows<T> {
        Rows { order: RowOrder::InOrder, ..self }
    }

    /// Each time any row, by the user's own seeded choice. Never used up.
    #[must_use]
    pub fn random(self) -> Rows<T> {
        Rows { order: RowOrder::Random, ..self }
    }

    /// After the last row comes the first again: the default.
    #[must_use]
    pub fn wrap(self) -> Rows<T> {
        Rows { used_up: WhenUsedUp::Wrap, ..self }
    }

    /// After the last row, a user that asks for one has no further iteration. The run ends when all users have stopped, and
    /// says after how many rows. This is neither a failure, nor are requests lost.
    ///
    /// Give such rows to a fixture of scope `test`, so that each measurement begins with the first row.
    #[must_use]
    pub fn stop(self) -> Rows<T> {
        Rows { used_up: WhenUsedUp::Stop, ..self }
    }

    /// Each process that offers a part of a load has read the same file, and gives out every so many of its rows.
    #[doc(hidden)]
    #[must_use]
    pub fn of_all_processes(self) -> Rows<T> {
        Rows { is_of_all_processes: true, ..self }
    }

    /// All rows.
    pub fn all(&self) -> &[T] {
        &self.rows
    }

    /// The names of the columns of a CSV file, in its order; none for JSON.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row for this user.
    ///
    /// # Errors
    /// All rows were given out, and the rows [`stop`](Rows::stop); hand it on with `?`.
    pub fn next<'rows>(&'rows self, user: &mut User) -> Result<&'rows T> {
        let number = match self.order {
            RowOrder::Random => user.random_index(self.rows.len()),
            RowOrder::InOrder => self.next_in_order(user.part()),
        };
        match self.used_up {
            WhenUsedUp::Wrap => Ok(&self.rows[number % self.rows.len()]),
            WhenUsedUp::Stop => self.rows.get(number).ok_or_else(|| self.end(user)),
        }
    }

    /// Processes that offer a load together take turns for the rows, so that each row is given out once.
    fn next_in_order(&self, part: PartShare) -> usize {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        if self.is_of_all_processes { part.number_among_all(number) } else { number }
    }

    #[cold]
    fn end(&self, user: &mut User) -> Error {
        let text = format!("the {} rows of `{}` are used up", self.rows.len(), self.path.display());
        user.end_for_lack_of_data(&text);
        Error::message(text)
    }
}

#[cfg(test)]
mod tests;
