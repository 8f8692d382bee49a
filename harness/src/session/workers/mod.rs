//! Several processes that offer the load of the tests together: how the coordinator starts them, and what each of them does.

mod check;
mod described;
mod start;
mod work;

pub(super) use check::check;
pub(super) use start::start;
pub(super) use work::run_worker;
