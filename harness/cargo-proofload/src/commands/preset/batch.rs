//! Runs a batch: the sweep, then the open loads; and reports what both have measured.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use proofload::__command::{ReportForm, figure, gather, report_recorded, timestamp, unoptimised_note};
use proofload::record::{self, Outcome, RunReport};

use super::closing::{closing, users_text};
use super::finding::{BestLevel, best_level};
use super::part::{PresetLoad, PresetPart};
use super::part_process::{FinishedPart, run_part};
use super::plan::PresetPlan;
use super::profile::PresetProfile;
use super::rows::{PresetRow, RepeatedLoad, by_load, rows_of};
use super::table::{PresetBatch, csv_of};
use crate::suite::OutputArguments;

/// What was asked for.
pub(super) struct BatchRequest<'a> {
    pub(super) plan: PresetPlan,
    pub(super) profile: PresetProfile,
    /// For the table.
    pub(super) url: String,
    pub(super) csv_folder: PathBuf,
    /// True if a person gave limits; otherwise the batch is a report.
    pub(super) is_judged: bool,
    pub(super) output: &'a OutputArguments,
}

const NOT_WRITTEN: u8 = 1;
const USAGE: u8 = 2;
const FAILED: u8 = 101;
const INVALID: u8 = 102;
/// Exit codes from here on are those of signals.
const SIGNALS: u8 = 128;

pub(super) fn run(request: &BatchRequest<'_>) -> ExitCode {
    ExitCode::from(run_to_code(request).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        NOT_WRITTEN
    }))
}

/// Both parts, in a folder of their own until their runs are one.
fn run_to_code(request: &BatchRequest<'_>) -> io::Result<u8> {
    let plan = &request.plan;
    let started = SystemTime::now();
    let id = format!("{}-{}", started.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis(), std::process::id());
    let home = request.output.folder();
    let parts = home.join("presets").join(&id);
    let FinishedParts { closed, open, best } = run_parts(request, &parts)?;
    let Some(sweep) = &closed.run else { return Ok(closed.exit_code.max(NOT_WRITTEN)) };
    let levels = rows_of(&PresetPart::ClosedSweep.offers(plan), sweep);
    let open_run = open.as_ref().and_then(|open| open.run.as_ref());
    let loads = match (open_run, best) {
        (Some(open), Some(best)) => rows_of(&PresetPart::OpenLoads(best.throughput_per_s).offers(plan), open),
        _ => Vec::new(),
    };
    let batch = PresetBatch { profile: request.profile.name(), timestamp: compact(started), url: request.url.clone() };
    let csv = request.csv_folder.join(batch.file_name());
    let rows: Vec<PresetRow<'_>> = levels.iter().chain(&loads).copied().collect();
    write(&csv, &csv_of(&batch, &rows))?;
    let record = home.join("runs").join(&id).join("run.json");
    let runs: Vec<RunReport> = [Some(sweep), open_run].into_iter().flatten().cloned().collect();
    // What a part prints of them is not seen.
    failed_tear_downs(&runs).iter().for_each(|line| eprintln!("error: {line}"));
    keep(runs, &id, &record, &parts)?;
    let (levels, loads) = (by_load(&levels), by_load(&loads));
    if !request.output.prints_record() && !request.output.is_quiet() {
        let files = format!("table: {}\nrun record: {}", csv.display(), record.display());
        let environment = &sweep.environment;
        let limits = if request.is_judged { "" } else { "no --require was given, so nothing was judged\n" };
        let build = unoptimised_note(environment.optimised, &environment.crates).unwrap_or_default();
        print(&format!("{}\n{limits}{build}{files}\n", closing(&levels, &loads, best)));
    }
    let written = report(request, &record);
    let last = open.as_ref().unwrap_or(&closed).exit_code;
    Ok(match verdict(&levels, &loads, request.is_judged, last) {
        0 if [Some(&closed), open.as_ref()].into_iter().flatten().any(ended_otherwise) => INVALID,
        0 => written,
        verdict => verdict,
    })
}

/// How the parts ended, and the best level between them.
struct FinishedParts {
    closed: FinishedPart,
    /// `None` if there was no level to take shares of.
    open: Option<FinishedPart>,
    best: Option<BestLevel>,
}

fn run_parts(request: &BatchRequest<'_>, folder: &Path) -> io::Result<FinishedParts> {
    let plan = &request.plan;
    let levels: Vec<String> = plan.levels.iter().map(ToString::to_string).collect();
    announce(request, &format!("closed sweep with {} users", levels.join(", ")), plan.closed.time(levels.len()));
    let closed = run_part(PresetPart::ClosedSweep, &folder.join("closed"))?;
    let offers = PresetPart::ClosedSweep.offers(plan);
    let best = closed.run.as_ref().and_then(|sweep| best_level(&by_load(&rows_of(&offers, sweep))));
    let Some(best) = best.filter(|_| closed.exit_code < SIGNALS) else {
        return Ok(FinishedParts { closed, open: None, best });
    };
    let part = PresetPart::OpenLoads(best.throughput_per_s);
    announce(request, &open_loads(part, best, plan), plan.open.time(plan.shares.len()));
    let open = run_part(part, &folder.join("open"))?;
    Ok(FinishedParts { closed, open: Some(open), best: Some(best) })
}

/// True if the record of the part does not say why it ended with this exit code: a tear-down after its last test failed, or its process
/// ended between two tests.
fn ended_otherwise(part: &FinishedPart) -> bool {
    let any = |outcome| part.run.iter().flat_map(|run| &run.tests).any(|test| test.outcome == outcome);
    match part.exit_code {
        0 => false,
        FAILED => !any(Outcome::Failed),
        INVALID => !any(Outcome::Invalid),
        _ => true,
    }
}

/// A line for each test after which a tear-down failed.
fn failed_tear_downs(runs: &[RunReport]) -> Vec<String> {
    let tests = runs.iter().flat_map(|run| &run.tests);
    let failed = tests.filter_map(|test| Some((test, test.after.first()?.lines().next()?)));
    failed.map(|(test, first)| format!("tear-down failed after {}: {first}", test.id.name)).collect()
}

/// `best: 1,234/s with 10 users; open loads at 617/s, 1,111/s and 1,357/s`
fn open_loads(part: PresetPart, best: BestLevel, plan: &PresetPlan) -> String {
    let rate = |offer: super::part::PresetOffer| match offer.load {
        PresetLoad::Share { rate_per_s, .. } => Some(figure::rate(rate_per_s)),
        PresetLoad::Users(_) => None,
    };
    let rates: Vec<String> = part.offers(plan).into_iter().take(plan.shares.len()).filter_map(rate).collect();
    let (best, users) = (figure::rate(best.throughput_per_s), users_text(best.users));
    format!("best {best} with {users}; open loads at {}", rates.join(", "))
}

/// Says what comes next and how long it takes.
fn announce(request: &BatchRequest<'_>, what: &str, time: Option<Duration>) {
    if !request.output.is_quiet() {
        let time =
            time.map_or_else(|| "as long as these requests take".to_owned(), |time| format!("about {}", words(time)));
        eprintln!("preset {}: {what}, {time}", request.profile.name());
    }
}

/// `90 s`, `4 min`
fn words(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil();
    if seconds < 120.0 { format!("{seconds} s") } else { format!("{} min", (seconds / 60.0).ceil()) }
}

/// 0 if the limits hold at the rates up to the best throughput, and the figures can be trusted. What is beyond that throughput is
/// meant to queue, to be shed and to make the generator late: that is shown, and not judged; but nothing is meant to break.
fn verdict(levels: &[RepeatedLoad<'_>], open: &[RepeatedLoad<'_>], has_limits: bool, exit_code: u8) -> u8 {
    if exit_code >= SIGNALS || exit_code == USAGE {
        return exit_code;
    }
    let judged: Vec<&RepeatedLoad<'_>> = open.iter().filter(|load| load.load.is_judged()).collect();
    let failed = |load: &RepeatedLoad<'_>| load.outcome() == Outcome::Failed;
    if judged.iter().any(|load| failed(load)) || (open.is_empty() && levels.iter().any(failed)) {
        return FAILED;
    }
    // Without limits, doubtful figures are figures: they are shown with their doubt.
    let is_enough = |load: &RepeatedLoad<'_>| {
        !has_limits && load.outcome() == Outcome::Invalid && load.shown().is_some_and(PresetRow::has_figures)
    };
    let is_valid =
        |load: &RepeatedLoad<'_>| matches!(load.outcome(), Outcome::Passed | Outcome::Failed) || is_enough(load);
    let are_valid = levels.iter().chain(judged).all(is_valid);
    let is_any_broken = levels.iter().chain(open).any(RepeatedLoad::is_broken);
    if open.is_empty() || !are_valid || is_any_broken { INVALID } else { 0 }
}

/// One record of both runs, where other runs are.
fn keep(runs: Vec<RunReport>, id: &str, record: &Path, parts: &Path) -> io::Result<()> {
    let whole = gather(runs, id.to_owned()).map_err(io::Error::other)?;
    write(record, &record::to_json(&whole))?;
    // The record has everything that is in them.
    fs::remove_dir_all(parts)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
    written.map_err(|error| io::Error::other(format!("cannot write {}: {error}", path.display())))
}

/// The files that were asked for, of both parts together; the exit code says if all were written.
fn report(request: &BatchRequest<'_>, record: &Path) -> u8 {
    let mut options: Vec<OsString> = request.output.report_options().into_iter().map(OsString::from).collect();
    let form = if request.output.prints_record() { ReportForm::Record } else { ReportForm::Tables };
    if options.is_empty() && form == ReportForm::Tables {
        return 0;
    }
    options.extend(["--history=none".into(), "--output-dir".into(), request.output.folder().into()]);
    let written = report_recorded(&record.display().to_string(), form, options);
    if written == ExitCode::SUCCESS { 0 } else { NOT_WRITTEN }
}

fn print(text: &str) {
    use std::io::Write;
    // A closed output loses nothing: the record has every result.
    let _written = io::stdout().write_all(text.as_bytes());
}

/// `20261126T190500Z`
fn compact(time: SystemTime) -> String {
    let text = timestamp::rfc3339(time);
    let seconds = text.split('.').next().unwrap_or(&text);
    format!("{}Z", seconds.replace(['-', ':', 'Z'], ""))
}

#[cfg(test)]
mod tests {
    use super::super::part::PresetOffer;
    use super::super::samples::{Planned, measured_run, sweep};
    use super::*;

    /// Of a sweep and open loads that ended like this.
    fn verdict_of(levels: &[Outcome], open: &[(f64, Outcome)], exit_code: u8) -> u8 {
        verdict_with(levels, open, true, exit_code)
    }

    fn verdict_with(levels: &[Outcome], open: &[(f64, Outcome)], has_limits: bool, exit_code: u8) -> u8 {
        let repeats: Vec<[(f64, Outcome); 1]> = levels.iter().map(|outcome| [(100.0, *outcome)]).collect();
        let levels: Vec<(u64, &[(f64, Outcome)])> = (1..).zip(repeats.iter().map(<[_; 1]>::as_slice)).collect();
        let load = |share: f64| PresetLoad::Share { share, rate_per_s: 100.0 * share };
        let open = open.iter().map(|(share, outcome)| (PresetOffer { load: load(*share), repeat: 1 }, 90.0, *outcome));
        let loads_of = |planned: &[Planned]| {
            let run = measured_run(planned);
            let offers: Vec<PresetOffer> = planned.iter().map(|(offer, ..)| *offer).collect();
            (offers, run)
        };
        let (levels, open) = (loads_of(&sweep(&levels)), loads_of(&open.collect::<Vec<Planned>>()));
        let (levels, open) = (rows_of(&levels.0, &levels.1), rows_of(&open.0, &open.1));
        verdict(&by_load(&levels), &by_load(&open), has_limits, exit_code)
    }

    #[test]
    fn limits_are_judged_up_to_the_best_throughput_and_not_beyond_it() {
        use Outcome::{Failed, Invalid, Passed};
        assert_eq!(verdict_of(&[Passed, Failed], &[(0.5, Passed), (1.0, Passed), (1.1, Failed)], 101), 0);
        assert_eq!(verdict_of(&[Passed], &[(0.5, Failed), (1.1, Passed)], 101), 101);
        assert_eq!(verdict_of(&[Passed], &[(0.5, Passed), (1.1, Invalid)], 102), 0);
        assert_eq!(verdict_of(&[Passed], &[(0.9, Invalid), (1.1, Passed)], 102), 102);
        assert_eq!(verdict_of(&[Invalid, Passed], &[(0.9, Passed)], 0), 102);
        assert_eq!(verdict_of(&[Invalid], &[(0.9, Failed)], 101), 101);
    }

    #[test]
    fn without_limits_doubtful_figures_are_a_report() {
        use Outcome::{Errored, Failed, Invalid, Passed};
        assert_eq!(verdict_with(&[Passed, Invalid], &[(0.9, Invalid)], false, 102), 0);
        assert_eq!(verdict_with(&[Passed], &[(0.9, Errored)], false, 102), 102);
        assert_eq!(verdict_with(&[Passed], &[(0.9, Failed)], false, 101), 101);
    }

    #[test]
    fn what_errored_beyond_the_best_throughput_is_not_forgiven() {
        use Outcome::{Errored, Failed, Invalid, Passed};
        for has_limits in [true, false] {
            assert_eq!(verdict_with(&[Passed], &[(0.9, Passed), (1.1, Errored)], has_limits, 102), 102);
            assert_eq!(verdict_with(&[Passed, Errored], &[(0.9, Passed)], has_limits, 0), 102);
        }
        assert_eq!(verdict_of(&[Passed], &[(0.9, Passed), (1.1, Invalid), (1.5, Failed)], 101), 0);
    }

    #[test]
    fn a_tear_down_that_failed_after_any_load_is_named_and_is_no_pass() {
        let planned = sweep(&[(1, &[(100.0, Outcome::Passed)]), (5, &[(100.0, Outcome::Passed)])]);
        let offers: Vec<PresetOffer> = planned.iter().map(|(offer, ..)| *offer).collect();
        let mut run = measured_run(&planned);
        let of_open = [(
            PresetOffer { load: PresetLoad::Share { share: 0.5, rate_per_s: 50.0 }, repeat: 1 },
            50.0,
            Outcome::Passed,
        )];
        let open = measured_run(&of_open);
        let code = |run: &RunReport| {
            let (levels, open) = (rows_of(&offers, run), rows_of(&[of_open[0].0], &open));
            verdict(&by_load(&levels), &by_load(&open), true, 0)
        };
        assert_eq!((code(&run), failed_tear_downs(&[run.clone()])), (0, Vec::new()));
        run.tests[1].after = vec!["tear-down of `server`: it did not end\n  signal 9".to_owned()];
        assert_eq!(code(&run), 102);
        let lines = failed_tear_downs(&[run]);
        assert_eq!(lines, ["tear-down failed after closed_sweep_5_users_run_1: tear-down of `server`: it did not end"]);
    }

    #[test]
    fn an_exit_code_that_the_record_of_a_part_does_not_explain_is_no_pass() {
        use Outcome::{Failed, Invalid, Passed};
        let part = |outcome, exit_code| {
            let run = Some(measured_run(&sweep(&[(1, &[(100.0, outcome)])])));
            FinishedPart { exit_code, run }
        };
        assert!(ended_otherwise(&part(Passed, 102)) && ended_otherwise(&part(Invalid, 101)));
        assert!(ended_otherwise(&part(Passed, 1)));
        let explained = [part(Passed, 0), part(Invalid, 102), part(Failed, 101)];
        assert!(!explained.iter().any(ended_otherwise));
    }

    #[test]
    fn without_open_loads_nothing_passes() {
        use Outcome::{Failed, Invalid, Passed};
        assert_eq!(verdict_of(&[Failed, Failed], &[], 101), 101);
        assert_eq!(verdict_of(&[Invalid], &[], 102), 102);
        assert_eq!(verdict_of(&[Passed], &[], 0), 102);
        assert_eq!(verdict_of(&[Passed], &[(0.9, Passed)], 143), 143);
    }

    #[test]
    fn a_moment_is_a_name_of_a_file() {
        assert_eq!(compact(UNIX_EPOCH + Duration::from_millis(1_764_183_900_250)), "20251126T190500Z");
    }

    #[test]
    fn about_how_long_a_part_takes_is_said_in_round_numbers() {
        assert_eq!(
            [12_500, 119_000, 130_000].map(|millis| words(Duration::from_millis(millis))),
            ["13 s", "119 s", "3 min"]
        );
    }
}
