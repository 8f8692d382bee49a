//! Histograms as text: the compressed HdrHistogram V2 format in base64, as an entry of an HDR log holds it.
//!
//! Times are nanoseconds with three significant digits, so any HdrHistogram library reads them, and histograms of several
//! runs or machines can be added.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};

use super::histogram::{Histogram, LONGEST_NS};

const SIGNIFICANT_DIGITS: u8 = 3;

/// The text of `histogram`; `None` without samples.
pub(super) fn encode(histogram: &Histogram) -> Option<String> {
    encode_with(histogram, SIGNIFICANT_DIGITS)
}

/// The text of `histogram` with as few digits as a person reads; `None` without samples.
pub(super) fn encode_short(histogram: &Histogram) -> Option<String> {
    encode_with(histogram, SIGNIFICANT_DIGITS - 1)
}

fn encode_with(histogram: &Histogram, significant_digits: u8) -> Option<String> {
    if histogram.samples() == 0 {
        return None;
    }
    let mut hdr = hdrhistogram::Histogram::<u64>::new_with_bounds(1, LONGEST_NS, significant_digits).ok()?;
    histogram.counted().for_each(|(time_ns, count)| hdr.saturating_record_n(time_ns, count));
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(&hdr, &mut bytes).ok()?;
    Some(STANDARD.encode(bytes))
}

/// The histogram of a text that [`encode`] or another HdrHistogram library wrote.
///
/// Each time is the greatest of its bucket: sums and the extremes are as precise as percentiles.
pub(super) fn decode(text: &str) -> Result<Histogram, String> {
    let explain = |why: String| format!("not a compressed HdrHistogram in base64: {why}");
    let bytes = STANDARD.decode(text).map_err(|error| explain(error.to_string()))?;
    let hdr: hdrhistogram::Histogram<u64> =
        Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|error| explain(format!("{error:?}")))?;
    let mut histogram = Histogram::default();
    for step in hdr.iter_recorded() {
        histogram.record_many_ns(step.value_iterated_to(), step.count_since_last_iteration());
    }
    Ok(histogram)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(times_ns: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        times_ns.iter().for_each(|time_ns| histogram.record_ns(*time_ns));
        histogram
    }

    fn text(histogram: &Histogram) -> String {
        encode(histogram).expect("there are samples")
    }

    fn counted(histogram: &Histogram) -> Vec<(u64, u64)> {
        histogram.counted().collect()
    }

    /// As many short times as long ones, none beyond a day.
    fn times_ns() -> impl Strategy<Value = Vec<u64>> {
        let time_ns = (0u32..64, 0..=LONGEST_NS).prop_map(|(shift, time_ns)| time_ns >> shift);
        prop::collection::vec(time_ns, 1..100)
    }

    #[test]
    fn the_text_is_an_entry_of_an_hdr_log() {
        use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
        let log = format!("0.000,1.000,2.000,{}\n", text(&of(&[1_000, 1_000, 2_000_000])));
        let mut entries = IntervalLogIterator::new(log.as_bytes());
        let Some(Ok(LogEntry::Interval(entry))) = entries.next() else { panic!("not an interval: {log}") };
        assert!(entry.encoded_histogram().starts_with("HISTF"), "{log}");
    }

    #[test]
    fn the_short_text_of_a_long_run_is_short_and_its_times_are_right_to_two_digits() {
        // 100,000 times from 1 ms, with a tail to 100 ms.
        let long = of(&(1..=100_000_u64).map(|at| 1_000_000 + 100_000_000 / at + at * 20).collect::<Vec<_>>());
        let short = encode_short(&long).expect("there are samples");
        assert!(short.len() < 700, "{}", short.len());
        let read = decode(&short).expect("our own text");
        assert_eq!(read.samples(), 100_000);
        let p99 = crate::metric::Percentile::new(99.0).expect("a percentile");
        let (exact, short) = (long.percentile_s(p99).expect("known"), read.percentile_s(p99).expect("known"));
        assert!((short / exact - 1.0).abs() < 0.01, "{exact} {short}");
    }

    #[test]
    fn without_samples_there_is_no_text_and_other_text_is_refused() {
        assert_eq!(encode(&Histogram::default()), None);
        assert!(decode("HISTF").is_err());
        assert!(decode("no base64!").unwrap_err().contains("base64"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_histogram_reads_back_from_its_text(times_ns in times_ns()) {
            let histogram = of(&times_ns);
            let read = decode(&text(&histogram)).expect("our own text");
            prop_assert_eq!(counted(&read), counted(&histogram));
            prop_assert_eq!(read.samples(), histogram.samples());
        }

        #[test]
        fn merging_what_was_read_equals_recording_into_one(left in times_ns(), right in times_ns()) {
            let mut merged = decode(&text(&of(&left))).expect("our own text");
            merged.merge(&decode(&text(&of(&right))).expect("our own text"));
            prop_assert_eq!(counted(&merged), counted(&of(&[left, right].concat())));
        }
    }
}
