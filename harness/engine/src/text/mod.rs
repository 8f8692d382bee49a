//! Text that comes from outside: made safe to print, short, and countable.
//!
//! Names, checks, errors and the output of servers can hold anything: a megabyte, escape sequences of a terminal, commands
//! to a CI system, Markdown, passwords. Everything of that kind goes through [`one_line`] or [`block`] before it is kept.

mod ci;
mod columns;
mod grouped;
mod markdown;
mod passwords;
mod safe;
#[cfg(any(feature = "live", feature = "cluster"))]
mod secret;
mod shape;
#[cfg(feature = "cluster")]
mod shell_words;
mod spreadsheet;

pub use ci::without_commands;
pub use columns::{columns_of, cut_to_columns};
pub use grouped::{GroupedTexts, Groups, OTHER};
pub use markdown::{markdown, markdown_code};
pub use passwords::without_password;
pub use safe::{block, message, one_line};
#[cfg(any(feature = "live", feature = "cluster"))]
pub use secret::Secret;
pub use shape::{shape, shape_of_name};
#[cfg(feature = "cluster")]
pub use shell_words::{ShellWordsError, shell_words};
pub use spreadsheet::may_be_formula;
