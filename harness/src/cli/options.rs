//! The options of a run: the command line over the environment. The main type is [`Options`].

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use super::bind;
use super::cluster::{AloneOptions, ClusterOptions};
use super::compare::CompareOptions;
use super::file::{FileSettings, Tables};
use super::files::ReportFiles;
use super::flags::Flags;
use super::layers::Layers;
use super::live::LiveOptions;
use super::names::Names;
use super::origin::{GivenText, Origin};
use super::output::{Colour, Format, IgnoredTests, TestOutput};
use super::setting::settings_of;
use super::usage::UsageMistake;
use super::variables::Variables;
use crate::kind::Kind;
use crate::settings::{SettingKey, Settings};
use crate::units::{Quantity, parse_quantity};

/// Everything a person can ask of a run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// How to list tests and print their outcomes.
    pub(crate) output: TestOutput,
    /// By name.
    pub(crate) names: Names,
    /// `-m`: an expression over markers, not parsed yet.
    pub(crate) markers: Option<GivenText>,
    /// `-k`: an expression over names, not parsed yet.
    pub(crate) keyword: Option<GivenText>,
    /// `--kind`: only these kinds; all if empty.
    pub(crate) kinds: Vec<Kind>,
    /// Run only tests that did not pass in the last run.
    pub(crate) last_failed: bool,
    /// Stop after the first test that does not pass.
    pub(crate) fail_fast: bool,
    /// Do not wait for another perf run on this machine.
    pub(crate) no_wait: bool,
    /// Show this instead of running.
    pub(crate) show: Option<Show>,
    /// Settings of the load, to lay over and under what the attributes say.
    pub(crate) layers: Layers,
    /// Columns of the closing table, not parsed yet; empty for the default columns.
    pub(crate) columns: Vec<GivenText>,
    /// The column to sort by, not parsed yet.
    pub(crate) sort: Option<GivenText>,
    /// How many of the longest tests to show; 0 is all of them.
    pub(crate) durations: Option<usize>,
    /// Show every threshold, endpoint and server of each test.
    pub(crate) verbose: bool,
    /// Where the run record goes instead of `target/proofload`.
    pub(crate) output_dir: Option<PathBuf>,
    /// False leaves the page of baselines as it is.
    pub(crate) baselines: bool,
    /// When to show progress.
    pub(crate) progress: Progress,
    /// Files to write besides the run record.
    pub(crate) files: ReportFiles,
    /// What the run is compared with.
    pub(crate) compare: CompareOptions,
    /// What to serve while the tests run.
    pub(crate) live: LiveOptions,
    /// Which processes offer the load.
    #[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
    pub(crate) cluster: ClusterOptions,
    /// Addresses of servers that already run, by the lower-case name of their fixture.
    pub(crate) targets: BTreeMap<String, String>,
    /// `PROOFLOAD_BIND`: the address of this machine at which the servers that are started listen, instead of 127.0.0.1.
    pub(crate) bind: Option<IpAddr>,
}

/// What to show instead of running tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// The fixtures of this binary.
    Fixtures,
    /// What would be set up, in order.
    SetupPlan,
}

/// When to show progress on stderr.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    /// When stderr is a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Options {
    pub(super) fn read(
        mut flags: Flags,
        variables: &Variables,
        file: FileSettings,
        mistakes: &mut Vec<UsageMistake>,
    ) -> Options {
        let files = ReportFiles::read(std::mem::take(&mut flags.files), file.writes_html, variables, mistakes);
        let compare = CompareOptions::read(std::mem::take(&mut flags.compare), variables, mistakes);
        let live = LiveOptions::read(std::mem::take(&mut flags.live), variables, mistakes);
        let alone = AloneOptions {
            drives: live.drives(),
            writes_requests: files.requests_csv.is_some(),
            against: compare.against.is_some(),
        };
        let cluster = ClusterOptions::read(std::mem::take(&mut flags.cluster), &alone, variables, mistakes);
        let bind = variables.bind.as_ref().and_then(|given| bind::read(given, mistakes));
        let mut given = Layered { variables, mistakes };
        Options {
            output: test_output(&flags),
            kinds: given.kinds(&flags),
            show: given.show(&flags),
            layers: given.layers(&flags, file),
            names: Names { filters: flags.filters, skip: flags.skip, exact: flags.exact },
            markers: given.text("markers", flags.markers),
            keyword: given.text("keyword", flags.keyword),
            last_failed: given.switch("last-failed", flags.last_failed).is_some(),
            fail_fast: given.switch("fail-fast", flags.fail_fast).is_some(),
            no_wait: given.switch("no-wait", flags.no_wait).is_some(),
            columns: given.list("columns", &flags.columns),
            sort: given.text("sort", flags.sort),
            durations: given.durations(flags.durations),
            verbose: given.switch("verbose", flags.verbose).is_some(),
            output_dir: flags.output_dir.or_else(|| given.variable("output-dir").map(|text| text.text.into())),
            baselines: given.switch("no-baselines", flags.no_baselines).is_none(),
            progress: given.progress(flags.progress),
            files,
            compare,
            live,
            cluster,
            targets: variables.targets.clone(),
            bind,
        }
    }
}

/// clap has refused every other word, and `--ignored` together with `--include-ignored`.
fn test_output(flags: &Flags) -> TestOutput {
    let ignored = match (flags.ignored, flags.include_ignored) {
        (true, _) => IgnoredTests::Only,
        (false, true) => IgnoredTests::Include,
        (false, false) => IgnoredTests::LeaveOut,
    };
    let format = match flags.format.as_deref() {
        Some("json") => Format::Json,
        Some("terse") => Format::Terse,
        _ if flags.quiet => Format::Terse,
        _ => Format::Pretty,
    };
    let colour = match flags.color.as_deref() {
        Some("always") => Colour::Always,
        Some("never") => Colour::Never,
        _ => Colour::Auto,
    };
    TestOutput { list: flags.list, ignored, format, colour, logfile: flags.logfile.clone() }
}

/// The command line over the environment.
struct Layered<'a> {
    variables: &'a Variables,
    mistakes: &'a mut Vec<UsageMistake>,
}

impl Layered<'_> {
    fn variable(&self, option: &'static str) -> Option<GivenText> {
        self.variables.get(option)
    }

    fn text(&self, option: &'static str, flag: Option<String>) -> Option<GivenText> {
        self.variables.or_flag(option, flag)
    }

    fn list(&self, option: &'static str, flag: &[String]) -> Vec<GivenText> {
        let flag = (!flag.is_empty()).then(|| flag.join(","));
        self.text(option, flag).iter().flat_map(GivenText::split).collect()
    }

    /// Where a switch was set; `None` if it is off.
    fn switch(&mut self, option: &'static str, flag: bool) -> Option<Origin> {
        if flag {
            return Some(Origin::Flag(option));
        }
        let text = self.variable(option)?;
        match text.text.as_str() {
            "1" | "true" => Some(text.origin),
            "0" | "false" => None,
            _ => self.mismatch(text, "`1` or `0`"),
        }
    }

    fn mismatch<T>(&mut self, GivenText { text, origin }: GivenText, expects: &'static str) -> Option<T> {
        self.mistakes.push(UsageMistake::Mismatch { origin, expects, written: text });
        None
    }

    /// `--bench` and `--test` win over the variable, as everything on the command line does.
    fn kinds(&mut self, flags: &Flags) -> Vec<Kind> {
        if flags.bench {
            return vec![Kind::Benchmark];
        }
        if flags.test {
            return Kind::ALL.into_iter().filter(|kind| *kind != Kind::Benchmark).collect();
        }
        let mut kinds = Vec::new();
        for GivenText { text, origin } in self.list("kind", &flags.kind) {
            match text.parse() {
                Ok(kind) if kinds.contains(&kind) => {}
                Ok(kind) => kinds.push(kind),
                Err(source) => self.mistakes.push(UsageMistake::Kind { origin, source }),
            }
        }
        kinds
    }

    fn show(&mut self, flags: &Flags) -> Option<Show> {
        let fixtures = self.switch("fixtures", flags.fixtures);
        let setup_plan = self.switch("setup-plan", flags.setup_plan);
        match (fixtures, setup_plan) {
            (Some(fixtures), Some(setup_plan)) => {
                self.mistakes.push(UsageMistake::TwoShows(fixtures, setup_plan));
                None
            }
            (Some(_), None) => Some(Show::Fixtures),
            (None, Some(_)) => Some(Show::SetupPlan),
            (None, None) => None,
        }
    }

    fn layers(&mut self, flags: &Flags, file: FileSettings) -> Layers {
        let command_line = self.command_line(flags);
        let environment = SettingKey::LOAD.into_iter().filter_map(|key| Some((key, self.variable(key.name())?)));
        // The variable of this setting may also hold the path of the file.
        let environment = environment.filter(|(key, text)| *key != SettingKey::RequestsCsv || text.is_switch());
        let environment = settings_of(environment.collect::<Vec<_>>(), self.mistakes);
        let over = command_line.over(environment);
        let (profile, file) = self.profile(flags.profile.clone(), file);
        Layers { over, profile, file, scale: self.scale(flags.scale.clone()) }
    }

    /// The chosen profile, and what the file says outside its profiles.
    fn profile(&mut self, flag: Option<String>, mut file: FileSettings) -> (Option<Tables>, Tables) {
        let Some(GivenText { text, origin }) = self.text("profile", flag) else { return (None, file.tables) };
        let profile = file.profiles.remove(&text);
        if profile.is_none() {
            self.mistakes.push(UsageMistake::unknown_profile(origin, text, file.profiles.keys()));
        }
        (profile, file.tables)
    }

    fn command_line(&mut self, flags: &Flags) -> Settings {
        let given = SettingKey::LOAD
            .into_iter()
            .filter_map(|key| Some((key, GivenText::new(flags.load.get(key)?, Origin::Flag(key.name())))));
        settings_of(given, self.mistakes)
    }

    fn scale(&mut self, flag: Option<String>) -> Option<f64> {
        let text = self.text("scale", flag)?;
        match parse_quantity(&text.text) {
            Ok(Quantity::Number(factor)) if factor > 0.0 => Some(factor),
            Ok(Quantity::Ratio(share)) if share.as_f64() > 0.0 => Some(share.as_f64()),
            _ => self.mismatch(text, "a factor above zero, such as `0.1` or `10%`"),
        }
    }

    fn durations(&mut self, flag: Option<String>) -> Option<usize> {
        let text = self.text("durations", flag)?;
        match text.text.parse() {
            Ok(count) => Some(count),
            Err(_) => self.mismatch(text, "a whole number, such as `5`"),
        }
    }

    fn progress(&mut self, flag: Option<String>) -> Progress {
        let Some(text) = self.text("progress", flag) else { return Progress::Auto };
        match text.text.as_str() {
            "auto" => Progress::Auto,
            "always" => Progress::Always,
            "never" => Progress::Never,
            _ => self.mismatch(text, "`auto`, `always` or `never`").unwrap_or_default(),
        }
    }
}
