//! A minimal async server, and the first questions of those who write one.
//!
//! `load` runs by default; `limits` has to be asked for.

mod limits;
mod load;
