//! All comparisons of one server, one change and one length: a row of the table.

use proofload::__internals::statistics::wilson_interval;

use super::arm_server::ServerKind;
use super::window::JudgedWindow;

/// The titles of the columns, as a table in Markdown.
pub(crate) const HEAD: &str = "\
| server | true change | length | comparisons | change of the mean, median | half-width, median | verdict | mean | Mann–Whitney | mean + 5 % |\n\
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";

/// A row.
#[derive(Debug)]
pub(crate) struct ComparisonRow {
    pub(crate) kind: ServerKind,
    /// The slowdown that is true, in percent.
    pub(crate) percent: f64,
    /// Of a comparison, both servers together.
    pub(crate) length_s: usize,
    /// How many comparisons there were to be.
    pub(crate) planned: usize,
    pub(crate) windows: Vec<JudgedWindow>,
}

/// How many of all comparisons said *regressed*.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Regressed {
    pub(crate) count: usize,
    pub(crate) of: usize,
}

impl ComparisonRow {
    pub(crate) fn regressed(&self, says: impl Fn(&JudgedWindow) -> bool) -> Regressed {
        Regressed { count: self.windows.iter().filter(|window| says(window)).count(), of: self.windows.len() }
    }

    /// Half the width of the mean's interval, as a logarithm: so many of the comparisons have one that is no wider.
    pub(crate) fn half_width(&self, share: f64) -> Option<f64> {
        quantile(self.windows.iter().map(|window| window.half_width).collect(), share)
    }

    pub(crate) fn row(&self) -> String {
        let change = median(self.windows.iter().map(|window| window.log_ratio).collect());
        let change = change.map_or("-".to_owned(), |change| format!("{:+.1} %", percent(change)));
        let half_width = median(self.windows.iter().map(|window| window.half_width).collect());
        let half_width = half_width.map_or("-".to_owned(), |half_width| format!("± {:.1} %", percent(half_width)));
        let shares = [
            self.regressed(|window| window.verdict),
            self.regressed(|window| window.mean),
            self.regressed(|window| window.mann_whitney),
            self.regressed(|window| window.bare_rule),
        ];
        let [verdict, mean, mann_whitney, bare_rule] = shares.map(Regressed::text);
        let comparisons = if self.planned == self.windows.len() {
            self.planned.to_string()
        } else {
            format!("{} of {} planned", self.windows.len(), self.planned)
        };
        format!(
            "| {} | +{} % | {} s | {comparisons} | {change} | {half_width} | {verdict} | {mean} | {mann_whitney} | {bare_rule} |",
            self.kind.name(),
            self.percent,
            self.length_s,
        )
    }
}

impl Regressed {
    /// `None` without comparisons.
    pub(crate) fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.count as f64 / self.of as f64)
    }

    /// Wilson's 95 % interval of the share.
    pub(crate) fn interval(self) -> (f64, f64) {
        wilson_interval(self.count as u64, self.of as u64)
    }

    /// `4 % (1–11 %)`
    pub(crate) fn text(self) -> String {
        let Some(share) = self.share() else { return "-".to_owned() };
        let (low, high) = self.interval();
        format!("{:.0} % ({:.0}–{:.0} %)", 100.0 * share, 100.0 * low, 100.0 * high)
    }
}

/// A logarithm of a ratio as a change in percent.
pub(crate) fn percent(logarithm: f64) -> f64 {
    100.0 * logarithm.exp_m1()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], upper) } else { upper })
}

/// The value by rank that this share of all values does not exceed.
fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.max(1) - 1).copied()
}
