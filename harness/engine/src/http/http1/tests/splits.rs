//! A valid response is read the same, however its bytes arrive.

use proptest::prelude::*;

use super::feed::{LIMIT_BYTES, read, read_by, read_whole};
use super::valid::valid;
use crate::http::http1::buffer::Buffer;
use crate::http::http1::decode::Decoder;
use crate::http::http1::malformed::Malformed;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_response_in_one_piece_is_read_as_the_server_meant_it(valid in valid()) {
        prop_assert_eq!(read_whole(&valid.stream, valid.answers_head), Ok(valid.expected));
    }

    #[test]
    fn an_answer_is_the_same_after_any_other(before in valid(), valid in valid(), sizes in prop::collection::vec(1_usize..50, 1..9)) {
        let mut decoder = Decoder::new(before.answers_head, LIMIT_BYTES);
        for _ in 0..2 {
            for valid in [&before, &valid, &valid, &before] {
                decoder.begin(valid.answers_head, LIMIT_BYTES);
                prop_assert_eq!(read_by(&mut decoder, &valid.stream, &sizes), Ok(valid.expected.clone()));
            }
        }
    }

    #[test]
    fn an_answer_cut_in_two_is_the_same_wherever_it_is_cut(valid in valid()) {
        for at in 1..valid.stream.len() {
            let (one, other) = valid.stream.split_at(at);
            let response = read([one, other], valid.answers_head);
            prop_assert_eq!(response.as_ref(), Ok(&valid.expected), "cut before byte {}", at);
        }
    }

    #[test]
    fn an_answer_that_comes_byte_by_byte_is_the_same(valid in valid()) {
        prop_assert_eq!(read(valid.stream.chunks(1), valid.answers_head), Ok(valid.expected));
    }

    #[test]
    fn an_answer_in_pieces_of_any_size_is_the_same(valid in valid(), sizes in prop::collection::vec(1_usize..50, 1..20)) {
        let (mut rest, mut sizes) = (valid.stream.as_slice(), sizes.iter().cycle());
        let pieces = std::iter::from_fn(|| {
            let (piece, later) = rest.split_at((*sizes.next()?).min(rest.len()));
            rest = later;
            (!piece.is_empty()).then_some(piece)
        });
        prop_assert_eq!(read(pieces, valid.answers_head), Ok(valid.expected));
    }

    #[test]
    fn an_answer_cut_short_is_a_failure_and_never_a_shorter_answer(valid in valid()) {
        prop_assume!(!valid.lasts_until_close);
        for length in 0..valid.stream.len() {
            let outcome = read_whole(&valid.stream[..length], valid.answers_head);
            prop_assert!(matches!(outcome, Err(Malformed::NoResponse | Malformed::CutBody)), "{length} bytes: {outcome:?}");
        }
    }

    #[test]
    fn what_follows_an_answer_is_no_part_of_it_and_closes_the_connection(
        valid in valid(),
        more in prop_oneof![Just(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), prop::collection::vec(any::<u8>(), 1..40)],
    ) {
        prop_assume!(!valid.lasts_until_close);
        let stream = [valid.stream.as_slice(), &more].concat();
        let mut expected = valid.expected.clone();
        expected.keeps_open = false;
        prop_assert_eq!(read_whole(&stream, valid.answers_head), Ok(expected.clone()));
        for at in 1..stream.len() {
            let (one, other) = stream.split_at(at);
            let response = read([one, other], valid.answers_head);
            prop_assert_eq!(response.as_ref(), Ok(&expected), "cut before byte {}", at);
        }
    }

    #[test]
    fn an_answer_is_complete_with_its_last_byte_and_not_before(valid in valid()) {
        prop_assume!(!valid.lasts_until_close);
        let (mut buffer, mut decoder) = (Buffer::default(), Decoder::new(valid.answers_head, LIMIT_BYTES));
        for (at, byte) in valid.stream.iter().enumerate() {
            buffer.extend(&[*byte]);
            let is_complete = decoder.decode(&mut buffer).unwrap().is_some();
            prop_assert_eq!(is_complete, at + 1 == valid.stream.len(), "after byte {}", at + 1);
        }
    }
}

#[test]
fn the_memory_of_one_answer_serves_the_next() {
    let stream = [b"HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n".as_slice(), &[b'x'; 90_000]].concat();
    let mut buffer = Buffer::default();
    let mut memory_bytes = Vec::new();
    for _ in 0..3 {
        buffer.truncate(0);
        buffer.extend(&stream);
        assert!(Decoder::new(false, u64::MAX).decode(&mut buffer).unwrap().is_some());
        memory_bytes.push(buffer.memory_bytes());
    }
    assert!(memory_bytes.iter().all(|bytes| *bytes == memory_bytes[0]), "{memory_bytes:?}");
}
