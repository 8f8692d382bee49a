use hdrhistogram::Histogram as Reference;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer, V2Serializer};
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

/// What the crate hdrhistogram counts, by the greatest time of each of its buckets.
fn reference_counted(reference: &Reference<u64>) -> Vec<(u64, u64)> {
    let buckets = reference.iter_recorded();
    buckets.map(|bucket| (bucket.value_iterated_to(), bucket.count_since_last_iteration())).collect()
}

fn reference_of(times_ns: &[u64], (lowest, digits): (u64, u8)) -> Reference<u64> {
    let mut reference = Reference::new_with_bounds(lowest, LONGEST_NS, digits).expect("such bounds are allowed");
    times_ns.iter().for_each(|time_ns| reference.record(*time_ns).expect("within the bounds"));
    reference
}

fn reference_text(reference: &Reference<u64>) -> String {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(reference, &mut bytes).expect("written to memory");
    STANDARD.encode(bytes)
}

/// A text with this head and these counts.
fn crafted(digits: u32, lowest: u64, counts: &[i64]) -> String {
    let mut written = Vec::new();
    counts.iter().for_each(|number| write_number(*number, &mut written));
    let head = [COOKIE, written.len() as u32, 0, digits].map(u32::to_be_bytes).concat();
    STANDARD.encode([head, [lowest, LONGEST_NS, 1_f64.to_bits()].map(u64::to_be_bytes).concat(), written].concat())
}

#[test]
fn what_cannot_be_a_histogram_is_refused_with_the_reason() {
    let refused = |text: &str| decode(text).expect_err("it is no histogram");
    let good = text(&of(&[1_000]));
    assert!(refused(&good[..good.len() - 8]).ends_with("it is cut short"));
    assert!(refused(&STANDARD.encode([1, 2, 3, 4])).ends_with("it begins with 0x1020304"));
    assert!(refused(&crafted(6, 1, &[])).contains("it has 6 digits, from 1 to"));
    assert!(refused(&crafted(3, 0, &[])).contains("from 0 to"));
    for far in [&[i64::MIN, i64::MIN, 1][..], &[-60 << 10, 1], &[-39 << 10, 1]] {
        assert!(refused(&crafted(3, 1, far)).ends_with("it has times of more than two days"), "{far:?}");
    }
    assert!(refused(&crafted(0, 1 << 45, &[-10, 1])).ends_with("it has times of more than two days"));
    let many = refused(&crafted(3, 1, &[-37 << 10, i64::MAX]));
    assert!(many.ends_with("ns are more than can be added up"), "{many}");
}

#[test]
fn what_unpacks_to_far_more_than_a_histogram_does_not_fill_the_memory() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; MOST_BYTES as usize + 1]).expect("written to memory");
    let packed = packed.finish().expect("written to memory");
    let head = [COMPRESSED_COOKIE, packed.len() as u32].map(u32::to_be_bytes).concat();
    assert!(decode(&STANDARD.encode([head, packed].concat())).unwrap_err().contains("unpacked, it has more than"));
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
    fn the_text_is_that_of_the_crate_hdrhistogram(times_ns in times_ns(), count in 1..=i64::MAX as u64) {
        let mut histogram = of(&times_ns);
        histogram.counts.iter_mut().filter(|of| **of > 0).take(1).for_each(|of| *of = count);
        for (text, digits) in [(encode(&histogram), 3), (encode_short(&histogram), 2)] {
            let mut reference = Reference::new_with_bounds(1, LONGEST_NS, digits).expect("such bounds are allowed");
            histogram.counted().for_each(|(time_ns, count)| reference.saturating_record_n(time_ns, count));
            // Counts beyond that are the reference's error.
            if reference.iter_recorded().all(|bucket| i64::try_from(bucket.count_at_value()).is_ok()) {
                prop_assert_eq!(text, Some(reference_text(&reference)));
            }
        }
    }

    #[test]
    fn what_another_library_wrote_is_read_with_its_own_buckets(
        times_ns in times_ns(), lowest in 1..100_000_u64, digits in 0..=5_u8,
    ) {
        let reference = reference_of(&times_ns, (lowest, digits));
        let mut plain = Vec::new();
        V2Serializer::new().serialize(&reference, &mut plain).expect("written to memory");
        for text in [reference_text(&reference), STANDARD.encode(plain)] {
            let mut expected = Histogram::default();
            reference_counted(&reference).iter().for_each(|(time_ns, count)| expected.record_many_ns(*time_ns, *count));
            let read = decode(&text).expect("a histogram");
            prop_assert_eq!(counted(&read), counted(&expected));
            prop_assert_eq!((read.samples(), read.sum_ns), (expected.samples(), expected.sum_ns));
        }
    }

    #[test]
    fn another_library_reads_what_was_written(times_ns in times_ns()) {
        let bytes = STANDARD.decode(text(&of(&times_ns))).expect("base64");
        let read: Reference<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).expect("a histogram");
        prop_assert_eq!(reference_counted(&read), counted(&of(&times_ns)));
    }

    #[test]
    fn no_bytes_are_too_strange(mut bytes in prop::collection::vec(any::<u8>(), 0..200), is_headed: bool) {
        if is_headed && bytes.len() >= 40 {
            let head = STANDARD.decode(crafted(u32::from(bytes[3] % 7), 1 << (bytes[4] % 64), &[])).expect("base64");
            let counts = (bytes.len() - 40) as u32;
            bytes[..40].copy_from_slice(&head);
            bytes[4..8].copy_from_slice(&counts.to_be_bytes());
        }
        let _read_or_refused = decode_bytes(&bytes);
    }

    #[test]
    fn merging_what_was_read_equals_recording_into_one(left in times_ns(), right in times_ns()) {
        let mut merged = decode(&text(&of(&left))).expect("our own text");
        merged.merge(&decode(&text(&of(&right))).expect("our own text"));
        prop_assert_eq!(counted(&merged), counted(&of(&[left, right].concat())));
    }
}
