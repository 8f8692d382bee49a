//! Numbers for made-up records.

/// A number from 0 to 1 that looks like chance and is the same in each run.
pub(crate) fn noise(index: u64) -> f64 {
    let mixed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (index << 7);
    (mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f64 / (1u64 << 24) as f64
}
