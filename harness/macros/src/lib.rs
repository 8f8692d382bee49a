//! The attributes of Proofload: `#[perf]`, `#[fixture]` and `#[server]`.

mod compiler;
mod documentation;
mod fixture;
mod inject;
mod keys;
mod mistakes;
mod perf;
mod server;

use proc_macro::TokenStream;

/// Declares a performance test: what it asks, the load it offers, and the thresholds it must hold.
///
/// `key = value` is a setting, `metric < bound` is a threshold, and `case(…)` is the same test under settings and
/// thresholds of its own. The attribute says all there is to know about the load.
///
/// ```ignore
/// /// The dashboard polls this from every open browser tab.
/// #[perf(kind = "load", users = 100, requests = 5_000, success_rate >= 100%, mean < 1s, p95 < 800ms)]
/// async fn health(user: &mut User, agent: &Server) -> proofload::Result {
///     user.get(agent, "/health").await?;
///     Ok(())
/// }
/// ```
///
/// Every mistake in the attribute is reported at once, each on its own tokens. An array multiplies the test
/// (`users = [10, 50]`), and a constant may stand for a number or a `Duration` (`users = SMALL_TEAM`). `stages(…)`,
/// `spike(…)`, `sweep(…)` and `capacity(…)` say how the load changes over time or from run to run. All settings are listed
/// in `docs/reference/settings.md`; the message about an unknown one suggests the nearest, or lists all.
#[proc_macro_attribute]
pub fn perf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    perf::perf(attribute.into(), &item.into()).into()
}

/// Declares a fixture: a value that tests and other fixtures ask for by naming a parameter after it.
///
/// ```ignore
/// /// The articles of the shop, loaded once.
/// #[fixture(scope = session)]                     // session | module | test | user; test unless it is said
/// async fn catalogue(agent: &Server, give: Give<Catalogue>) -> proofload::Result {
///     let catalogue = Catalogue::load(agent).await?;
///     let catalogue = give.to_tests(catalogue).await;       // tests run here
///     catalogue.delete_all().await?;                        // always, also after a failure or Ctrl-C
///     Ok(())
/// }
/// ```
///
/// Without a `Give` parameter the function returns the value (or a `Result` of it), and there is no tear-down.
/// A fixture of scope `user` runs once for each virtual user before its first iteration; it may take
/// `user: &mut User`, whose requests no threshold judges, and tests take its value as `&mut T`. The values of the other
/// scopes are shared, so they are `Send + Sync`, and are taken as `&T`; a leading underscore (`_agent: &Server`) asks
/// for a fixture that must run but is not used.
///
/// The fixture stays what the function was: a name among functions, which `use fixtures::catalogue;` brings into scope.
/// A module may have the name too, and so may a variable. A wrong name, a wrong type, one that does not live as long as the
/// function that asks for it, and a circle are compile errors.
#[proc_macro_attribute]
pub fn fixture(attribute: TokenStream, item: TokenStream) -> TokenStream {
    fixture::fixture(attribute.into(), &item.into()).into()
}

/// Declares a server of this binary: a fixture of scope `session` that gives a `Server` in a process of its own.
///
/// ```ignore
/// #[server(ready = "/health", start_timeout = 10s, threads = 2)]
/// pub async fn agent(listener: TcpListener) -> std::io::Result<()> {
///     axum::serve(listener, router()).await
/// }
/// ```
///
/// `ready` is the path that answers with a 2xx status once the server is ready; without it, the server is ready when it
/// accepts connections. `start_timeout` is how long that may take (30 s unless it is said), `threads` the worker threads
/// of its runtime (one for each processor unless it is said). The function returns nothing, or a `Result<(), E>` whose
/// error can be displayed; it should not return before it is stopped.
#[proc_macro_attribute]
pub fn server(attribute: TokenStream, item: TokenStream) -> TokenStream {
    server::server(attribute.into(), &item.into()).into()
}
