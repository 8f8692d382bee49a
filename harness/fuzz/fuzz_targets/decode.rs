//! Any bytes as an answer: the decoder neither panics nor grows beyond bounds, and tells the same however they are cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proofload::__internals::http::prove;

fuzz_target!(|stream: &[u8]| {
    for answers_head in [false, true] {
        // Whether it is an answer at all is not the question here.
        let _outcome = prove(stream, answers_head);
    }
});
