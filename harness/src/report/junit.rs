//! A run as JUnit XML, which GitLab, Jenkins and other systems read: a suite for each test binary, a case for each test.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::kind::Kind;
use crate::measure::{Measured, Summary};
use crate::outcome::timestamp::rfc3339;
use crate::outcome::{Outcome, RunReport, TestReport, ThresholdVerdict, degradation_sentence, offered};
use crate::report::message;
use crate::report::words::word;
use crate::text::one_line;

/// The report; `Err` says why it could not be made.
pub(crate) fn text(run: &RunReport) -> Result<String, String> {
    let mut report = Report::new("proofload");
    let mut suites: Vec<TestSuite> = Vec::new();
    for test in &run.tests {
        let name = xml(&suite_name(test));
        let place = suites.iter().position(|suite| suite.name.as_str() == name).unwrap_or_else(|| {
            suites.push(suite(&name, run));
            suites.len() - 1
        });
        suites[place].add_test_case(case(test));
    }
    for suite in &mut suites {
        suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
    }
    report.set_time(suites.iter().filter_map(|suite| suite.time).sum());
    report.add_test_suites(suites);
    report.to_string().map_err(|error| error.to_string())
}

/// `perf-tests::perf`, as cargo-nextest names a test binary.
fn suite_name(test: &TestReport) -> String {
    joined([test.id.package.as_str(), &test.id.target], "::")
}

fn suite(name: &str, run: &RunReport) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.extra.insert("timestamp".into(), rfc3339(run.started).into());
    let environment = &run.environment;
    let properties = [
        ("run", Some(run.id.clone())),
        ("proofload", Some(environment.version.clone())),
        ("commit", environment.git_commit.clone()),
        ("rustc", environment.rustc.clone()),
        ("os", Some(environment.os.clone())),
        ("kernel", environment.kernel.clone()),
        ("cpu_model", environment.cpu_model.clone()),
        ("cores", environment.cores.map(|cores| cores.to_string())),
        ("memory_bytes", environment.memory_bytes.map(|bytes| bytes.to_string())),
        ("optimised", Some(environment.optimised.to_string())),
        ("interrupted", run.interrupted.clone()),
    ];
    let known = properties.into_iter().filter_map(|(name, value)| Some(Property::new(name, xml(&value?))));
    suite.add_properties(known);
    suite
}

/// The class is the module, because Jenkins shows a tree of what lies between its dots. The name is the whole one: with it
/// the test can be run again.
fn case(test: &TestReport) -> TestCase {
    let module = test.id.name.rsplit_once("::").map_or("", |(module, _)| module);
    let class = joined([test.id.package.as_str(), &test.id.target, &module.replace("::", ".")], ".");
    let mut case = TestCase::new(xml(&test.id.name), status(test));
    case.set_classname(xml(&class)).set_time(test.elapsed);
    if let Some((file, line)) = test.source.as_deref().and_then(|source| source.rsplit_once(':')) {
        case.extra.insert("file".into(), xml(file).into());
        case.extra.insert("line".into(), xml(line).into());
    }
    case.add_properties(properties(test));
    let warnings: Vec<&str> = test.warnings.iter().chain(&test.after).map(String::as_str).collect();
    if !warnings.is_empty() && matches!(test.outcome, Outcome::Passed | Outcome::Ignored) {
        case.set_system_out(xml(&warnings.join("\n")));
    }
    case
}

fn joined<const N: usize>(parts: [&str; N], separator: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(separator)
}

/// Failed is the server's fault, and a failure. All else that did not pass proves nothing, and is an error.
fn status(test: &TestReport) -> TestCaseStatus {
    let kind = match test.outcome {
        // A failed tear-down is reported beside the verdict, and changes the exit code.
        Outcome::Passed => return TestCaseStatus::success(),
        Outcome::Ignored => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(xml(test.reason.as_deref().unwrap_or("ignored by default or not selected")));
            return status;
        }
        // A person drove it: neither passed nor failed.
        Outcome::Explored => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("explored by a person, and not judged");
            return status;
        }
        Outcome::Failed => NonSuccessKind::Failure,
        Outcome::Invalid | Outcome::Errored | Outcome::Interrupted => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    let reason = test.reason.as_deref().unwrap_or("no reason was given");
    status.set_type(word(test.outcome)).set_message(xml(&one_line(reason)));
    status.set_description(xml(&message::failure(test)));
    status
}

/// The figures, under the names of the run record. A missing one has no property.
fn properties(test: &TestReport) -> Vec<Property> {
    let mut properties = vec![
        ("kind".to_owned(), Some(test.kind.to_string())),
        ("outcome".to_owned(), Some(word(test.outcome).to_owned())),
        ("markers".to_owned(), Some(test.markers.join(" ")).filter(|markers| !markers.is_empty())),
        ("documentation".to_owned(), test.documentation.clone()),
        ("load".to_owned(), test.workload.as_ref().map(offered::load)),
    ];
    properties.extend(test.measured.iter().flat_map(|measured| figures(measured, test.kind)));
    properties.extend(test.thresholds.iter().map(threshold));
    properties.push(("degradation".to_owned(), degradation_sentence(test)));
    let known = properties.into_iter().filter_map(|(name, value)| Some(Property::new(xml(&name), xml(&value?))));
    known.collect()
}

fn figures(measured: &Measured, kind: Kind) -> Vec<(String, Option<String>)> {
    let of_iterations = (kind == Kind::Benchmark).then(|| of_times("iteration", &measured.iteration));
    let total = &measured.total;
    let counts = &total.requests;
    let counts = [
        ("intended", counts.intended),
        ("ok", counts.ok),
        ("failed", counts.failed),
        ("timed_out", counts.timed_out),
        ("in_flight_at_end", counts.in_flight_at_end),
        ("never_sent", counts.never_sent),
    ];
    let counts = counts.into_iter().map(|(name, count)| (format!("requests.{name}"), Some(count.to_string())));
    let rates = [("throughput_per_s", total.throughput_per_s), ("success_rate", total.success_rate)];
    let rates = rates.into_iter().map(|(name, value)| (name.to_owned(), number(value)));
    let of_test = [
        ("span_s", Some(measured.span.as_secs_f64())),
        ("capacity_per_s", measured.capacity_per_s),
        ("generator.start_skew_s", measured.generator.start_skew_s),
    ];
    let of_test = of_test.into_iter().map(|(name, value)| (name.to_owned(), number(value)));
    let times = of_times("response_time", total);
    let workers = Some(measured.workers.len()).filter(|workers| *workers > 0);
    let workers = std::iter::once(("workers".to_owned(), workers.map(|workers| workers.to_string())));
    counts.chain(rates).chain(of_test).chain(workers).chain(times).chain(of_iterations.into_iter().flatten()).collect()
}

fn of_times(name: &str, summary: &Summary) -> Vec<(String, Option<String>)> {
    let times = &summary.response_time;
    let figures = [
        ("min_s", times.min_s),
        ("mean_s", times.mean_s),
        ("p50_s", times.p50_s),
        ("p90_s", times.p90_s),
        ("p95_s", times.p95_s),
        ("p99_s", times.p99_s),
        ("p999_s", times.p999_s),
        ("max_s", times.max_s),
        ("stddev_s", times.stddev_s),
    ];
    figures.into_iter().map(|(figure, value)| (format!("{name}.{figure}"), number(value))).collect()
}

/// `threshold p95 < 800ms`: `holds: 0.4749`.
fn threshold(verdict: &ThresholdVerdict) -> (String, Option<String>) {
    let result = if verdict.holds { "holds" } else { "breached" };
    let actual = number(verdict.actual).unwrap_or_else(|| "no data".to_owned());
    (format!("threshold {}", verdict.threshold), Some(format!("{result}: {actual}")))
}

fn number(value: Option<f64>) -> Option<String> {
    value.filter(|value| value.is_finite()).map(|value| crate::outcome::figure::round_to(value, 9).to_string())
}

/// Text as XML may hold it: what it may not hold even as a reference is written out.
fn xml(text: &str) -> String {
    let mut allowed = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => allowed.push(character),
            '\u{fffe}' | '\u{ffff}' => allowed.extend(character.escape_unicode()),
            character if character.is_control() => allowed.extend(character.escape_unicode()),
            character => allowed.push(character),
        }
    }
    allowed
}

#[cfg(test)]
mod tests;
