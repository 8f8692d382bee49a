//! Every family of metrics that a run has, in the order in which they are written.

use std::time::UNIX_EPOCH;

use super::endpoints::{EndpointNames, without_endpoint};
use super::exposition::{Exposition, FamilyKind, Labels};
use super::of_test::{TestMetrics, by_fate, identity};
use super::values::values;
use crate::measure::{ServerFigures, ServerSample};
use crate::metric::Dimension;
use crate::outcome::{RunReport, TestReport, ThresholdVerdict};
use crate::report::words::word;

/// All metrics of `run`.
pub(super) fn text(run: &RunReport) -> String {
    let names = EndpointNames::of(run);
    let tests: Vec<TestMetrics<'_>> = run.tests.iter().filter_map(|test| TestMetrics::of(test, &names)).collect();
    let mut exposition = Exposition::default();
    whole_run(&mut exposition, run);
    verdicts(&mut exposition, &run.tests);
    requests(&mut exposition, &tests);
    times(&mut exposition, &tests);
    values(&mut exposition, &tests);
    generator(&mut exposition, &tests);
    servers(&mut exposition, &run.tests);
    exposition.into_text()
}

fn whole_run(to: &mut Exposition, run: &RunReport) {
    let environment = &run.environment;
    let labels = Labels::default()
        .with("run", &run.id)
        .with("version", &environment.version)
        .with("commit", environment.git_commit.as_deref().unwrap_or_default())
        .with("optimised", if environment.optimised { "true" } else { "false" });
    to.family(FamilyKind::Gauge, "proofload_run_info", "The run, and what it measured.", [(labels, 1.0)]);
    let started = run.started.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs_f64());
    let started = [(Labels::default(), started)];
    to.family(FamilyKind::Gauge, "proofload_run_started_timestamp_seconds", "When the run began.", started);
}

fn verdicts(to: &mut Exposition, tests: &[TestReport]) {
    let outcomes = tests.iter().map(|test| (identity(test).with("outcome", word(test.outcome)), 1.0));
    to.family(FamilyKind::Gauge, "proofload_test_outcome", "How a test ended; 1 for its outcome.", outcomes);
    let elapsed = tests.iter().filter(|test| test.measured.is_some());
    let elapsed = elapsed.map(|test| (identity(test), test.elapsed.as_secs_f64()));
    to.family(
        FamilyKind::Gauge,
        "proofload_test_elapsed_seconds",
        "From the first fixture to the last request.",
        elapsed,
    );
    let limits = thresholds(tests).map(|(labels, verdict)| (labels, verdict.threshold.limit()));
    to.family(FamilyKind::Gauge, "proofload_threshold_limit", "The limit of a threshold, in the label's unit.", limits);
    let actual = thresholds(tests).map(|(labels, verdict)| (labels, verdict.actual));
    to.family(FamilyKind::Gauge, "proofload_threshold_actual", "The figure that was held against the limit.", actual);
    let holds = thresholds(tests).map(|(labels, verdict)| (labels, f64::from(u8::from(verdict.holds))));
    let help = "1 if the threshold holds, 0 if not; without data it does not hold.";
    to.family(FamilyKind::Gauge, "proofload_threshold_holds", help, holds);
}

fn thresholds(tests: &[TestReport]) -> impl Iterator<Item = (Labels, &ThresholdVerdict)> {
    tests.iter().flat_map(|test| {
        test.thresholds.iter().map(|verdict| {
            let unit = unit(verdict.threshold.metric.dimension());
            (identity(test).with("threshold", &verdict.threshold.to_string()).with("unit", unit), verdict)
        })
    })
}

fn unit(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Time => "seconds",
        Dimension::Ratio => "ratio",
        Dimension::Rate => "per_second",
        Dimension::Count => "count",
        Dimension::Number => "none",
        Dimension::Bytes => "bytes",
        Dimension::BytesPerSecond => "bytes_per_second",
    }
}

fn requests(to: &mut Exposition, tests: &[TestMetrics<'_>]) {
    let requests = tests.iter().flat_map(|test| {
        let named = test.by_endpoint(|group| group.requests());
        let named = named.flat_map(|(labels, counts)| by_fate(&labels, &counts));
        // A series without the label: in Prometheus the same as one whose endpoint is empty.
        let others = by_fate(&test.labels, &without_endpoint(test.measured));
        named.chain(others.into_iter().filter(|(_, count)| *count > 0.0)).collect::<Vec<_>>()
    });
    let help = "Requests of the measured phase by how they ended; together they are the intended requests.";
    to.family(FamilyKind::Counter, "proofload_requests_total", help, requests);
    let help = "Requests of the users of one class, by how they ended: part of `proofload_requests_total`.";
    let of_classes = tests.iter().flat_map(TestMetrics::classes);
    to.family(FamilyKind::Counter, "proofload_class_requests_total", help, of_classes);
    let outside = tests.iter().flat_map(|test| by_fate(&test.labels, &test.measured.outside));
    let help = "Requests outside the measured phase: ramp-up, warm-up, set-up of users.";
    to.family(FamilyKind::Counter, "proofload_requests_outside_total", help, outside);
    let responses = tests.iter().flat_map(TestMetrics::statuses);
    to.family(FamilyKind::Counter, "proofload_responses_total", "Responses by status, ok or not.", responses);
    let failures = tests.iter().flat_map(|test| {
        let failures = test.measured.total.failures.iter();
        failures.map(|(cause, count)| (test.labels.with("cause", cause), *count as f64))
    });
    let help = "Requests that were not ok, by cause: the 20 most frequent of a test, and the others together.";
    to.family(FamilyKind::Counter, "proofload_failures_total", help, failures);
    let iterations = tests.iter().flat_map(|test| by_fate(&test.labels, &test.measured.iteration.requests));
    to.family(FamilyKind::Counter, "proofload_iterations_total", "Iterations of the test's function.", iterations);
    let sent = tests.iter().flat_map(|test| test.bytes(|summary| summary.bytes_sent));
    to.family(FamilyKind::Counter, "proofload_sent_bytes_total", "Bytes sent.", sent);
    let received = tests.iter().flat_map(|test| test.bytes(|summary| summary.bytes_received));
    to.family(FamilyKind::Counter, "proofload_received_bytes_total", "Bytes received.", received);
    let in_flight = tests.iter().map(|test| {
        let slices = &test.measured.slices.slices;
        let of_second = test.measured.timeline.last().map(|slice| slice.in_flight);
        let open = slices.last().map(|slice| slice.in_flight).or(of_second);
        (test.labels.clone(), open.map(|open| open as f64))
    });
    let help = "Requests that were open, or waited for a slot, at the end of the last slice.";
    to.family(FamilyKind::Gauge, "proofload_requests_in_flight", help, in_flight);
    let throughput = tests.iter().map(|test| (test.labels.clone(), test.measured.total.throughput_per_s));
    let help = "Requests that ended ok in each second of the measured phase.";
    to.family(FamilyKind::Gauge, "proofload_throughput_requests_per_second", help, throughput);
}

fn times(to: &mut Exposition, tests: &[TestMetrics<'_>]) {
    let response = tests.iter().flat_map(|test| test.times(|summary| &summary.response_time));
    let help = "From the intended start of a request to its end, failed ones included.";
    to.histograms("proofload_response_time_seconds", help, response);
    let of_classes = tests.iter().flat_map(TestMetrics::class_times);
    let help = "The same for the requests of the users of one class.";
    to.histograms("proofload_class_response_time_seconds", help, of_classes);
    let service = tests.iter().flat_map(TestMetrics::service_times);
    let help = "From sending a request to its end, where that is not the response time.";
    to.histograms("proofload_service_time_seconds", help, service);
    let iteration = tests.iter().map(|test| test.time(&test.measured.iteration.response_time));
    to.histograms("proofload_iteration_time_seconds", "Iterations of the test's function.", iteration);
    let span = tests.iter().map(|test| (test.labels.clone(), test.measured.span.as_secs_f64()));
    to.family(FamilyKind::Gauge, "proofload_measured_seconds", "The length of the measured phase.", span);
}

fn generator(to: &mut Exposition, tests: &[TestMetrics<'_>]) {
    let of_lag = |test: &TestMetrics<'_>| test.measured.generator.pacer_lag.as_ref().map(|times| test.time(times));
    let help = "How late arrivals started although a slot was free: the generator's fault.";
    to.histograms("proofload_pacer_lag_seconds", help, tests.iter().filter_map(of_lag));
    let of_wait = |test: &TestMetrics<'_>| test.measured.generator.pool_wait.as_ref().map(|times| test.time(times));
    let help = "How long arrivals waited for a slot: the server's doing, and part of response time.";
    to.histograms("proofload_pool_wait_seconds", help, tests.iter().filter_map(of_wait));
    let cpu = tests.iter().map(|test| {
        let last = test.measured.generator.samples.last();
        (test.labels.clone(), test.measured.generator.cpu_s.or_else(|| last?.cpu_s))
    });
    to.family(FamilyKind::Counter, "proofload_generator_cpu_seconds_total", "CPU time of the generator.", cpu);
    let memory = tests.iter().map(|test| {
        let last = test.measured.generator.samples.last();
        (test.labels.clone(), last.and_then(|sample| sample.rss_bytes).map(|bytes| bytes as f64))
    });
    let help = "Resident memory of the generator when it was last looked at.";
    to.family(FamilyKind::Gauge, "proofload_generator_resident_memory_bytes", help, memory);
    let errors =
        tests.iter().map(|test| (test.labels.clone(), test.measured.generator.own_errors.values().sum::<u64>() as f64));
    let help = "Failures that were the generator's own: any makes the test invalid.";
    to.family(FamilyKind::Counter, "proofload_generator_own_errors_total", help, errors);
}

fn servers(to: &mut Exposition, tests: &[TestReport]) {
    let servers: Vec<(Labels, &ServerFigures)> = tests
        .iter()
        .flat_map(|test| test.servers.iter().map(move |server| (test, server)))
        .filter_map(|(test, server)| Some((identity(test).with("server", &server.name), server.figures.as_ref()?)))
        .collect();
    let last = |value: fn(&ServerSample) -> Option<f64>| {
        let of_last = move |figures: &ServerFigures| figures.samples.last().and_then(value);
        servers.iter().map(move |(labels, figures)| (labels.clone(), of_last(figures)))
    };
    let help = "CPU time of a server and its child processes since the measurement began.";
    to.family(FamilyKind::Counter, "proofload_server_cpu_seconds_total", help, last(|sample| sample.cpu_s));
    let resident = last(|sample| sample.rss_bytes.map(|bytes| bytes as f64));
    to.family(FamilyKind::Gauge, "proofload_server_resident_memory_bytes", "Resident memory of a server.", resident);
    let threads = last(|sample| sample.threads.map(|threads| threads as f64));
    to.family(FamilyKind::Gauge, "proofload_server_threads", "Threads of a server.", threads);
    let descriptors = last(|sample| sample.descriptors.map(|descriptors| descriptors as f64));
    to.family(FamilyKind::Gauge, "proofload_server_open_descriptors", "Open descriptors of a server.", descriptors);
    let counter = |to: &mut Exposition, name: &str, help: &str, bytes: fn(&ServerSample) -> Option<u64>| {
        let of_last = move |figures: &ServerFigures| Some(bytes(figures.samples.last()?)? as f64);
        let values = servers.iter().map(move |(labels, figures)| (labels.clone(), of_last(figures)));
        to.family(FamilyKind::Counter, name, help, values);
    };
    let help = "Read from disks by a server and its child processes since the measurement began.";
    counter(to, "proofload_server_disk_read_bytes_total", help, |sample| sample.disk_read_bytes);
    let help = "Written to disks by a server and its child processes since the measurement began.";
    counter(to, "proofload_server_disk_written_bytes_total", help, |sample| sample.disk_written_bytes);
    let help = "Received by a server in a network namespace of its own since the measurement began.";
    counter(to, "proofload_server_network_received_bytes_total", help, |sample| sample.network_received_bytes);
    let help = "Sent by a server in a network namespace of its own since the measurement began.";
    counter(to, "proofload_server_network_sent_bytes_total", help, |sample| sample.network_sent_bytes);
}
