//! Fixtures whose values workers are handed, and one whose value they cannot be handed.

use proofload::prelude::*;
use serde::{Deserialize, Serialize};

use super::servers::{steady, trace};

#[derive(Debug, Serialize, Deserialize)]
struct Shelf<A> {
    article: A,
    /// Users find it through the value of another fixture.
    shop: Server,
}

#[fixture(scope = session)]
async fn shelf(steady: &Server, give: Give<Shelf<String>>) -> proofload::Result {
    trace("shelf set up");
    let shelf = give.to_tests(Shelf { article: "pen".to_owned(), shop: steady.clone() }).await;
    trace(&format!("shelf of {} torn down", shelf.article));
    Ok(())
}

#[fixture(scope = user)]
async fn basket(user: &mut User, shelf: &Shelf<String>) -> proofload::Result<Vec<String>> {
    user.get(&shelf.shop, "/log-in").await?;
    Ok(vec![shelf.article.clone()])
}

/// Long enough that it does not matter how far apart the workers begin.
#[perf(kind = "load", users = 2, requests = 20, ignore = true)]
async fn handed_over(user: &mut User, shelf: &Shelf<String>, basket: &mut Vec<String>) -> proofload::Result {
    let number = user.number();
    let article = basket.pop().unwrap_or_else(|| shelf.article.clone());
    user.get(&shelf.shop, &format!("/{article}/of/{number}")).named("article").await?;
    user.think(Duration::from_millis(100)).await;
    Ok(())
}

/// An open database, say.
#[derive(Debug)]
struct Handle;

#[fixture(scope = session)]
async fn handle() -> Handle {
    trace("handle set up");
    Handle
}

#[perf(kind = "load", users = 2, requests = 20, ignore = true)]
async fn held_here(user: &mut User, steady: &Server, _handle: &Handle) -> proofload::Result {
    user.get(steady, "/").await?;
    Ok(())
}
