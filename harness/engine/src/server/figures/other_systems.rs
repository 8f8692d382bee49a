//! Systems without `/proc`: no process is visible, so every figure is absent.

use std::net::SocketAddr;

use super::process::{ByteCounters, MemoryUse, ProcessStat};

pub fn processes() -> Vec<ProcessStat> {
    Vec::new()
}

pub fn listening(_root: u32) -> Vec<SocketAddr> {
    Vec::new()
}

pub fn process_at(_address: SocketAddr) -> Option<(u32, String)> {
    None
}

/// Never multiplied with anything: no process is visible.
pub(super) fn tick_s() -> f64 {
    0.0
}

pub(super) fn memory(_pid: u32) -> Option<MemoryUse> {
    None
}

pub(super) fn descriptors(_pid: u32) -> Option<u64> {
    None
}

pub(super) fn disk(_pid: u32) -> Option<ByteCounters> {
    None
}

pub(super) fn network(_pid: u32) -> Option<ByteCounters> {
    None
}
