//! `--expect`: which statuses are a success.

use std::ops::RangeInclusive;

use proofload::ExpectedStatus;

use crate::failure::UsageFailure;

/// The statuses of `--expect`, such as `200`, `2xx`, `200-204` or several of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusList(Vec<RangeInclusive<u16>>);

impl StatusList {
    /// The statuses as ranges.
    #[allow(dead_code, reason = "for code that is generated from a request")]
    pub(crate) fn ranges(&self) -> &[RangeInclusive<u16>] {
        &self.0
    }

    pub(super) fn read(text: &str) -> Result<StatusList, UsageFailure> {
        let each = |word: &str| {
            range(word.trim()).ok_or_else(|| {
                UsageFailure::new(format!(
                    "--expect {text}: `{}` is not a status of HTTP: write 200, 2xx, 200-204 or several such as 200,404",
                    word.trim()
                ))
            })
        };
        text.split(',').map(each).collect::<Result<_, _>>().map(StatusList)
    }
}

fn range(word: &str) -> Option<RangeInclusive<u16>> {
    if let Some(class) = word.strip_suffix("xx").or_else(|| word.strip_suffix("XX")) {
        let first = status(&format!("{class}00"))?;
        return Some(first..=first + 99);
    }
    match word.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (status(first.trim())?, status(last.trim())?);
            (first <= last).then_some(first..=last)
        }
        None => status(word).map(|status| status..=status),
    }
}

fn status(word: &str) -> Option<u16> {
    let status = word.parse().ok().filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()))?;
    (100..600).contains(&status).then_some(status)
}

impl ExpectedStatus for &StatusList {
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>> {
        self.0.iter().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_numbers_classes_and_ranges() {
        let read = |text| StatusList::read(text).unwrap().0;
        assert_eq!(read("200"), [200..=200]);
        assert_eq!(read("2xx"), [200..=299]);
        assert_eq!(read("200, 404,500-503"), [200..=200, 404..=404, 500..=503]);
    }

    #[test]
    fn what_is_not_a_status_is_refused_with_examples() {
        for wrong in ["", "ok", "20", "600", "7xx", "xx", "+200", "204-200", "200,", "200 404"] {
            let refusal = StatusList::read(wrong).unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("--expect {wrong}: `")) && refusal.contains("2xx"), "{refusal}");
        }
    }
}
