//! Figures of a whole test that are no summary of its requests: a surge's, a search's, the servers' own.

use super::figure;
use crate::measure::{Measured, ServerFigures};
use crate::metric::Metric;

/// The figure of `metric` in its base unit, or the sentence that says why there is none.
pub(super) fn figure(measured: &Measured, metric: Metric) -> Result<f64, String> {
    match metric {
        Metric::Recovery => recovery(measured),
        Metric::PeakThroughput => {
            let peak = measured.timeline.iter().map(|slice| slice.ok).max();
            peak.map(|ok| ok as f64).ok_or_else(|| format!("`{metric}` has no data: nothing was measured"))
        }
        Metric::Capacity => {
            let absent = || format!("`{metric}` is absent: no search for it has found a rate at which the limits hold");
            measured.capacity_per_s.ok_or_else(absent)
        }
        Metric::ServerCpu => of_servers(measured, metric, |server| server.cpu_share),
        Metric::ServerRss => of_servers(measured, metric, |server| server.rss_max_bytes.map(|bytes| bytes as f64)),
        Metric::ServerRssGrowth => of_servers(measured, metric, |server| server.rss_growth_bytes_per_s),
        Metric::CpuPerRequest => of_servers(measured, metric, |server| server.cpu_per_request_s),
        _ => Err(format!("`{metric}` is not a figure of the whole test")),
    }
}

fn recovery(measured: &Measured) -> Result<f64, String> {
    let spike = measured.spike.ok_or("`recovery` is absent: no stage is named `spike`")?;
    let band_s = spike.band_s.ok_or(
        "`recovery` is absent: the time before the spike was too short to tell its response times; let it begin later",
    )?;
    spike.recovery_s.ok_or_else(|| {
        let band = figure::time(band_s);
        format!("response times had not come back to {band} when the measurement ended, so there was no recovery")
    })
}

/// Of all servers of the test together.
fn of_servers(
    measured: &Measured,
    metric: Metric,
    figure: impl Fn(&ServerFigures) -> Option<f64>,
) -> Result<f64, String> {
    if measured.servers.is_empty() {
        return Err(format!(
            "`{metric}` is absent: it is known only of a server that this run starts, not of one it is attached to"
        ));
    }
    let figures = measured.servers.iter().map(|server| {
        figure(server).ok_or_else(|| {
            let name = &server.name;
            format!("`{metric}` is absent for `{name}`: it is attached, or the system does not tell")
        })
    });
    figures.sum()
}
