#![allow(unused_variables)]

use proofload::prelude::*;

struct Site;
struct Token;

#[fixture(scope = session)]
async fn site() -> Site {
    Site
}

#[fixture(scope = user)]
async fn token() -> Token {
    Token
}

#[fixture(scope = test)]
async fn short() -> u8 {
    1
}

#[perf(kind = "load")]
async fn wrong_type(site: &Token) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load")]
async fn not_its_own(site: &mut Site) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load")]
async fn not_shared(token: &Token) -> proofload::Result {
    Ok(())
}

#[fixture(scope = session)]
async fn scope_violation(short: &u8) -> u8 {
    *short
}

#[fixture(scope = module)]
async fn not_send() -> std::rc::Rc<u8> {
    std::rc::Rc::new(1)
}

#[fixture]
async fn wrong_result(give: Give<u8>) -> u8 {
    give.to_tests(1).await
}

fn main() {}
