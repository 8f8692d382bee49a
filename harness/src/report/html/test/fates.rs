//! Where every intended request ended: the conservation law, as a bar.

use super::titled::titled;
use crate::measure::{Counts, Measured};
use crate::outcome::figure;

const WIDTH: f64 = 640.0;
/// What is not nothing can be seen.
const LEAST_WIDTH: f64 = 3.0;

/// A fate with its count, its class and its colour.
type FateBar = (&'static str, u64, &'static str, &'static str);

fn of(counts: &Counts) -> [FateBar; 5] {
    [
        ("ok", counts.ok, "fill-ok", "#2c9a62"),
        ("failed", counts.failed, "fill-red", "#dc4a42"),
        ("timed out", counts.timed_out, "fill-orange", "#c9761a"),
        ("in flight at the end", counts.in_flight_at_end, "fill-violet", "#9068d8"),
        ("never sent", counts.never_sent, "fill-grey", "#7a8794"),
    ]
}

pub(super) fn fates(measured: &Measured) -> String {
    let counts = &measured.total.requests;
    let fates = of(counts);
    let there = fates.iter().filter(|(_, count, ..)| *count > 0);
    let legend: String = there.map(|fate| legend_of(fate, counts.intended)).collect();
    let sign = if counts.is_conserved() { "=" } else { "≠" };
    let sum: Vec<String> = fates.iter().map(|(name, count, ..)| format!("{} {name}", figure::count(*count))).collect();
    let sum = format!("{} intended {sign} {}", figure::count(counts.intended), sum.join(" + "));
    let warning = match counts.is_conserved() {
        true => "",
        false => "<p class=note>Requests are missing from this sum: the record is wrong.</p>\n",
    };
    let outside = match measured.outside.intended {
        0 => String::new(),
        outside => {
            format!(" {} more belong to set-up, ramp-up or warm-up, and are not judged.", figure::count(outside))
        }
    };
    let text = format!("<p>{sum}.{outside}</p>\n{warning}{}<ul class=legend>{legend}</ul>\n", bar(&fates, &sum));
    titled("How every request ended", text)
}

/// `ok 44,950 (89.9 %)`
fn legend_of((name, count, class, colour): &FateBar, intended: u64) -> String {
    let share = (intended > 0).then(|| format!(" ({})", figure::percent(*count as f64 / intended as f64)));
    format!(
        "<li><svg width=12 height=12><path class={class} fill={colour} d=\"M0 0h12v12H0z\"/></svg>{name} {}{}",
        figure::count(*count),
        share.unwrap_or_default()
    )
}

fn bar(fates: &[FateBar], sum: &str) -> String {
    let total: u64 = fates.iter().map(|(_, count, ..)| count).sum();
    if total == 0 {
        return String::new();
    }
    let there = fates.iter().filter(|(_, count, ..)| *count > 0);
    let widths: Vec<(&FateBar, f64)> =
        there.map(|fate| (fate, (fate.1 as f64 / total as f64 * WIDTH).max(LEAST_WIDTH))).collect();
    let sum_of_widths: f64 = widths.iter().map(|(_, width)| width).sum();
    let mut left = 0.0;
    let parts = widths.iter().map(|((name, _, class, colour), width)| {
        let width = width / sum_of_widths * WIDTH;
        let from = left;
        left += width;
        // Only a wide part has room for its name.
        let label = match width > 8.0 * name.len() as f64 {
            true => format!(
                "<text class=on-bar fill=#fff font-size=12 font-family=sans-serif x={:.0} y=16>{name}</text>",
                from + 6.0
            ),
            false => String::new(),
        };
        format!(
            "<path class={class} fill={colour} d=\"M{from:.1} 0h{:.1}v24h-{:.1}z\"/>{label}",
            width - 1.0,
            width - 1.0
        )
    });
    let parts: String = parts.collect();
    format!(
        "<svg class=fates viewBox=\"0 0 {WIDTH} 24\" width={WIDTH} height=24 role=img aria-label=\"{sum}\">{parts}</svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_is_not_conserved_is_not_called_one() {
        let requests = Counts { intended: 10, ok: 8, failed: 1, ..Counts::default() };
        let mut measured = Measured::default();
        measured.total.requests = requests;
        let text = fates(&measured);
        assert!(text.contains("10 intended ≠ 8 ok + 1 failed") && text.contains("Requests are missing"), "{text}");
        measured.total.requests.ok = 9;
        let text = fates(&measured);
        assert!(text.contains("10 intended = 9 ok + 1 failed") && !text.contains("missing"), "{text}");
    }

    #[test]
    fn one_failure_in_a_million_can_be_seen() {
        let counts = Counts { intended: 1_000_000, ok: 999_999, failed: 1, ..Counts::default() };
        let text = bar(&of(&counts), "");
        assert!(text.contains("fill-red") && !text.contains("fill-orange"), "{text}");
    }
}
