//! Every file that is made of a record, for readers that are not ours: `scripts/check-reports` has them read.

use std::fs;
use std::path::{Path, PathBuf};

use super::{benchmarks, csv, metrics, record, summary_json};
use crate::measure::{ValueFigures, ValueKind};
use crate::outcome::{RunReport, TestReport, samples};

/// The folder to write into.
const FOLDER: &str = "PROOFLOAD_CHECK_REPORTS";
/// More records, with colons between their paths.
const RECORDS: &str = "PROOFLOAD_CHECK_RECORDS";

/// What a spreadsheet would run, what ends a string, a tag, a comment or a line, what XML forbids, and what is too long.
fn nasty() -> Vec<String> {
    let short = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "a,b;\"c\"\r\nd",
        "</script><img src=x onerror=alert(1)>",
        "<!-- ]]> &amp; &#0;",
        "\u{0}\u{1b}[31m\u{8}\u{9b}\u{85}",
        "\u{202e}\u{200f}\u{2028}\u{fffe}\u{ffff}",
        "a\"} 7\n# TYPE x counter\\",
        "é 漢字 🦀 \u{10ffff}",
        "",
    ];
    short.into_iter().map(str::to_owned).chain(["x".repeat(65_536)]).collect()
}

/// A failed test in which every text is `text`, and whose names differ from those of the others by `number`.
fn hostile_test(number: usize, text: &str) -> TestReport {
    let name = |what: &str| format!("{text}{what}{number}");
    let mut test = if number.is_multiple_of(2) { samples::failed() } else { samples::errored() };
    (test.id.package, test.id.target, test.id.name) = (text.to_owned(), text.to_owned(), name("::test"));
    (test.markers, test.warnings) = (vec![text.to_owned()], vec![text.to_owned()]);
    (test.documentation, test.source) = (Some(text.to_owned()), Some(format!("{text}:7")));
    (test.reason, test.after) = (Some(text.to_owned()), vec![text.to_owned()]);
    let measured = test.measured.as_mut().expect("the sample has figures");
    let mut second = measured.endpoints[0].clone();
    (measured.endpoints[0].name, second.name) = (name(""), name("GET /b"));
    measured.endpoints.push(second);
    let requests = measured.total.requests;
    measured.total.requests.add(&requests);
    for summary in [&mut measured.total].into_iter().chain(&mut measured.endpoints) {
        summary.failures = [(text.to_owned(), 30)].into();
    }
    measured.generator.own_errors = [(text.to_owned(), 1)].into();
    let values = [(ValueKind::Count, name("count")), (ValueKind::Distribution, name("value"))];
    let samples = || (0..100).map(|i| f64::from(i) / 7.0 - 3.0);
    measured.values = values.map(|(kind, name)| ValueFigures::of_samples(&name, kind, samples(), 10.0)).into();
    for server in &mut test.servers {
        (server.name, server.url) = (text.to_owned(), text.to_owned());
        (server.died, server.last_lines) = (Some(text.to_owned()), vec![text.to_owned()]);
    }
    test
}

fn hostile() -> RunReport {
    let texts = nasty();
    let mut run = RunReport {
        tests: texts.iter().enumerate().map(|(number, text)| hostile_test(number, text)).collect(),
        id: texts.concat(),
        interrupted: Some(texts.concat()),
        ..samples::run()
    };
    let environment = &mut run.environment;
    (environment.os, environment.version) = (texts.concat(), texts.concat());
    for field in
        [&mut environment.kernel, &mut environment.cpu_model, &mut environment.rustc, &mut environment.git_commit]
    {
        *field = Some(texts[..texts.len() - 1].concat());
    }
    run
}

fn of_samples() -> RunReport {
    let compared = vec![samples::open(), samples::versus(), samples::regressed(), samples::valued()];
    let run = RunReport { tests: [samples::run().tests, compared].concat(), ..samples::run() };
    // As the session has it for the files of which a row is a test.
    run.with_arms_apart().into_owned()
}

fn write_all(run: &RunReport, folder: &Path) {
    fs::create_dir_all(folder).expect("the folder can be made");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("the file can be written");
    write("run.json", &record::to_json(run));
    for file in csv::files(run) {
        write(&format!("perf{}", file.suffix), &file.text);
    }
    #[cfg(feature = "junit")]
    write("junit.xml", &super::junit::text(run).expect("a report"));
    write("benchmarks.json", &benchmarks::benchmark_json(run));
    write("figures-smaller.json", &benchmarks::smaller_is_better(run));
    write("figures-bigger.json", &benchmarks::bigger_is_better(run));
    write("bmf.json", &benchmarks::bmf(run));
    write("summary.json", &summary_json::text(run));
    write("run.prom", &metrics::text(run));
}

#[test]
#[ignore = "writes files for the readers of scripts/check-reports"]
fn the_files_of_sample_records_are_written_for_other_readers() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    write_all(&of_samples(), &folder.join("samples"));
    write_all(&hostile(), &folder.join("hostile"));
    let committed = ["load", "open", "capacity"].map(|name| format!("tests/records/{name}.json"));
    let committed = committed.map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let given = std::env::var_os(RECORDS).unwrap_or_default();
    let given: Vec<PathBuf> = std::env::split_paths(&given).filter(|path| !path.as_os_str().is_empty()).collect();
    for (number, path) in committed.iter().chain(&given).enumerate() {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let run = record::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        write_all(&run, &folder.join(format!("{number}-{name}")));
    }
}
