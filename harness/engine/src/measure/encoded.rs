//! Histograms as text: the compressed HdrHistogram V2 format in base64, as an entry of an HDR log holds it.
//!
//! Times are nanoseconds with three significant digits, so any HdrHistogram library reads them, and histograms of several
//! runs or machines can be added. The layout is that of `encodeIntoCompressedByteBuffer` in
//! [`AbstractHistogram.java`](https://github.com/HdrHistogram/HdrHistogram); why it is written here says decision 0043.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::buckets::{bucket_of, end_of_bucket};
use super::histogram::{BITS, Histogram, LONGEST_NS};

/// What the counts and their head begin with; the last digits say that a number takes at most nine bytes.
const COOKIE: u32 = 0x1c84_9313;
/// What compressed ones begin with.
const COMPRESSED_COOKIE: u32 = 0x1c84_9314;
/// Two significant digits take 2^7 buckets to an octave.
const FEW_BITS: u32 = 7;
/// The longest one that is read; ours take some KB. Compressed, a file of a few KB could otherwise fill the memory.
const MOST_BYTES: u64 = 16 << 20;
/// The longest time that is read: the bucket of a day ends later, if it is a coarse one.
const LONGEST_READ_NS: u64 = 2 * LONGEST_NS;

/// The text of `histogram`; `None` without samples.
pub(super) fn encode(histogram: &Histogram) -> Option<String> {
    encode_with::<BITS>(histogram, 3)
}

/// The text of `histogram` with as few digits as a person reads; `None` without samples.
pub(super) fn encode_short(histogram: &Histogram) -> Option<String> {
    encode_with::<FEW_BITS>(histogram, 2)
}

fn encode_with<const BITS: u32>(histogram: &Histogram, significant_digits: u32) -> Option<String> {
    if histogram.samples() == 0 {
        return None;
    }
    let counts = written_counts::<BITS>(histogram)?;
    let mut plain = Vec::with_capacity(40 + counts.len());
    plain.extend(COOKIE.to_be_bytes());
    plain.extend(u32::try_from(counts.len()).ok()?.to_be_bytes());
    // Where the counts begin, which is elsewhere in histograms whose times were all shifted.
    plain.extend(0_u32.to_be_bytes());
    plain.extend(significant_digits.to_be_bytes());
    plain.extend(1_u64.to_be_bytes());
    plain.extend(LONGEST_NS.to_be_bytes());
    // How a number becomes a fraction, in histograms of fractions.
    plain.extend(1_f64.to_be_bytes());
    plain.extend(counts);
    let mut compressed = ZlibEncoder::new(Vec::new(), Compression::default());
    compressed.write_all(&plain).ok()?;
    let compressed = compressed.finish().ok()?;
    let length = u32::try_from(compressed.len()).ok()?;
    Some(STANDARD.encode([&COMPRESSED_COOKIE.to_be_bytes()[..], &length.to_be_bytes(), &compressed].concat()))
}

/// The counts of all buckets up to the last one with a sample; so many empty ones in a row are one negative number.
fn written_counts<const BITS: u32>(histogram: &Histogram) -> Option<Vec<u8>> {
    let (mut written, mut next) = (Vec::new(), 0);
    let mut counts = histogram.counted().map(|(time_ns, count)| (bucket_of::<BITS>(time_ns), count)).peekable();
    while let Some((bucket, mut count)) = counts.next() {
        while let Some((_, more)) = counts.next_if(|(other, _)| *other == bucket) {
            count += more;
        }
        match i64::try_from(bucket - next).ok()? {
            0 => {}
            1 => write_number(0, &mut written),
            empty => write_number(-empty, &mut written),
        }
        write_number(i64::try_from(count).ok()?, &mut written);
        next = bucket + 1;
    }
    Some(written)
}

/// In the format's own way: the sign last, then seven bits to a byte, and all eight of the ninth byte.
fn write_number(number: i64, to: &mut Vec<u8>) {
    let mut rest = ((number << 1) ^ (number >> 63)) as u64;
    for _ in 0..8 {
        if rest < 0x80 {
            break;
        }
        to.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    to.push(rest as u8);
}

/// The histogram of a text that [`encode`] or another HdrHistogram library wrote.
///
/// Each time is the greatest of its bucket: sums and the extremes are as precise as percentiles.
pub(super) fn decode(text: &str) -> Result<Histogram, String> {
    let explain = |why: String| format!("not a compressed HdrHistogram in base64: {why}");
    let bytes = STANDARD.decode(text).map_err(|error| explain(error.to_string()))?;
    decode_bytes(&bytes).map_err(explain)
}

fn decode_bytes(mut bytes: &[u8]) -> Result<Histogram, String> {
    match u32::from_be_bytes(take(&mut bytes)?) {
        COOKIE => decode_plain(bytes),
        COMPRESSED_COOKIE => {
            let compressed = take_counted(&mut bytes)?;
            let mut plain = Vec::new();
            let unpacked = ZlibDecoder::new(compressed).take(MOST_BYTES + 1).read_to_end(&mut plain);
            if unpacked.map_err(|error| format!("it cannot be unpacked: {error}"))? as u64 > MOST_BYTES {
                return Err(format!("unpacked, it has more than {MOST_BYTES} bytes"));
            }
            decode_unpacked(&plain)
        }
        cookie => Err(format!("it begins with {cookie:#x}")),
    }
}

fn decode_unpacked(mut bytes: &[u8]) -> Result<Histogram, String> {
    match u32::from_be_bytes(take(&mut bytes)?) {
        COOKIE => decode_plain(bytes),
        cookie => Err(format!("unpacked, it begins with {cookie:#x}")),
    }
}

/// What follows the cookie.
fn decode_plain(mut bytes: &[u8]) -> Result<Histogram, String> {
    let counts_bytes = u32::from_be_bytes(take(&mut bytes)?);
    let shifted_by = u32::from_be_bytes(take(&mut bytes)?);
    let significant_digits = u32::from_be_bytes(take(&mut bytes)?);
    let [lowest, highest] = [u64::from_be_bytes(take(&mut bytes)?), u64::from_be_bytes(take(&mut bytes)?)];
    let ratio = f64::from_be_bytes(take(&mut bytes)?);
    if shifted_by != 0 || ratio != 1.0 {
        return Err("its times are shifted or fractions".to_owned());
    }
    if significant_digits > 5 || lowest == 0 || highest / 2 < lowest {
        return Err(format!("it has {significant_digits} digits, from {lowest} to {highest}"));
    }
    let layout = Layout { bits: bits_of(significant_digits), unit: lowest.ilog2() };
    let counts = bytes.get(..counts_bytes as usize).ok_or_else(cut_short)?;
    layout.read_counts(counts)
}

/// Where a histogram counts its times.
struct Layout {
    /// 2 to the power of this are the buckets of an octave.
    bits: u32,
    /// Its shortest time is 2 to the power of this.
    unit: u32,
}

/// As many as hold twice the numbers of so many digits.
fn bits_of(significant_digits: u32) -> u32 {
    (2 * 10_u32.pow(significant_digits)).next_power_of_two().ilog2() - 1
}

impl Layout {
    fn read_counts(&self, mut counts: &[u8]) -> Result<Histogram, String> {
        let (mut histogram, mut bucket) = (Histogram::default(), 0_u64);
        while !counts.is_empty() {
            let number = read_number(&mut counts)?;
            let Ok(count) = u64::try_from(number) else {
                bucket = bucket.saturating_add(number.unsigned_abs());
                continue;
            };
            if count > 0 {
                let time_ns = self.end_of(bucket).filter(|time_ns| *time_ns <= LONGEST_READ_NS);
                add(&mut histogram, time_ns.ok_or("it has times of more than two days")?, count)?;
            }
            bucket = bucket.saturating_add(1);
        }
        Ok(histogram)
    }

    /// The greatest time of a bucket; `None` for one whose times are longer than can be written.
    fn end_of(&self, bucket: u64) -> Option<u64> {
        let digits = (bucket >> self.bits).saturating_add((self.bits + self.unit).into());
        let units = (digits <= u64::BITS.into()).then(|| end_of_bucket(self.bits, bucket as usize))?;
        Some((units << self.unit) | ((1 << self.unit) - 1))
    }
}

fn add(histogram: &mut Histogram, time_ns: u64, count: u64) -> Result<(), String> {
    let squares = u128::from(time_ns).pow(2).checked_mul(count.into());
    let all = squares.and_then(|squares| histogram.sum_of_squares_ns2.checked_add(squares));
    if all.is_none() || histogram.samples.checked_add(count).is_none() {
        return Err(format!("{count} times of {time_ns} ns are more than can be added up"));
    }
    histogram.record_many_ns(time_ns, count);
    Ok(())
}

/// What [`write_number`] wrote.
fn read_number(bytes: &mut &[u8]) -> Result<i64, String> {
    let mut number = 0_u64;
    for place in 0..9 {
        let [byte] = take(bytes)?;
        let is_last = place == 8;
        number |= u64::from(if is_last { byte } else { byte & 0x7f }) << (7 * place);
        if byte < 0x80 || is_last {
            break;
        }
    }
    Ok((number >> 1) as i64 ^ -((number & 1) as i64))
}

/// As many bytes as the number before them says.
fn take_counted<'b>(bytes: &mut &'b [u8]) -> Result<&'b [u8], String> {
    let count = u32::from_be_bytes(take(bytes)?);
    bytes.get(..count as usize).ok_or_else(cut_short)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], String> {
    let (first, rest) = bytes.split_first_chunk().ok_or_else(cut_short)?;
    *bytes = rest;
    Ok(*first)
}

fn cut_short() -> String {
    "it is cut short".to_owned()
}

#[cfg(test)]
mod tests;
