//! Any bytes as a response: the decoder does not panic, uses limited memory, and reads the same however they are cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proofload::__internals::http::prove;

fuzz_target!(|stream: &[u8]| {
    for answers_head in [false, true] {
        // Whether it is an answer at all is not the question here.
        let _outcome = prove(stream, answers_head);
    }
});
