//! Where a time is counted: exactly while it is short, and by its first binary digits from there on.

/// The number of the bucket of a time.
///
/// Times below 2^(`BITS` + 1) have buckets of their own; from there on each octave has 2^`BITS` equal ones, so that a
/// time is known to within its 2^`BITS`th part.
pub(super) fn bucket_of<const BITS: u32>(time_ns: u64) -> usize {
    // The digits that a bucket distinguishes are set, so that short times need no case of their own.
    let digits = u64::BITS - (time_ns | ((2 << BITS) - 1)).leading_zeros();
    let shift = digits - (BITS + 1);
    ((shift as usize) << BITS) + (time_ns >> shift) as usize
}

/// The greatest time of a bucket.
pub(super) fn end_of<const BITS: u32>(bucket: usize) -> u64 {
    end_of_bucket(BITS, bucket)
}

/// The same where the number of digits is that of another program.
#[inline]
pub(super) fn end_of_bucket(bits: u32, bucket: usize) -> u64 {
    if bucket < 2 << bits {
        return bucket as u64;
    }
    let shift = (bucket >> bits) - 1;
    let step = (bucket - (shift << bits)) as u64;
    (step << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As many short times as long ones.
    fn times_ns() -> impl Strategy<Value = u64> {
        (0u32..64, any::<u64>()).prop_map(|(shift, time_ns)| time_ns >> shift)
    }

    proptest! {
        #[test]
        fn a_bucket_holds_its_time_to_within_its_digits(time_ns in times_ns()) {
            let (coarse, fine) = (end_of::<7>(bucket_of::<7>(time_ns)), end_of::<10>(bucket_of::<10>(time_ns)));
            prop_assert!(coarse >= time_ns && fine >= time_ns);
            prop_assert!((coarse - time_ns) as f64 <= time_ns as f64 / 128.0);
            prop_assert!((fine - time_ns) as f64 <= time_ns as f64 / 1024.0);
        }

        #[test]
        fn buckets_follow_one_another_without_a_gap(time_ns in times_ns()) {
            let bucket = bucket_of::<10>(time_ns);
            let end_ns = end_of::<10>(bucket);
            prop_assert_eq!(bucket_of::<10>(end_ns), bucket);
            if let Some(next_ns) = end_ns.checked_add(1) {
                prop_assert_eq!(bucket_of::<10>(next_ns), bucket + 1);
            }
        }
    }
}
