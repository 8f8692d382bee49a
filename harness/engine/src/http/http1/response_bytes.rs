//! A response in the memory it was read into.

use super::buffer::Buffer;
use super::decode::ResponseRanges;
use super::head;
#[cfg(feature = "reqwest")]
use super::malformed::Malformed;

/// A response, complete or still being read, in the memory it is read into.
#[derive(Debug, Default)]
pub struct ResponseBytes {
    pub(super) buffer: Buffer,
    pub(super) ranges: Option<ResponseRanges>,
}

impl ResponseBytes {
    /// A response that another transport has read, in the form that this one gives it.
    ///
    /// # Errors
    /// Its head is not valid here: HTTP/2 sets no limit to the number of headers.
    #[cfg(feature = "reqwest")]
    pub fn from_parts<'a>(
        status: u16,
        headers: impl Iterator<Item = (&'a str, &'a [u8])>,
        body: &[u8],
    ) -> Result<ResponseBytes, Malformed> {
        let mut head = format!("HTTP/1.1 {status} \r\n").into_bytes();
        for (name, value) in headers {
            for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                head.extend_from_slice(part);
            }
        }
        head.extend_from_slice(b"\r\n");
        head::check(&head)?;
        let body_begins = head.len();
        let mut buffer = Buffer::default();
        buffer.extend(&head);
        buffer.extend(body);
        let (head, body) = (0..body_begins, body_begins..buffer.len());
        let ranges = ResponseRanges { status, head, body, keeps_open: false, keeps_for_s: None, discarded_bytes: None };
        Ok(ResponseBytes { buffer, ranges: Some(ranges) })
    }

    /// All memory that it holds.
    pub(super) fn memory_bytes(&self) -> usize {
        self.buffer.memory_bytes()
    }

    /// It has much more memory than was needed.
    pub(super) fn is_wasteful(&self) -> bool {
        self.buffer.is_wasteful()
    }

    /// Makes room for the next response.
    pub(super) fn renew(&mut self) {
        self.buffer.renew();
        self.ranges = None;
    }

    pub fn status(&self) -> u16 {
        self.ranges.as_ref().map_or(0, |ranges| ranges.status)
    }

    pub fn body(&self) -> &[u8] {
        self.ranges.as_ref().map_or(&[], |ranges| &self.buffer.bytes()[ranges.body.clone()])
    }

    /// The length of a body that was not kept.
    pub fn discarded_bytes(&self) -> Option<u64> {
        self.ranges.as_ref().and_then(|ranges| ranges.discarded_bytes)
    }

    /// The same response, whose body had so many bytes and was not kept.
    #[cfg(feature = "reqwest")]
    pub fn without_body(mut self, discarded_bytes: u64) -> ResponseBytes {
        if let Some(ranges) = &mut self.ranges {
            ranges.discarded_bytes = Some(discarded_bytes);
        }
        self
    }

    /// The first header called `name`, in any case.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        head::find(self.head(), name)
    }

    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        head::each(self.head())
    }

    fn head(&self) -> &[u8] {
        self.ranges.as_ref().map_or(&[], |ranges| &self.buffer.bytes()[ranges.head.clone()])
    }
}

#[cfg(feature = "reqwest")]
#[cfg(test)]
mod tests {
    use super::*;

    /// With so many headers before the last one.
    fn response(others: usize) -> Result<ResponseBytes, Malformed> {
        let others = std::iter::repeat_n(("x-n", b"1".as_slice()), others);
        ResponseBytes::from_parts(200, others.chain([("content-encoding", b"gzip".as_slice())]), b"body")
    }

    #[test]
    fn a_response_has_all_its_headers_or_is_refused() {
        let most = response(99).unwrap();
        assert_eq!((most.headers().count(), most.header("content-encoding")), (100, Some(b"gzip".as_slice())));
        assert_eq!(response(100).unwrap_err(), Malformed::ManyHeaders);
        let invalid = ResponseBytes::from_parts(200, [("a b", b"1".as_slice())].into_iter(), b"").unwrap_err();
        assert_eq!(invalid.to_string(), "not HTTP: invalid header name, at the header `a`");
    }
}
