//! Tests whose users take their data from files of the package.

use proofload::Rows;
use proofload::prelude::*;

use super::fixtures::steady;

/// A line of `data/accounts.csv` or `data/accounts.jsonl`.
#[derive(serde::Deserialize)]
struct Account {
    name: String,
    items: u32,
}

#[fixture]
async fn accounts() -> proofload::Result<Rows<Account>> {
    Ok(Rows::csv("data/accounts.csv")?.stop())
}

#[fixture]
async fn all_again() -> proofload::Result<Rows<Account>> {
    Rows::json("data/accounts.jsonl")
}

/// Ends when each account was used once.
#[perf(kind = "load", users = 4, duration = 60s)]
async fn each_once(user: &mut User, steady: &Server, accounts: &Rows<Account>) -> proofload::Result {
    let account = accounts.next(user)?;
    user.get(steady, &format!("/accounts/{}/{}", account.name, account.items)).named("account").await?;
    Ok(())
}

/// More requests than accounts.
#[perf(kind = "load", users = 4, requests = 50)]
async fn again(user: &mut User, steady: &Server, all_again: &Rows<Account>) -> proofload::Result {
    let account = all_again.next(user)?;
    user.get(steady, &format!("/accounts/{}/{}", account.name, account.items)).named("account").await?;
    Ok(())
}
