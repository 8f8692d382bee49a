//! Several processes that offer the load of the tests together: how the coordinator starts them, and what each of them does.

mod described;
mod handed_over;
mod start;
mod work;

pub(super) use handed_over::check_fixtures;
pub(super) use start::start;
pub(super) use work::run_worker;
