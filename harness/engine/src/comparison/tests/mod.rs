//! What is said of two measurements whose true difference is known.

mod apart;
mod noise;
mod paired;
mod rules;
mod stored;
