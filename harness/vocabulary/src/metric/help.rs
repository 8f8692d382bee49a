//! What each metric means, for the reference.

/// A line of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricHelp {
    /// As in `Metric::NAMES`.
    pub name: &'static str,
    /// A threshold on it.
    pub example: &'static str,
    /// What it is, without a full stop.
    pub meaning: &'static str,
}

const fn help(name: &'static str, example: &'static str, meaning: &'static str) -> MetricHelp {
    MetricHelp { name, example, meaning }
}

/// A line for each name of a metric, in the order of `Metric::NAMES`.
pub const METRICS_HELP: [MetricHelp; 26] = [
    help("success_rate", "success_rate >= 99%", "Requests that ended ok ÷ intended requests"),
    help("error_rate", "error_rate < 1%", "1 − `success_rate`"),
    help("throughput", "throughput > 1000/s", "Requests that ended ok within the measured time, each second of it"),
    help("requests", "requests >= 5_000", "Intended requests"),
    help("failed", "failed < 10", "Requests that did not end ok, whatever the cause"),
    help("min", "min < 5ms", "The shortest time"),
    help("mean", "mean < 50ms", "The arithmetic mean of the times"),
    help("median", "median < 50ms", "The 50th percentile of the times"),
    help("max", "max < 2s", "The longest time"),
    help("stddev", "stddev < 20ms", "The standard deviation of the times"),
    help("pN", "p99.9 < 800ms", "The time that N % of the requests do not exceed; N lies between 0 and 100"),
    help("ok_min", "ok_min < 5ms", "The shortest time of the requests that ended ok"),
    help("ok_mean", "ok_mean < 50ms", "The mean of their times"),
    help("ok_median", "ok_median < 50ms", "The median of their times"),
    help("ok_max", "ok_max < 2s", "The longest of their times"),
    help("ok_stddev", "ok_stddev < 20ms", "The standard deviation of their times"),
    help("ok_pN", "ok_p95 < 200ms", "A percentile of their times"),
    help(
        "status_N",
        "status_429 < 5%",
        "Requests that were answered with this status, or any of a class such as `status_4xx` ÷ intended requests",
    ),
    help(
        "recovery",
        "recovery < 10s",
        "After a surge: the time until response times are back where they were before it",
    ),
    help(
        "degradation",
        "degradation < 20%",
        "How much longer requests take at full load than at the first steady level, of the mean",
    ),
    help("peak_throughput", "peak_throughput > 2000/s", "The most requests that ended ok in any one second"),
    help(
        "capacity",
        "capacity >= 800/s",
        "The highest arrival rate at which the other thresholds hold, in capacity tests",
    ),
    help("server_cpu", "server_cpu < 150%", "CPU time of the server's processes each second, of one core"),
    help("server_rss", "server_rss < 200MiB", "The most resident memory of the server's processes"),
    help("server_rss_growth", "server_rss_growth < 1MiB/min", "How fast that memory grows"),
    help("cpu_per_request", "cpu_per_request < 2ms", "CPU time of the server's processes for each request"),
];
