//! How what processes send to one another is written as bytes: in a compact form without names, so that both must be the same program.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// What is sent cannot be written, or what came is not what was expected.
#[derive(Debug, Error)]
pub(crate) enum EncodingError {
    #[error("cannot be written as bytes: {0}")]
    Unwritable(postcard::Error),
    #[error("{bytes} bytes that are not what was expected: {cause}")]
    Unreadable { bytes: usize, cause: postcard::Error },
    #[error("{left} bytes too many, of {bytes}")]
    TooLong { left: usize, bytes: usize },
}

/// `value` as bytes.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, EncodingError> {
    postcard::to_stdvec(value).map_err(EncodingError::Unwritable)
}

/// What [`encode`] wrote, all of it.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, EncodingError> {
    let unreadable = |cause| EncodingError::Unreadable { bytes: bytes.len(), cause };
    let (value, left) = postcard::take_from_bytes(bytes).map_err(unreadable)?;
    match left.len() {
        0 => Ok(value),
        left => Err(EncodingError::TooLong { left, bytes: bytes.len() }),
    }
}

#[cfg(test)]
mod sizes;
#[cfg(test)]
mod tests;
