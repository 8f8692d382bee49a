//! The closed forms, and arrivals as the server saw them, where two workers offer the load: the tolerances are those of one process.

use proofload_testing::specification::Specification;

use crate::workers::by_two;
use crate::{arrivals, closed, open};

pub(crate) const SPECIFICATION: Specification = &[
    ("workers: a stalled server of known capacity reads as its closed form", || by_two(open::stalled_with_capacity)),
    ("workers: ten per cent too much grows as its closed form", || by_two(open::overloaded)),
    ("workers: a server that freezes for the last 30 % loses 30 % and fails the test", || by_two(open::freezes)),
    ("workers: a constant delay of 50 ms reads as 50 ms at every percentile", || by_two(open::constant_50_ms)),
    ("workers: the server sees every one of 1 000/s when it is due", || by_two(arrivals::offered_1_000)),
    ("workers: the server sees those of ramps where the plan's integral has them", || by_two(arrivals::ramps)),
    ("workers: users with think time obey the interactive response-time law", || by_two(closed::thinking)),
];
