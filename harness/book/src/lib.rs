//! What the pages of the book show, read for the tests of this package.

pub mod listing;
pub mod markdown;
