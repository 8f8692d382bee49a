//! Baselines: the figures of the last good run of each test.
