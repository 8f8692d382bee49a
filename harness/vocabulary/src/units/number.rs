//! Decimal numbers as people write them: `5_000`, `0.5`, `99.9`; exact until someone asks for an `f64`.

use std::cmp::Ordering;
use std::fmt;

use thiserror::Error;

/// A non-negative decimal number, kept exactly: `digits / 10^decimals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: u128,
    decimals: u32,
}

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NumberError {
    /// There are no digits.
    #[error("expected a number")]
    Missing,
    /// `.5s`
    #[error("a number starts with a digit: write `0{0}`")]
    LeadingDot(String),
    /// `1.s`
    #[error("a digit must follow the point: write `{0}` or `{0}.0`")]
    TrailingDot(String),
    /// `007s`
    #[error("a number has no leading zeros: write `{0}`")]
    LeadingZeros(String),
    /// `0x10s`
    #[error("numbers are decimal: `{0}` is not accepted")]
    NotDecimal(String),
    /// More digits than anything measured needs.
    #[error("`{0}` has too many digits")]
    TooLong(String),
}

impl Decimal {
    /// Reads the number at the start of `text` and returns it with the rest.
    pub fn take(text: &str) -> Result<(Decimal, &str), NumberError> {
        if text.starts_with('.') {
            return Err(NumberError::LeadingDot(text.to_owned()));
        }
        let (whole, rest) = take_digits(text);
        if whole.is_empty() {
            return Err(NumberError::Missing);
        }
        if whole == "0" && rest.starts_with(['x', 'o', 'b']) && rest[1..].starts_with(|c: char| c.is_ascii_hexdigit()) {
            return Err(NumberError::NotDecimal(text.to_owned()));
        }
        if whole.len() > 1 && whole.starts_with('0') {
            let trimmed = text.trim_start_matches(['0', '_']);
            let zero = if trimmed.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
            return Err(NumberError::LeadingZeros(format!("{zero}{trimmed}")));
        }
        let Some(after_dot) = rest.strip_prefix('.') else {
            return Ok((Decimal::from_digits(&whole, "")?, rest));
        };
        let (fraction, rest) = take_digits(after_dot);
        if fraction.is_empty() {
            return Err(NumberError::TrailingDot(whole));
        }
        Ok((Decimal::from_digits(&whole, &fraction)?, rest))
    }

    fn from_digits(whole: &str, fraction: &str) -> Result<Decimal, NumberError> {
        let too_long = || NumberError::TooLong(format!("{whole}.{fraction}"));
        if whole.len() + fraction.len() > 24 {
            return Err(too_long());
        }
        let digits = format!("{whole}{fraction}").parse().map_err(|_| too_long())?;
        Ok(Decimal { digits, decimals: fraction.len() as u32 })
    }

    /// The number as a whole one, if it has no fraction.
    pub fn as_u64(self) -> Option<u64> {
        let divisor = 10u128.pow(self.decimals);
        self.digits.is_multiple_of(divisor).then(|| u64::try_from(self.digits / divisor).ok()).flatten()
    }

    /// The nearest `f64`.
    pub fn as_f64(self) -> f64 {
        // Through text, which is rounded once; more digits than fit an `f64` would be rounded twice by a division.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// A hundredth of the number: the share that so many per cent are.
    pub fn percent(self) -> Decimal {
        Decimal { digits: self.digits, decimals: self.decimals + 2 }.shortest()
    }

    /// The number of per cent that a share is.
    pub fn in_percent(self) -> Decimal {
        match self.decimals.checked_sub(2) {
            Some(decimals) => Decimal { digits: self.digits, decimals },
            None => Decimal { digits: self.digits * 10u128.pow(2 - self.decimals), decimals: 0 },
        }
    }

    /// How `part ÷ whole` compares with the number, exactly. `whole` must not be 0.
    ///
    /// ```
    /// use proofload_vocabulary::units::Decimal;
    /// let (limit, _) = Decimal::take("0.999").unwrap();
    /// assert!(limit.compare_share(999, 1_000).is_eq());
    /// assert!(limit.compare_share(998, 1_000).is_lt());
    /// ```
    pub fn compare_share(self, part: u64, whole: u64) -> Ordering {
        let (whole, mut rest) = (u128::from(whole), u128::from(part));
        // Digit by digit, as on paper, because the products of long numbers would not fit.
        let mut scale = 10u128.pow(self.decimals);
        let mut ours = self.digits;
        loop {
            let order = (rest / whole).cmp(&(ours / scale));
            if order.is_ne() {
                return order;
            }
            (rest, ours) = (rest % whole * 10, ours % scale);
            if scale == 1 {
                return rest.cmp(&0);
            }
            scale /= 10;
        }
    }

    /// The same number without zeros at the end of its fraction, so that `99.90` equals `99.9`.
    fn shortest(mut self) -> Decimal {
        while self.decimals > 0 && self.digits.is_multiple_of(10) {
            self = Decimal { digits: self.digits / 10, decimals: self.decimals - 1 };
        }
        self
    }

    /// `self × factor`, exactly, if the result is whole and fits.
    pub fn times(self, factor: u64) -> Option<u64> {
        let product = self.digits.checked_mul(u128::from(factor))?;
        let divisor = 10u128.pow(self.decimals);
        product.is_multiple_of(divisor).then(|| u64::try_from(product / divisor).ok()).flatten()
    }

    /// True if the number was written with a fraction.
    pub fn has_fraction(self) -> bool {
        self.decimals > 0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10u128.pow(self.decimals);
        let (whole, fraction) = (self.digits / scale, self.digits % scale);
        match self.decimals {
            0 => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{fraction:0width$}", width = decimals as usize),
        }
    }
}

/// The digits at the start of `text` without their underscores, and the rest.
fn take_digits(text: &str) -> (String, &str) {
    let starts_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let end = if starts_with_digit {
        text.find(|c: char| !(c.is_ascii_digit() || c == '_')).unwrap_or(text.len())
    } else {
        0
    };
    (text[..end].replace('_', ""), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<f64, NumberError> {
        Decimal::take(text).map(|(number, _)| number.as_f64())
    }

    #[test]
    fn decimal_numbers_with_underscores_are_read() {
        assert_eq!(number("5_000"), Ok(5000.0));
        assert_eq!(number("0.5s"), Ok(0.5));
        assert_eq!(number("0"), Ok(0.0));
    }

    #[test]
    fn other_spellings_are_refused_with_the_one_to_write() {
        assert_eq!(number(".5s").unwrap_err().to_string(), "a number starts with a digit: write `0.5s`");
        assert_eq!(number("1.s").unwrap_err().to_string(), "a digit must follow the point: write `1` or `1.0`");
        assert_eq!(number("007s").unwrap_err().to_string(), "a number has no leading zeros: write `7s`");
        assert_eq!(number("0x10s").unwrap_err().to_string(), "numbers are decimal: `0x10s` is not accepted");
        assert_eq!(number("s"), Err(NumberError::Missing));
        assert_eq!(number("00.5s").unwrap_err().to_string(), "a number has no leading zeros: write `0.5s`");
    }

    #[test]
    fn a_share_is_compared_exactly_with_numbers_of_any_length() {
        let limit = |text| Decimal::take(text).unwrap().0;
        assert!(limit("0.333333333333333333333").compare_share(1, 3).is_gt(), "a third is more than that");
        assert!(limit("0.333333333333333333334").compare_share(1, 3).is_lt());
        assert!(limit("1").compare_share(u64::MAX, u64::MAX).is_eq());
        assert!(limit("0.99999999999999999999").compare_share(u64::MAX - 1, u64::MAX).is_lt());
        assert!(limit("0").compare_share(0, 7).is_eq());
        assert!(limit("0.5").compare_share(1, 2).is_eq());
        assert!(limit("2.5").compare_share(5, 2).is_eq());
    }

    #[test]
    fn per_cent_and_back_keeps_every_digit() {
        for text in ["99.9", "100", "0.05", "7", "99.99999999"] {
            let number = Decimal::take(text).unwrap().0;
            assert_eq!(number.percent().in_percent().to_string(), text);
        }
        assert_eq!(
            number("99.90").map(|_| Decimal::take("99.90").unwrap().0.percent()),
            Ok(Decimal::take("0.999").unwrap().0)
        );
        assert_eq!(Decimal::take("57").unwrap().0.percent().as_f64(), 0.57);
    }

    #[test]
    fn products_are_exact() {
        // 0.1 s is 100 000 000 ns and not 99 999 999.
        assert_eq!(Decimal::take("0.1").unwrap().0.times(1_000_000_000), Some(100_000_000));
        assert_eq!(Decimal::take("0.1").unwrap().0.times(1), None);
    }
}
