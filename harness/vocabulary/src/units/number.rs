//! Decimal numbers as people write them: `5_000`, `0.5`, `99.9`; exact until someone asks for an `f64`.

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
        self.digits as f64 / 10f64.powi(self.decimals as i32)
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
    fn products_are_exact() {
        // 0.1 s is 100 000 000 ns and not 99 999 999.
        assert_eq!(Decimal::take("0.1").unwrap().0.times(1_000_000_000), Some(100_000_000));
        assert_eq!(Decimal::take("0.1").unwrap().0.times(1), None);
    }
}
