//! Quantities with units, and the one parser that reads them.
//!
//! `30s`, `1h30m`, `100us`, `3000/s`, `1_000/min`, `99.9%`, `4KiB` and `12` are quantities; the same text
//! is accepted in the attribute, on the command line, in the environment and in `proofload.toml`.

mod display;
mod number;
mod quantity;

pub use display::{ShortDuration, ShortNumber};
pub use number::{Decimal, NumberError};
pub use quantity::{Quantity, QuantityError, parse_quantity};
