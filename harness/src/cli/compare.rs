//! What a run is compared with: [`CompareOptions`].

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::files::path_of;
use super::flags::CompareFlags;
use super::origin::GivenText;
use super::usage::UsageMistake;
use super::variables::Variables;

/// What a run is compared with, and what is kept for later ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CompareOptions {
    /// `--against origin/main`: a revision, or the path of a test binary.
    pub(crate) against: Option<GivenText>,
    /// `--against-args "--features tls"`: for the cargo that builds the revision.
    pub(crate) against_args: Option<GivenText>,
    /// `PROOFLOAD_BEFORE_AGENT`: the URL or the program of the version that is compared with, by the lower-case name of its
    /// fixture.
    pub(crate) before: BTreeMap<String, String>,
    /// `--compare latest~1`: an earlier run.
    pub(crate) compare: Option<GivenText>,
    /// `--strict`: a comparison that cannot tell fails its test.
    pub(crate) strict: bool,
    /// `--update-baselines`: what was measured is accepted.
    pub(crate) update_baselines: bool,
    /// `--history`: where what was measured is kept.
    pub(crate) history: HistoryPlace,
    /// `--comparison FILE`
    pub(crate) comparison: Option<PathBuf>,
    /// `--otava-csv FILE`
    pub(crate) otava_csv: Option<PathBuf>,
}

/// Where what was measured is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum HistoryPlace {
    /// `history` beside the runs.
    #[default]
    BesideRuns,
    /// A folder.
    Folder(PathBuf),
    /// A branch of its own in the repository.
    Git,
    /// Nowhere.
    Nowhere,
}

impl CompareOptions {
    pub(super) fn read(flags: CompareFlags, variables: &Variables, mistakes: &mut Vec<UsageMistake>) -> CompareOptions {
        let mut switch = |option, flag: bool| {
            let given = variables.get(option).filter(|_| !flag);
            flag || given.is_some_and(|text| is_on(text, mistakes))
        };
        let (strict, update_baselines) =
            (switch("strict", flags.strict), switch("update-baselines", flags.update_baselines));
        let given = |option, flag: Option<String>| variables.or_flag(option, flag);
        let mut path = |option, flag| given(option, flag).and_then(|text| path_of(text, mistakes));
        let history = match given("history", flags.history) {
            None => HistoryPlace::BesideRuns,
            Some(text) if text.text == "git" => HistoryPlace::Git,
            Some(text) if text.text == "none" => HistoryPlace::Nowhere,
            Some(GivenText { text, .. }) => HistoryPlace::Folder(text.into()),
        };
        CompareOptions {
            strict,
            update_baselines,
            history,
            comparison: path("comparison", flags.comparison),
            otava_csv: path("otava-csv", flags.otava_csv),
            against: given("against", flags.against),
            against_args: given("against-args", flags.against_args),
            before: variables.before.clone(),
            compare: given("compare", flags.compare),
        }
    }
}

fn is_on(GivenText { text, origin }: GivenText, mistakes: &mut Vec<UsageMistake>) -> bool {
    match text.as_str() {
        "1" | "true" => true,
        "0" | "false" => false,
        _ => {
            mistakes.push(UsageMistake::Mismatch { origin, expects: "`1` or `0`", written: text });
            false
        }
    }
}
