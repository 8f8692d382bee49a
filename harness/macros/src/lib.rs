//! The attributes of Proofload: `#[perf]`, `#[fixture]` and `#[server]`.
mod fixture;
mod inject;
mod keys;
mod mistakes;
mod perf;

use proc_macro::TokenStream;

/// Declares a performance test: what it asks, the load it offers, and the thresholds it must hold.
///
/// `key = value` is a setting, `metric < bound` is a threshold, and `case(…)` is the same test under settings and
/// thresholds of its own. Anyone who reads the attribute knows the test.
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
/// Every mistake in the attribute is reported at once, each on its own tokens. Settings are `kind`, `users`, `requests`,
/// `duration`, `warmup`, `ramp_up`, `timeout`, `seed`, `markers`, `ignore` and `name`; an array multiplies the test
/// (`users = [10, 50]`), and a constant may stand for a number or a `Duration` (`users = SMALL_TEAM`).
#[proc_macro_attribute]
pub fn perf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    perf::perf(attribute.into(), &item.into()).into()
}

/// Declares a fixture.
#[proc_macro_attribute]
pub fn fixture(attribute: TokenStream, item: TokenStream) -> TokenStream {
    fixture::fixture(attribute.into(), item.into()).into()
}

/// Declares a server.
#[proc_macro_attribute]
pub fn server(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}
