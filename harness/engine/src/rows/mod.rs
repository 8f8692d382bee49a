//! Data for users, from files: [`Rows`].

mod error;
mod given_out;
mod read_csv;
mod read_json;

pub use given_out::Rows;
