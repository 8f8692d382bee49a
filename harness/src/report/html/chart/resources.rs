//! CPU and memory of the generator and of the servers over time.

use super::model::{Chart, ChartLimit, ChartLine, Look, Stroke};
use super::over_time::OverTime;
use super::unit::ChartUnit;
use crate::metric::Metric;
use crate::report::html::escaped::name;

/// A server's colour and stroke; the generator has a look of its own. More servers are in the tables alone.
const LOOKS: [Look; 4] = [
    Look::new("blue", Stroke::Solid),
    Look::new("orange", Stroke::Dash),
    Look::new("green", Stroke::DashDot),
    Look::new("violet", Stroke::Dot),
];
const GENERATOR: Look = Look::new("grey", Stroke::Dot);

/// What one process used up to a moment.
#[derive(Clone, Copy)]
struct UsedUntil {
    at_s: f64,
    cpu_s: Option<f64>,
    rss_bytes: Option<u64>,
}

/// The samples of one process.
struct UsedBy<'r> {
    name: &'r str,
    look: Look,
    samples: Vec<UsedUntil>,
}

impl OverTime<'_> {
    /// Cores that are in use, from sample to sample.
    pub(super) fn cpu(&self) -> Option<Chart> {
        let says = "Cores that each process used, from one sample to the next";
        let mut chart = self.resource("cpu", "CPU", says, ChartUnit::Cores, cores)?;
        chart.limits = self.server_limits(Metric::ServerCpu);
        Some(chart)
    }

    /// Resident memory.
    pub(super) fn memory(&self) -> Option<Chart> {
        let rss = |usage: &[UsedUntil]| {
            usage.iter().filter_map(|usage| Some((usage.at_s, usage.rss_bytes? as f64))).collect::<Vec<_>>()
        };
        let mut chart = self.resource("memory", "Memory", "Resident memory of each process", ChartUnit::Bytes, rss)?;
        chart.limits = self.server_limits(Metric::ServerRss);
        Some(chart)
    }

    fn resource(
        &self,
        id: &str,
        title: &'static str,
        says: &str,
        unit: ChartUnit,
        of: impl Fn(&[UsedUntil]) -> Vec<(f64, f64)>,
    ) -> Option<Chart> {
        let used = self.used();
        let points: Vec<(&UsedBy<'_>, Vec<(f64, f64)>)> = used.iter().map(|used| (used, of(&used.samples))).collect();
        let points: Vec<_> = points.into_iter().filter(|(_, points)| !points.is_empty()).collect();
        let mut xs: Vec<f64> = points.iter().flat_map(|(_, points)| points.iter().map(|(x, _)| *x)).collect();
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        let most = points.iter().filter_map(|(used, points)| {
            let most = points.iter().map(|(_, value)| *value).reduce(f64::max)?;
            Some(format!("{} at most {}", name(used.name), unit.show(most)))
        });
        let says = format!("{says}: {}.", most.collect::<Vec<_>>().join(", "));
        let lines = points.iter().map(|(used, points)| ChartLine {
            bridges: true,
            ..ChartLine::new(used.name, unit, used.look, at_each(&xs, points))
        });
        let lines = lines.collect();
        self.chart_of(id, title, says, xs, lines).unless_empty()
    }

    /// The servers, and the generator last.
    fn used(&self) -> Vec<UsedBy<'_>> {
        let known = self.test.servers.iter().filter_map(|server| Some((server, server.figures.as_ref()?)));
        let servers = known.zip(LOOKS).map(|((server, figures), look)| UsedBy {
            name: &server.name,
            look,
            samples: figures
                .samples
                .iter()
                .map(|sample| UsedUntil { at_s: sample.at_s, cpu_s: sample.cpu_s, rss_bytes: sample.rss_bytes })
                .collect(),
        });
        let samples = self.measured.generator.samples.iter();
        let samples =
            samples.map(|sample| UsedUntil { at_s: sample.at_s, cpu_s: sample.cpu_s, rss_bytes: sample.rss_bytes });
        let generator = UsedBy { name: "generator", look: GENERATOR, samples: samples.collect() };
        servers.chain([generator]).collect()
    }

    fn server_limits(&self, metric: Metric) -> Vec<ChartLimit> {
        let thresholds = self.test.thresholds.iter().map(|verdict| &verdict.threshold);
        let of_metric = thresholds.filter(|threshold| threshold.metric == metric);
        of_metric.filter_map(ChartLimit::of).collect()
    }
}

/// CPU time from each sample to the next ÷ the time between them, in its middle.
fn cores(samples: &[UsedUntil]) -> Vec<(f64, f64)> {
    let pairs = samples.windows(2).filter_map(|pair| {
        let (before, after) = (pair[0], pair[1]);
        let (span_s, used_s) = (after.at_s - before.at_s, after.cpu_s? - before.cpu_s?);
        (span_s > 0.0).then(|| (f64::midpoint(before.at_s, after.at_s), used_s / span_s))
    });
    pairs.collect()
}

/// The values of `points` at `xs`, among which are all of theirs.
fn at_each(xs: &[f64], points: &[(f64, f64)]) -> Vec<Option<f64>> {
    let mut points = points.iter().peekable();
    let at = |x: &f64| points.next_if(|(at, _)| at == x).map(|(_, value)| *value);
    xs.iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_the_difference_of_two_samples_and_nothing_is_guessed_without_them() {
        let usage = |at_s, cpu_s| UsedUntil { at_s, cpu_s, rss_bytes: None };
        let samples = [usage(0.0, Some(0.0)), usage(1.0, Some(0.5)), usage(2.0, None), usage(3.0, Some(2.0))];
        assert_eq!(cores(&samples), [(0.5, 0.5)]);
        assert_eq!(cores(&samples[..1]), []);
    }

    #[test]
    fn samples_of_two_clocks_share_an_axis() {
        let xs = [0.0, 0.5, 1.0];
        assert_eq!(at_each(&xs, &[(0.0, 1.0), (1.0, 2.0)]), [Some(1.0), None, Some(2.0)]);
        assert_eq!(at_each(&xs, &[(0.5, 3.0)]), [None, Some(3.0), None]);
    }
}
