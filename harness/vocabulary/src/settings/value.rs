//! The value of a setting that shapes the load, read and checked.

use std::time::Duration;

use super::shape::{Stages, Surge, Sweep};
use crate::workload::{ArmOrder, CapacitySearch, Connections, Overflow, Rate, Spacing, ThinkRange, Warmup};

/// The value of one of [`SettingKey::LOAD`](super::SettingKey::LOAD).
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// A number of users, requests, slots or repeats, or a seed.
    Count(u64),
    /// A time.
    Duration(Duration),
    /// `warmup`
    Warmup(Warmup),
    /// `rate`
    Rate(Rate),
    /// A number per second: `spawn_rate`.
    PerSecond(f64),
    /// `overflow`
    Overflow(Overflow),
    /// `arrivals`
    Spacing(Spacing),
    /// `think`
    Think(ThinkRange),
    /// `order`
    Order(ArmOrder),
    /// `connections`
    Connections(Connections),
    /// `http2`, `cookies`, `verify_tls`
    Switch(bool),
    /// `proxy`, `ca`
    Text(String),
    /// `stages`
    Stages(Stages),
    /// `spike`
    Spike(Surge),
    /// `sweep`
    Sweep(Sweep),
    /// `capacity`
    Capacity(CapacitySearch),
}
