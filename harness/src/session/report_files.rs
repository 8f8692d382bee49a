//! The files for other tools: rendered from the run's record, and written where a person asked for them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::folder::Folders;
use super::results::{self, Results};
use super::text_file::write_where_asked;
use super::trends::read_trends;
use super::typed_in;
use crate::cli::{CompareOptions, HtmlFile, ReportFiles};
use crate::outcome::RunReport;
use crate::report::csv::OtavaFile;
use crate::report::trend::TestTrend;
use crate::report::{benchmarks, comparison_json, csv, html, metrics, record, summary_json};

/// What to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedFiles<'w> {
    pub(super) files: &'w ReportFiles,
    /// `--comparison`, `--otava-csv`, and where the history is that charts show.
    pub(super) compare: &'w CompareOptions,
}

impl WantedFiles<'_> {
    /// True if any file was asked for.
    pub(super) fn is_any(&self) -> bool {
        is_any_wanted(self.files) || self.compare.comparison.is_some() || self.compare.otava_csv.is_some()
    }
}

/// One file, ready to be written.
struct Rendered {
    description: &'static str,
    /// As it was typed.
    path: PathBuf,
    text: Result<String, String>,
}

/// Writes each file that was asked for. One that cannot be written is an error beside the verdicts.
pub(super) fn write(run: &RunReport, wanted: &WantedFiles<'_>, folders: &Folders, results: &mut Results) {
    let has_compared = run.tests.iter().any(|test| !test.comparisons.is_empty() || !test.arms.is_empty());
    if !wanted.is_any() && !has_compared {
        return;
    }
    // Each process of cargo-nextest writes all tests that have ended; with the lock, the last to write has all of them.
    let _lock = folders.lock_run();
    let run = match results::read(folders) {
        Some(recorded) => record::merge_runs(recorded, run.clone()),
        None => run.clone(),
    };
    let record = folders.record();
    let elsewhere = chosen_page(wanted.files).map(Path::to_owned);
    let pages = wanted.files.html.iter().map(|_| record.with_file_name("report.html")).chain(elsewhere).collect();
    let unasked = comparison_json::text(&run).map(|text| Rendered {
        description: "comparison",
        path: record.with_file_name("comparison.json"),
        text: Ok(text),
    });
    write_all(&run, wanted, pages, unasked, folders, results);
}

/// Writes what was asked for of a run that was recorded earlier, and nothing else. `page` is where the page goes if no other place was
/// named.
pub(super) fn write_recorded(
    run: &RunReport,
    page: &Path,
    wanted: &WantedFiles<'_>,
    folders: &Folders,
    results: &mut Results,
) {
    let pages = wanted.files.html.iter().map(|_| chosen_page(wanted.files).unwrap_or(page).to_owned()).collect();
    write_all(run, wanted, pages, None, folders, results);
}

/// Where a person has asked for the page.
fn chosen_page(files: &ReportFiles) -> Option<&Path> {
    match files.html.as_ref()? {
        HtmlFile::BesideRecord => None,
        HtmlFile::At(path) => Some(path),
    }
}

/// Pages first, then what was compared, and all other files.
fn write_all(
    run: &RunReport,
    wanted: &WantedFiles<'_>,
    pages: Vec<PathBuf>,
    unasked: Option<Rendered>,
    folders: &Folders,
    results: &mut Results,
) {
    let WantedFiles { files, compare } = *wanted;
    let otava = compare.otava_csv.as_deref();
    let is_history_wanted = files.html.is_some() || otava.is_some();
    let trends = if is_history_wanted { read_trends(run, &compare.history, folders, results) } else { Vec::new() };
    let comparison = compare.comparison.as_ref().map(|path| Rendered {
        description: "comparison",
        path: path.clone(),
        text: Ok(comparison_json::text_or_empty(run)),
    });
    let mut all = rendered_pages(run, &trends, pages);
    all.extend(unasked.into_iter().chain(comparison));
    all.extend(otava.into_iter().flat_map(|path| for_otava(path, &trends)));
    all.extend(rendered(run, files));
    write_each(all, folders, results);
}

fn write_each(all: Vec<Rendered>, folders: &Folders, results: &mut Results) {
    let typed_in = typed_in::folder(folders);
    for Rendered { description, path, text } in all {
        let path = typed_in.join(path);
        match text {
            Ok(text) => match write_where_asked(&path, &text) {
                Ok(()) => results.note_written(description, &path, folders),
                Err(error) => results.errors.push(error.to_string()),
            },
            Err(error) => results.errors.push(format!("cannot write {}: {error}", path.display())),
        }
    }
}

fn is_any_wanted(files: &ReportFiles) -> bool {
    let ReportFiles {
        html,
        requests_csv: _,
        csv_prefix,
        junit,
        benchmark_json,
        github_benchmark,
        bmf,
        summary_json,
        metrics_file,
    } = files;
    let paths = [csv_prefix, junit, benchmark_json, github_benchmark, bmf, summary_json, metrics_file];
    html.is_some() || paths.into_iter().any(Option::is_some)
}

/// The whole report as one page, in each of these places.
fn rendered_pages(run: &RunReport, trends: &[TestTrend], places: Vec<PathBuf>) -> Vec<Rendered> {
    if places.is_empty() {
        return Vec::new();
    }
    let text = html::render_with(run, trends);
    places.into_iter().map(|path| Rendered { description: "report", path, text: Ok(text.clone()) }).collect()
}

/// The configuration and a table for each test, beside the file that was named.
fn for_otava(path: &Path, trends: &[TestTrend]) -> Vec<Rendered> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let files = csv::otava_files(&stem, trends).into_iter();
    files
        .map(|OtavaFile { name, text }| Rendered {
            description: "for Apache Otava",
            path: path.with_file_name(name),
            text: Ok(text),
        })
        .collect()
}

/// The text of each file that was asked for. Rows are tests, or the arms of one; JUnit counts tests.
fn rendered(tests: &RunReport, files: &ReportFiles) -> Vec<Rendered> {
    let run = &*tests.with_arms_apart();
    let one = |description, path: &Option<PathBuf>, text: fn(&RunReport) -> Result<String, String>| {
        path.as_ref().map(|path| Rendered { description, path: path.clone(), text: text(run) })
    };
    let single = [
        files.junit.as_ref().map(|path| Rendered {
            description: "JUnit report",
            path: path.clone(),
            text: junit_text(tests),
        }),
        one("benchmarks", &files.benchmark_json, |run| Ok(benchmarks::benchmark_json(run))),
        one("Bencher metrics", &files.bmf, |run| Ok(benchmarks::bmf(run))),
        one("summary", &files.summary_json, |run| Ok(summary_json::text(run))),
        one("metrics", &files.metrics_file, |run| Ok(metrics::text(run))),
    ];
    let tables = files.csv_prefix.iter().flat_map(|prefix| {
        csv::files(run).into_iter().map(move |file| Rendered {
            description: file.description,
            path: with_suffix(prefix, file.suffix),
            text: Ok(file.text),
        })
    });
    let followed = files.github_benchmark.iter().flat_map(|path| {
        [
            ("smaller is better", beside(path, "-smaller"), benchmarks::smaller_is_better(run)),
            ("bigger is better", beside(path, "-bigger"), benchmarks::bigger_is_better(run)),
        ]
    });
    let followed = followed.map(|(description, path, text)| Rendered { description, path, text: Ok(text) });
    single.into_iter().flatten().chain(tables).chain(followed).collect()
}

#[cfg(feature = "junit")]
fn junit_text(run: &RunReport) -> Result<String, String> {
    crate::report::junit::text(run)
}

/// The command was refused before any test ran.
#[cfg(not(feature = "junit"))]
fn junit_text(_: &RunReport) -> Result<String, String> {
    Err("this build has no JUnit reports".to_owned())
}

/// `reports/perf` becomes `reports/perf_stats.csv`.
fn with_suffix(prefix: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(prefix);
    path.push(suffix);
    path.into()
}

/// `bench.json` becomes `bench-smaller.json`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(ending);
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::super::folder::Start;
    use super::*;
    use crate::outcome::samples;

    fn all_in(folder: &Path) -> ReportFiles {
        let at = |name: &str| Some(folder.join(name));
        ReportFiles {
            csv_prefix: at("tables/perf"),
            junit: at("junit.xml"),
            benchmark_json: at("benchmarks.json"),
            github_benchmark: at("figures.json"),
            bmf: at("bmf.json"),
            summary_json: at("summary.json"),
            metrics_file: at("run.prom"),
            ..ReportFiles::default()
        }
    }

    fn only(files: &ReportFiles) -> WantedFiles<'_> {
        static NOTHING: LazyLock<CompareOptions> = LazyLock::new(CompareOptions::default);
        WantedFiles { files, compare: &NOTHING }
    }

    #[test]
    fn what_was_compared_is_beside_the_record_and_where_else_it_was_asked_for() {
        let root = tempfile::tempdir().unwrap();
        let (folders, elsewhere) = (folders(root.path()), root.path().join("ci/comparison.json"));
        let beside_record = folders.record().with_file_name("comparison.json");
        let compare = CompareOptions { comparison: Some(elsewhere.clone()), ..CompareOptions::default() };
        let wanted = WantedFiles { files: &ReportFiles::default(), compare: &compare };
        let mut results = Results::default();
        write(&samples::run(), &wanted, &folders, &mut results);
        assert!(elsewhere.exists() && !beside_record.exists(), "nothing was compared: {results:?}");
        let run = RunReport { tests: vec![samples::versus()], ..samples::run() };
        write(&run, &wanted, &folders, &mut results);
        let texts = [&elsewhere, &beside_record].map(|path| std::fs::read_to_string(path).unwrap());
        assert!(texts[0] == texts[1] && texts[0].contains("\"sla_met\": true"), "{}", texts[0]);
    }

    fn folders(root: &Path) -> Folders {
        let start = Start { manifest_dir: root, binary: Path::new("perf"), output_dir: Some(root) };
        Folders::find(start, "1-7".to_owned())
    }

    #[test]
    fn each_file_that_was_asked_for_is_written_and_named() {
        let root = tempfile::tempdir().unwrap();
        let mut results = Results::default();
        write(&samples::run(), &only(&all_in(root.path())), &folders(root.path()), &mut results);
        assert!(results.errors.is_empty(), "{results:?}");
        let named: Vec<&str> = results.written.iter().map(|file| file.path.as_str()).collect();
        let expected = [
            "junit.xml",
            "benchmarks.json",
            "bmf.json",
            "summary.json",
            "run.prom",
            "tables/perf_stats.csv",
            "tables/perf_stats_history.csv",
            "tables/perf_failures.csv",
            "tables/perf_exceptions.csv",
            "tables/perf_values.csv",
            "figures-smaller.json",
            "figures-bigger.json",
        ];
        assert_eq!(named, expected);
        assert!(expected.iter().all(|name| root.path().join(name).is_file()));
    }

    #[test]
    fn a_file_that_was_not_asked_for_is_not_written() {
        let root = tempfile::tempdir().unwrap();
        let mut results = Results::default();
        let files = ReportFiles { bmf: Some(root.path().join("bmf.json")), ..ReportFiles::default() };
        write(&samples::run(), &only(&files), &folders(root.path()), &mut results);
        assert_eq!(results.written.len(), 1, "{results:?}");
        write(&samples::run(), &only(&ReportFiles::default()), &folders(root.path()), &mut results);
        assert_eq!(results.written.len(), 1, "{results:?}");
    }

    #[test]
    fn the_page_is_beside_the_record_and_where_else_it_was_asked_for() {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        let elsewhere = root.path().join("public/index.html");
        let mut results = Results::default();
        let files = ReportFiles { html: Some(HtmlFile::At(elsewhere.clone())), ..ReportFiles::default() };
        write(&samples::run(), &only(&files), &folders, &mut results);
        assert!(results.errors.is_empty() && results.written.len() == 2, "{results:?}");
        for path in [folders.record().with_file_name("report.html"), elsewhere] {
            let page = std::fs::read_to_string(&path).unwrap();
            assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"), "{}", path.display());
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_is_an_error_and_the_others_are_written() {
        let root = tempfile::tempdir().unwrap();
        // Root may write anywhere, so a file stands where the folder should be.
        std::fs::write(root.path().join("tables"), "in the way").unwrap();
        let mut results = Results::default();
        write(&samples::run(), &only(&all_in(root.path())), &folders(root.path()), &mut results);
        assert_eq!((results.errors.len(), results.written.len()), (5, 7), "{results:?}");
        assert!(results.errors[0].contains("tables/perf_stats.csv"), "{results:?}");
    }

    #[test]
    fn the_processes_of_one_run_write_the_tests_of_all() {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        let files = ReportFiles { summary_json: Some(root.path().join("summary.json")), ..ReportFiles::default() };
        for test in [samples::passed(), samples::failed()] {
            let run = RunReport { tests: vec![test], ..samples::run() };
            results::update_record(&run, &folders, &mut Results::default());
            write(&run, &only(&files), &folders, &mut Results::default());
        }
        let text = std::fs::read_to_string(root.path().join("summary.json")).unwrap();
        assert!(text.contains("agent::health") && text.contains("agent::workflows"), "{text}");
    }
}
