//! What a server receives from `proofload closed` with the options of a request: compared with what curl sends, where curl is
//! installed.

mod against_curl;
mod command;
mod data_rows;
mod refusals;
mod secrets;
mod seen;
mod templates;
mod transport;
mod url_lists;
