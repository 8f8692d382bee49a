//! Needed tests that are not written as paths.

use proofload::prelude::*;

#[perf(kind = "load", needs = answers_agree)]
async fn no_list(user: &mut User) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load", needs = [])]
async fn nothing(user: &mut User) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load", needs = ["answers_agree", answers_agree, answers_agree, 7])]
async fn quoted_and_twice(user: &mut User) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load", case(users = 5, needs = [answers_agree]))]
async fn in_a_case(user: &mut User) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load", depends_on = [answers_agree])]
async fn as_elsewhere(user: &mut User) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load")]
async fn answers_agree(user: &mut User) -> proofload::Result {
    Ok(())
}

fn main() {}
