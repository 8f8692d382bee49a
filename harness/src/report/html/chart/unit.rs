//! What the figures of a chart are, as its axes, its table and its script write them.

use crate::outcome::figure;

/// The unit of the figures of an axis or a line, which are in base units: seconds, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChartUnit {
    /// A response time.
    Time,
    /// A moment of the run.
    Moment,
    Rate,
    Cores,
    Bytes,
    Count,
    /// A number without a unit.
    Number,
    Percent,
}

impl ChartUnit {
    /// As tables write it.
    pub(super) fn show(self, value: f64) -> String {
        match self {
            ChartUnit::Time => figure::time(value),
            ChartUnit::Moment => format!("{} s", figure::plain(value)),
            ChartUnit::Rate => figure::rate(value),
            ChartUnit::Cores => format!("{} cores", figure::plain(value)),
            ChartUnit::Bytes => figure::bytes(value),
            ChartUnit::Count => figure::count(value as u64),
            ChartUnit::Number => figure::plain(value),
            ChartUnit::Percent => format!("{value} %"),
        }
    }

    /// As an axis writes it: without zeros behind the point.
    pub(super) fn short(self, value: f64) -> String {
        if value == 0.0 && self != ChartUnit::Moment {
            return "0".to_owned();
        }
        let text = self.show(value);
        let Some((number, unit)) = text.split_once(' ') else { return text };
        match number.contains('.') {
            true => format!("{} {unit}", number.trim_end_matches('0').trim_end_matches('.')),
            false => text,
        }
    }

    /// The word for it in the data of the script.
    pub(super) fn word(self) -> &'static str {
        match self {
            ChartUnit::Time => "us",
            ChartUnit::Moment => "s",
            ChartUnit::Rate => "/s",
            ChartUnit::Cores => "cores",
            ChartUnit::Bytes => "KiB",
            ChartUnit::Count | ChartUnit::Number => "",
            ChartUnit::Percent => "%",
        }
    }

    /// As the data of the script has it: in units in which short numbers are enough, and rounded as tables round it.
    pub(super) fn written(self, value: f64) -> f64 {
        match self {
            ChartUnit::Time => figure::round_to(value * 1e6, 3),
            ChartUnit::Moment => (value * 1e3).round() / 1e3,
            ChartUnit::Bytes => figure::round_to(value / 1024.0, 4),
            ChartUnit::Number => figure::round_to(value, 4),
            ChartUnit::Rate | ChartUnit::Cores => figure::round_to(value, 3),
            ChartUnit::Count | ChartUnit::Percent => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_writes_no_zeros_behind_the_point() {
        assert_eq!([0.0, 0.5, 0.0125, 2.0].map(|s| ChartUnit::Time.short(s)), ["0", "500 ms", "12.5 ms", "2 s"]);
        assert_eq!([-0.5, 0.0, 3600.0].map(|s| ChartUnit::Moment.short(s)), ["-0.5 s", "0 s", "3,600 s"]);
        assert_eq!(ChartUnit::Bytes.short(67_108_864.0), "64 MiB");
    }

    #[test]
    fn the_script_gets_numbers_that_are_short_and_not_on_another_scale() {
        assert_eq!(ChartUnit::Time.written(0.000_073_791), 73.8);
        assert_eq!(ChartUnit::Bytes.written(67_108_864.0), 65_540.0);
        assert_eq!(ChartUnit::Count.written(62_822.0), 62_822.0);
    }
}
