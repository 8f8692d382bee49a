//! Awkward responses, and the outcome of each. The fuzz targets begin with the same files.

use std::fs;
use std::path::Path;

use super::feed::{ReadResponse, prove};

const KEPT: &str = "200, `hello`, kept";
const CLOSED: &str = "200, `hello`, closed";
const BAD_LENGTH: &str = "not HTTP: invalid `content-length`, or two that differ";
const BAD_CHUNK_SIZE: &str = "not HTTP: invalid chunk size";
const BAD_CHUNK_END: &str = "not HTTP: a chunk that does not end where its size says";
const BAD_LINE_END: &str = "not HTTP: a line of a chunk or trailer that does not end in CR LF";
const LONG_LINES: &str = "chunk extensions or trailers of the response are longer than 16 KiB";
const LONG_BODY: &str = "the body of the response is longer than its limit; `.body_limit(bytes)` sets another";
const LONG_HEAD: &str = "the head of the response is longer than 64 KiB";
const HTTP2_FRAMES: &str =
    "not HTTP/1.1 but frames of HTTP/2: the server speaks it without an upgrade; set `http2 = true`";
const BAD_NAME: &str = "not HTTP: invalid header name";
const BAD_VALUE: &str = "not HTTP: invalid header value";
const BAD_VERSION: &str = "not HTTP: invalid HTTP version";
const BAD_STATUS: &str = "not HTTP: invalid response status";
const NO_ANSWER: &str = "connection closed";
const CUT: &str = "body cut short";
const CHUNKS_AS_BODY: &str = "200, `5\\r\\nhello\\r\\n0\\r\\n\\r\\n`, closed";

/// Each file, and its outcome: status, body and whether the connection is kept; or the cause that the failure is counted by.
const OUTCOMES: &[(&str, &str)] = &[
    // Lengths.
    ("length", KEPT),
    ("length_and_chunked", CLOSED),
    ("length_beyond_the_limit", LONG_BODY),
    ("length_beyond_u64", BAD_LENGTH),
    ("length_cut", CUT),
    ("length_empty", BAD_LENGTH),
    ("length_fraction", BAD_LENGTH),
    ("length_hexadecimal", BAD_LENGTH),
    ("length_leading_zeros", KEPT),
    ("length_negative", BAD_LENGTH),
    ("length_of_u64", LONG_BODY),
    ("length_then_more", CLOSED),
    ("length_two_words", BAD_LENGTH),
    ("length_with_blank_before_the_colon", BAD_NAME),
    ("length_with_comma_at_the_end", BAD_LENGTH),
    ("length_with_plus", BAD_LENGTH),
    ("lengths_differ", BAD_LENGTH),
    ("lengths_differ_in_a_list", BAD_LENGTH),
    ("lengths_same", KEPT),
    ("lengths_same_in_a_list", KEPT),
    // Chunks.
    ("chunk_end_with_bare_lf", BAD_CHUNK_END),
    ("chunk_extension", KEPT),
    ("chunk_extension_flood", LONG_LINES),
    ("chunk_extension_flood_in_small_chunks", LONG_LINES),
    ("chunk_extension_with_bare_lf", BAD_LINE_END),
    ("chunk_extensions_as_long_as_may_be", KEPT),
    ("chunk_extensions_one_longer", LONG_LINES),
    ("chunk_size_after_a_blank", BAD_CHUNK_SIZE),
    ("chunk_size_before_a_blank", KEPT),
    ("chunk_size_beyond_u64", "not HTTP: chunk size too large to count"),
    ("chunk_size_huge", LONG_BODY),
    ("chunk_size_in_two_words", BAD_CHUNK_SIZE),
    ("chunk_size_line_with_bare_cr", BAD_LINE_END),
    ("chunk_size_line_with_bare_lf", BAD_CHUNK_SIZE),
    ("chunk_size_many_zeros", KEPT),
    ("chunk_size_missing", BAD_CHUNK_SIZE),
    ("chunk_size_negative", BAD_CHUNK_SIZE),
    ("chunk_size_too_large", BAD_CHUNK_END),
    ("chunk_size_too_small", BAD_CHUNK_END),
    ("chunk_size_with_plus", BAD_CHUNK_SIZE),
    ("chunk_size_with_prefix", BAD_CHUNK_SIZE),
    ("chunked", KEPT),
    ("chunked_after_a_vertical_tab", BAD_VALUE),
    ("chunked_after_text_that_is_not_ascii", CHUNKS_AS_BODY),
    ("chunked_and_bad_length", CLOSED),
    ("chunked_and_length", CLOSED),
    ("chunked_and_lengths_that_differ", CLOSED),
    ("chunked_cut", CUT),
    ("chunked_cut_in_the_last_line", CUT),
    ("chunked_folded", BAD_NAME),
    ("chunked_identity", CLOSED),
    ("chunked_in_http_1_0", "not HTTP: a response in HTTP/1.0 with a `transfer-encoding`"),
    ("chunked_in_the_first_of_two_headers", CHUNKS_AS_BODY),
    ("chunked_in_two_headers", KEPT),
    ("chunked_last_of_two", KEPT),
    ("chunked_misspelled", CHUNKS_AS_BODY),
    ("chunked_not_last", CHUNKS_AS_BODY),
    ("chunked_then_more", CLOSED),
    ("chunked_twice", KEPT),
    ("chunked_with_blank_before_the_colon", BAD_NAME),
    ("chunked_with_tab_before_the_colon", BAD_NAME),
    ("chunks_beyond_the_limit", LONG_BODY),
    // Trailers.
    ("trailers", KEPT),
    ("trailers_as_long_as_may_be", KEPT),
    ("trailers_empty_line_with_bare_lf", BAD_LINE_END),
    ("trailers_flood", LONG_LINES),
    ("trailers_one_hundred", KEPT),
    ("trailers_one_hundred_and_one", "not HTTP: too many headers in a trailer"),
    ("trailers_one_longer", LONG_LINES),
    ("trailers_that_are_no_headers", "not HTTP: invalid header name in a trailer"),
    ("trailers_that_end_in_bare_lf", BAD_LINE_END),
    ("trailers_with_a_fold", "not HTTP: invalid header name in a trailer"),
    ("trailers_with_a_length", KEPT),
    ("trailers_with_bare_lf", BAD_LINE_END),
    // Without a length.
    ("until_close", CLOSED),
    ("until_close_although_kept_alive", CLOSED),
    ("until_close_beyond_the_limit", LONG_BODY),
    ("until_close_of_nothing", "200, no body, closed"),
    // To keep or to close.
    ("closes", CLOSED),
    ("closes_among_others", CLOSED),
    ("closes_and_keeps_alive", CLOSED),
    ("http_1_0", CLOSED),
    ("http_1_0_keep_alive", KEPT),
    ("http_1_0_keep_alive_without_length", CLOSED),
    // Versions, and bytes that are not HTTP.
    ("empty", NO_ANSWER),
    ("empty_lines_before", KEPT),
    ("empty_lines_only", NO_ANSWER),
    ("http_0_9", BAD_VERSION),
    ("http_1_2", BAD_VERSION),
    ("http_2_0", BAD_VERSION),
    ("http_2_preface", "not HTTP/1.1 but the preface of an HTTP/2 client: this is no server"),
    ("http_2_settings_frame", HTTP2_FRAMES),
    ("http_in_lower_case", BAD_VERSION),
    ("ssh_banner", "not HTTP/1.1 but the banner of an SSH server: is it the right port?"),
    ("tls_alert", "not HTTP/1.1 but a TLS alert: the server speaks TLS, so its address begins with `https://`"),
    // Heads.
    ("head_cut", NO_ANSWER),
    ("head_cut_in_the_status", NO_ANSWER),
    ("header_before_is_blank", BAD_NAME),
    ("header_folded", BAD_NAME),
    ("header_lines_mixed", KEPT),
    ("header_lines_with_bare_cr", BAD_STATUS),
    ("header_lines_with_bare_lf", KEPT),
    ("header_name_not_ascii", BAD_NAME),
    ("header_not_ascii", KEPT),
    ("header_with_bare_cr", BAD_VALUE),
    ("header_with_nul_in_the_name", BAD_NAME),
    ("header_with_nul_in_the_value", BAD_VALUE),
    ("header_without_colon", BAD_NAME),
    ("header_without_name", BAD_NAME),
    ("header_without_value", KEPT),
    ("headers_of_64_kib", KEPT),
    ("headers_of_64_kib_and_one_byte", LONG_HEAD),
    ("headers_one_hundred", KEPT),
    ("headers_one_hundred_and_one", "the head of the response has more than 100 headers"),
    ("headers_without_end", LONG_HEAD),
    ("status_000", BAD_STATUS),
    ("status_099", BAD_STATUS),
    ("status_999", "999, `hello`, kept"),
    ("status_after_two_blanks", BAD_STATUS),
    ("status_negative", BAD_STATUS),
    ("status_of_four_digits", BAD_STATUS),
    ("status_of_two_digits", BAD_STATUS),
    ("status_reason_not_ascii", KEPT),
    ("status_reason_with_nul", BAD_STATUS),
    ("status_without_reason", KEPT),
    ("status_without_reason_and_blank", KEPT),
    // Interim answers, and answers without a body.
    ("interim", KEPT),
    ("interim_and_no_more", NO_ANSWER),
    ("interim_flood", KEPT),
    ("interim_in_http_1_0", KEPT),
    ("interim_with_headers", KEPT),
    ("no_content", "204, no body, kept"),
    ("no_content_with_chunks", "204, no body, closed"),
    ("no_content_with_length_and_body", "204, no body, closed"),
    ("not_modified_with_length", "304, no body, kept"),
    ("reset_content_with_body", "205, `hello`, kept"),
    ("switching_protocols", "101, no body, closed"),
    ("to_head", "200, no body, kept"),
    ("to_head_chunked", "200, no body, kept"),
    ("to_head_in_http_1_0_chunked", "200, no body, closed"),
    ("to_head_with_body", "200, no body, closed"),
    ("to_head_with_lengths_that_differ", BAD_LENGTH),
    ("to_head_without_length", "200, no body, kept"),
];

/// The files of the corpus, by name.
pub(super) fn streams() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/decode");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut streams: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    streams.sort();
    streams
}

/// Answers to a `HEAD` request are named so.
pub(super) fn answers_head(name: &str) -> bool {
    name.starts_with("to_head")
}

fn names_a_header(cause: &str) -> bool {
    cause.contains(", at the ") || cause.contains("; its longest header is ")
}

fn outcome_of(name: &str, stream: &[u8]) -> String {
    match prove(stream, answers_head(name)) {
        // The name of a header is left out here; see `tests/names.rs`.
        Err(cause) => cause.split([',', ';']).next().filter(|_| names_a_header(&cause)).unwrap_or(&cause).to_owned(),
        Ok(ReadResponse { status, body, keeps_open, .. }) => {
            let body = match body.len() {
                0 => "no body".to_owned(),
                1..=60 => format!("`{}`", body.escape_ascii()),
                length => format!("{length} bytes"),
            };
            format!("{status}, {body}, {}", if keeps_open { "kept" } else { "closed" })
        }
    }
}

#[test]
fn each_awkward_answer_has_the_outcome_that_the_table_says() {
    let streams = streams();
    let outcomes: Vec<_> = streams.iter().map(|(name, stream)| (name.as_str(), outcome_of(name, stream))).collect();
    let mut differences = Vec::new();
    for (name, outcome) in &outcomes {
        match OUTCOMES.iter().find(|(known, _)| known == name) {
            Some((_, wanted)) if wanted == outcome => {}
            Some((_, wanted)) => differences.push(format!("{name}: {outcome}, and not {wanted}")),
            None => differences.push(format!("{name}: {outcome}, and the table does not know it")),
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(outcomes.len(), OUTCOMES.len(), "a file of the table is not there, or there twice");
}
