//! What is said of two measurements whose true difference is known.

mod rules;
