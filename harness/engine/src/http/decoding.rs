//! Decoding bodies that a server has encoded (`content-encoding`).

/// What is asked for, and can be decoded.
pub(super) const ACCEPTED_ENCODINGS: &str = "gzip, deflate";

/// The codings of a body, the last applied one first; none if it is not encoded.
pub fn codings(content_encoding: &[u8]) -> Vec<String> {
    let names = content_encoding.split(|byte| *byte == b',').rev();
    let names = names.map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty() && name != "identity").collect()
}

/// The body without its codings.
///
/// # Errors
/// The cause: a coding that is not known, bytes that are not in it, or a body longer than `limit` bytes.
#[cfg(feature = "decompress")]
pub(super) fn decode(codings: &[String], body: &[u8], limit: u64) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::new();
    for (number, coding) in codings.iter().enumerate() {
        let input = if number == 0 { body } else { &decoded };
        decoded = decode_one(coding, input, limit)?;
    }
    Ok(decoded)
}

/// As without the feature: the option is refused before any load is offered.
#[cfg(not(feature = "decompress"))]
pub(crate) fn decode(_codings: &[String], _body: &[u8], _limit: u64) -> Result<Vec<u8>, String> {
    Err("this build leaves out the feature `decompress`".to_owned())
}

#[cfg(feature = "decompress")]
fn decode_one(coding: &str, body: &[u8], limit: u64) -> Result<Vec<u8>, String> {
    use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

    match coding {
        "gzip" | "x-gzip" => read(coding, MultiGzDecoder::new(body), limit),
        // Some servers leave the frame out that the standard asks for.
        "deflate" if body.first().is_some_and(|first| first & 0x0f == 8) => read(coding, ZlibDecoder::new(body), limit),
        "deflate" => read(coding, DeflateDecoder::new(body), limit),
        other => Err(format!("the body is encoded as `{other}`, and `decompress` knows {ACCEPTED_ENCODINGS} alone")),
    }
}

#[cfg(feature = "decompress")]
fn read(coding: &str, decoder: impl std::io::Read, limit: u64) -> Result<Vec<u8>, String> {
    use std::io::Read as _;

    let mut decoded = Vec::new();
    let read = decoder.take(limit.saturating_add(1)).read_to_end(&mut decoded);
    read.map_err(|error| format!("the body is not valid {coding}: {error}"))?;
    match decoded.len() as u64 > limit {
        true => Err("the decoded body is longer than its limit; `.body_limit(bytes)` sets another".to_owned()),
        false => Ok(decoded),
    }
}

#[cfg(feature = "decompress")]
#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"the same text, the same text, the same text";

    macro_rules! encoded {
        ($encoder:ident, $body:expr) => {{
            let mut encoder = $encoder::new(Vec::new(), Compression::default());
            encoder.write_all($body).unwrap();
            encoder.finish().unwrap()
        }};
    }

    fn decoded(content_encoding: &str, body: &[u8], limit: u64) -> Result<Vec<u8>, String> {
        decode(&codings(content_encoding.as_bytes()), body, limit)
    }

    #[test]
    fn each_coding_is_undone_and_the_last_one_first() {
        let gzip = encoded!(GzEncoder, TEXT);
        for (content_encoding, body) in [
            ("gzip", gzip.clone()),
            ("X-GZIP", gzip.clone()),
            ("deflate", encoded!(ZlibEncoder, TEXT)),
            ("deflate", encoded!(DeflateEncoder, TEXT)),
            ("gzip, deflate", encoded!(ZlibEncoder, &gzip)),
            ("identity,gzip", gzip),
        ] {
            assert_eq!(decoded(content_encoding, &body, 1_000).as_deref(), Ok(TEXT), "{content_encoding}");
        }
        assert!(codings(b"identity").is_empty() && codings(b"").is_empty());
    }

    #[test]
    fn what_cannot_be_decoded_says_why() {
        let mut body = encoded!(GzEncoder, TEXT);
        assert!(decoded("gzip", &body, 10).unwrap_err().contains("longer than its limit"));
        assert!(decoded("br", &body, 1_000).unwrap_err().contains("encoded as `br`"));
        body.truncate(12);
        assert!(decoded("gzip", &body, 1_000).unwrap_err().starts_with("the body is not valid gzip: "));
        assert!(decoded("gzip", b"{}", 1_000).unwrap_err().starts_with("the body is not valid gzip: "));
    }

    #[test]
    fn a_body_that_is_cut_short_anywhere_is_not_decoded() {
        let bodies = [("gzip", encoded!(GzEncoder, TEXT)), ("deflate", encoded!(ZlibEncoder, TEXT))];
        for (coding, body) in bodies.into_iter().chain([("deflate", encoded!(DeflateEncoder, TEXT))]) {
            for length in 1..body.len() {
                let error = decoded(coding, &body[..length], 1_000).unwrap_err();
                assert!(error.starts_with(&format!("the body is not valid {coding}: ")), "{length} bytes: {error}");
            }
        }
    }
}
