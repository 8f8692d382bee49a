//! Arbitrary bytes instead of a response.

use proptest::prelude::*;

use super::feed::prove;

/// Words that answers are made of, so that chance gets far enough.
const WORDS: [&str; 26] = [
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 200\n",
    "HTTP/1.1 100 \r\n\r\n",
    "HTTP/1.1 204 x\r\n",
    "content-length:",
    "Content-Length: 5\r\n",
    "transfer-encoding:",
    "Transfer-Encoding: chunked\r\n",
    "connection: close\r\n",
    "connection: keep-alive\r\n",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    " ",
    ",",
    ";",
    "0\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "10000000000000000\r\n",
    "-1",
    "a: b\r\n",
    "\0",
    "\u{e9}",
];

fn salad() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        6 => proptest::sample::select(WORDS.as_slice()).prop_map(|word| word.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
    ];
    let words = proptest::collection::vec(word, 0..24).prop_map(|words| words.concat());
    // Half of them begin as an answer does, else chance would hardly ever get behind the head.
    (any::<bool>(), words).prop_map(|(begins_well, words)| match begins_well {
        true => [WORDS[0].as_bytes(), &words].concat(),
        false => words,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn whatever_comes_the_outcome_does_not_depend_on_how_it_was_cut(stream in salad(), answers_head: bool) {
        let _outcome = prove(&stream, answers_head);
    }

    #[test]
    fn noise_is_no_answer(stream in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(prove(&stream, false).is_err());
    }
}
