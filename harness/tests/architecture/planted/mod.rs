//! Small crates with planted faults: each rule finds them, and nothing else.

mod circles;
mod crates;
mod layers;
mod lengths;
mod packages;
mod read;
