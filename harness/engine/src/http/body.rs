//! A body that many requests share.

use std::io;
use std::path::Path;
use std::sync::Arc;

/// The body of many requests, in memory that they share: nothing is copied for a request, however long it is.
///
/// ```
/// use proofload::prelude::Body;
/// let upload = Body::from(vec![0; 20 * 1024 * 1024]);
/// assert_eq!(upload.bytes().len(), 20 * 1024 * 1024);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Body {
    bytes: Arc<Vec<u8>>,
}

impl Body {
    /// What is in a file. It is read now, once: while load is offered, no user should wait for a disk. So do it in a fixture.
    ///
    /// # Errors
    /// The file cannot be read; the text names it.
    pub fn from_file(path: impl AsRef<Path>) -> io::Result<Body> {
        let path = path.as_ref();
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        std::fs::read(path).map(Body::from).map_err(named)
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body { bytes: Arc::new(bytes) }
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_once_and_one_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("upload.bin");
        std::fs::write(&path, [1, 2, 3]).unwrap();
        let body = Body::from_file(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(body.bytes(), [1, 2, 3]);
        let error = Body::from_file(&path).unwrap_err().to_string();
        assert!(error.contains("upload.bin"), "{error}");
    }
}
