//! The files that a run is asked to write besides its record: [`ReportFiles`].

use std::path::PathBuf;

use super::flags::FileFlags;
use super::origin::GivenText;
use super::usage::UsageMistake;
use super::variables::Variables;

/// The files to write. A path is as given: relative to the directory in which the command was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReportFiles {
    /// `--html`: the whole report as one page.
    pub(crate) html: Option<HtmlFile>,
    /// `--requests-csv FILE`: a line for each request.
    pub(crate) requests_csv: Option<PathBuf>,
    /// `--csv PREFIX`: four files whose names begin like this.
    pub(crate) csv_prefix: Option<PathBuf>,
    /// `--junit FILE`
    pub(crate) junit: Option<PathBuf>,
    /// `--benchmark-json FILE`
    pub(crate) benchmark_json: Option<PathBuf>,
    /// `--github-benchmark FILE`
    pub(crate) github_benchmark: Option<PathBuf>,
    /// `--bmf FILE`
    pub(crate) bmf: Option<PathBuf>,
    /// `--summary-json FILE`
    pub(crate) summary_json: Option<PathBuf>,
    /// `--metrics-file FILE`
    pub(crate) metrics_file: Option<PathBuf>,
}

/// Where the page goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HtmlFile {
    /// `report.html` beside the run record.
    BesideRecord,
    /// There, too.
    At(PathBuf),
}

impl ReportFiles {
    /// `in_file`: `proofload.toml` has `report = "html"`.
    pub(super) fn read(
        flags: FileFlags,
        in_file: bool,
        variables: &Variables,
        mistakes: &mut Vec<UsageMistake>,
    ) -> ReportFiles {
        let given = |option, flag: Option<String>| variables.or_flag(option, flag);
        let mut path = |option, flag| given(option, flag).and_then(|text| path_of(text, mistakes));
        let mut files = ReportFiles {
            html: None,
            requests_csv: None,
            csv_prefix: path("csv", flags.csv),
            junit: path("junit", flags.junit),
            benchmark_json: path("benchmark-json", flags.benchmark_json),
            github_benchmark: path("github-benchmark", flags.github_benchmark),
            bmf: path("bmf", flags.bmf),
            summary_json: path("summary-json", flags.summary_json),
            metrics_file: path("metrics-file", flags.metrics_file),
        };
        // `PROOFLOAD_REQUESTS_CSV=true` is the setting of that name.
        let requests_csv = given("requests-csv", flags.requests_csv).filter(|text| !text.is_switch());
        files.requests_csv = requests_csv.and_then(|text| path_of(text, mistakes));
        files.html = match given("html", flags.html) {
            Some(text) => html_of(text, mistakes),
            None => in_file.then_some(HtmlFile::BesideRecord),
        };
        files
    }
}

fn html_of(text: GivenText, mistakes: &mut Vec<UsageMistake>) -> Option<HtmlFile> {
    match text.text.as_str() {
        "1" | "true" => Some(HtmlFile::BesideRecord),
        "0" | "false" => None,
        _ => path_of(text, mistakes).map(HtmlFile::At),
    }
}

/// A flag in the place of a file is a forgotten file.
pub(super) fn path_of(GivenText { text, origin }: GivenText, mistakes: &mut Vec<UsageMistake>) -> Option<PathBuf> {
    if text.is_empty() || text.starts_with("--") {
        mistakes.push(UsageMistake::Mismatch { origin, expects: "the path of a file", written: text });
        return None;
    }
    Some(text.into())
}
