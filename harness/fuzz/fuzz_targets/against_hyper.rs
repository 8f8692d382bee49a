//! Any bytes as an answer: what the decoder takes for one, hyper takes for the same.

#![no_main]

#[path = "../../src/http/http1/tests/reference.rs"]
mod reference;

use libfuzzer_sys::fuzz_target;
use proofload::__internals::http::{ReadResponse, prove};
use reference::Reference;

fuzz_target!(|stream: &[u8]| {
    for answers_head in [false, true] {
        // Where we refuse what hyper takes is a matter of the unit tests, which know the reasons.
        let Ok(ours) = prove(stream, answers_head) else { continue };
        let keeps_open = ours.keeps_open;
        let reference = reference::read(stream, answers_head).expect("hyper takes what the decoder takes");
        assert_eq!(as_reference(ours), reference);
        assert!(!keeps_open || reference::keeps_open(stream, answers_head), "hyper would not keep the connection");
    }
});

fn as_reference(ours: ReadResponse) -> Reference {
    let headers = ours.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    let mut headers: Vec<_> = headers.collect();
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    Reference { status: ours.status, headers, body: ours.body }
}
