//! Slips of the fingers between the items; those after them are still checked.
use proofload::prelude::*;

#[perf(kind = "load" users = 10, mean < 1s max < 2s,, 100, = 5, p99. < 1s, timeout 5s, sed = 1)]
async fn commas(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = , mean < , markers = [slow fast], sead = 1)]
async fn nothing_where_a_value_stands(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = )]
async fn nothing_at_the_end(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf]
async fn bare(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
