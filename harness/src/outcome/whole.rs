//! Figures of a whole test that are not in the summary of its requests: recovery, capacity, and those of the servers.

use super::figure;
use crate::measure::{Measured, ServerFigures};
use crate::metric::Metric;

/// The figure of `metric` in its base unit, or why it is not known.
pub(super) fn figure(measured: &Measured, metric: Metric) -> Result<f64, String> {
    match metric {
        Metric::Recovery => recovery(measured),
        Metric::PeakThroughput => {
            let peak = measured.timeline.iter().map(|slice| slice.ok).max();
            peak.map(|ok| ok as f64).ok_or_else(|| format!("`{metric}` has no data: nothing was measured"))
        }
        Metric::Capacity => {
            let absent = || format!("`{metric}` is absent: the search found no rate at which the limits hold");
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
        "`recovery` is absent: the time before the spike was too short to measure response times; start the spike later",
    )?;
    spike.recovery_s.ok_or_else(|| {
        let band = figure::time(band_s);
        format!("response times had not returned to {band} when the measurement ended, so there was no recovery")
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
            "`{metric}` is absent: it is measured only for servers that this run starts, and not for attached ones"
        ));
    }
    let figures = measured.servers.iter().map(|server| {
        figure(server).ok_or_else(|| {
            let name = &server.name;
            format!(
                "`{metric}` is absent for `{name}`: the server is attached, or the system does not provide the figure"
            )
        })
    });
    figures.sum()
}
