//! Requests to the operations that an OpenAPI 3 file describes.

mod document;
mod example;
mod body;
mod security;
mod operations;

pub(crate) use operations::{OperationSelection, read_openapi};
