//! What the decoder promises, over every way in which bytes may arrive.

#[cfg(test)]
mod against_hyper;
#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod corpus;
mod feed;
#[cfg(test)]
mod names;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod splits;
#[cfg(test)]
mod valid;

#[cfg(fuzzing)]
pub use self::feed::{ReadResponse, prove};
