//! What a batch has measured: a row for each offer of a load, and what stands for all offers of one load.

use proofload::record::{Measured, Outcome, RunReport, TestReport};

use super::part::{PresetLoad, PresetOffer};

/// An offer with what was measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct PresetRow<'r> {
    pub(super) offer: PresetOffer,
    pub(super) test: &'r TestReport,
}

impl<'r> PresetRow<'r> {
    /// What was measured, be it doubtful.
    pub(super) fn measured(&self) -> Option<&'r Measured> {
        self.test.measured.as_ref()
    }

    pub(super) fn throughput_per_s(&self) -> Option<f64> {
        self.measured()?.total.throughput_per_s
    }

    pub(super) fn p95_s(&self) -> Option<f64> {
        self.measured()?.total.response_time.p95_s
    }

    /// True if some requests succeeded, so that there is something to show.
    pub(super) fn has_figures(&self) -> bool {
        self.measured().is_some_and(|measured| measured.total.requests.ok > 0)
    }

    /// True if its figures say something about the server.
    fn is_valid(&self) -> bool {
        matches!(self.test.outcome, Outcome::Passed | Outcome::Failed) && self.measured().is_some()
    }
}

/// `passed`, `failed`, `invalid`
pub(super) fn word(outcome: Outcome) -> String {
    format!("{outcome:?}").to_lowercase()
}

/// The rows of a part, in the order of the offers; those that it did not come to are missing.
pub(super) fn rows_of<'r>(offers: &[PresetOffer], run: &'r RunReport) -> Vec<PresetRow<'r>> {
    let row = |offer: &PresetOffer| {
        let name = offer.name();
        let test = run.tests.iter().find(|test| test.id.name == name && test.outcome != Outcome::Ignored)?;
        Some(PresetRow { offer: *offer, test })
    };
    offers.iter().filter_map(row).collect()
}

/// All offers of one load.
#[derive(Debug, Clone)]
pub(super) struct RepeatedLoad<'r> {
    pub(super) load: PresetLoad,
    pub(super) rows: Vec<PresetRow<'r>>,
}

/// The loads, in the order in which they were first offered.
pub(super) fn by_load<'r>(rows: &[PresetRow<'r>]) -> Vec<RepeatedLoad<'r>> {
    let mut loads: Vec<RepeatedLoad<'r>> = Vec::new();
    for row in rows {
        match loads.iter_mut().find(|known| known.load == row.offer.load) {
            Some(known) => known.rows.push(*row),
            None => loads.push(RepeatedLoad { load: row.offer.load, rows: vec![*row] }),
        }
    }
    loads
}

impl<'r> RepeatedLoad<'r> {
    /// The row that stands for the load: the median of those that are valid, by throughput if users wait for the server, by p95 if a
    /// schedule does not. Of two in the middle it is the worse one. If no run is valid, no row stands for the load, unless the load is beyond what
    /// was found to be possible: that the generator was late as well is then no surprise, and the load is not judged.
    pub(super) fn median(&self) -> Option<&PresetRow<'r>> {
        let valid: Vec<&PresetRow<'r>> = self.valid().collect();
        let is_beyond = matches!(self.load, PresetLoad::Share { .. }) && !self.load.is_judged();
        if valid.is_empty() && is_beyond {
            return self.middle(self.rows.iter().filter(|row| row.measured().is_some()).collect());
        }
        self.middle(valid)
    }

    /// The row that is shown: where none is valid, the median of what was measured, beside the reason why it proves nothing.
    pub(super) fn shown(&self) -> Option<&PresetRow<'r>> {
        let measured = || self.rows.iter().filter(|row| row.has_figures()).collect();
        self.median().or_else(|| self.middle(measured()))
    }

    fn middle<'a>(&self, rows: Vec<&'a PresetRow<'r>>) -> Option<&'a PresetRow<'r>> {
        let badness = |row: &PresetRow<'_>| match self.load {
            PresetLoad::Users(_) => row.throughput_per_s().map(|rate| -rate),
            PresetLoad::Share { .. } => row.p95_s(),
        };
        // A row without a figure is worse than any with one.
        let mut rows: Vec<(f64, &PresetRow<'r>)> =
            rows.into_iter().map(|row| (badness(row).unwrap_or(f64::INFINITY), row)).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows.get(rows.len() / 2).map(|(_, row)| *row)
    }

    fn valid(&self) -> impl Iterator<Item = &PresetRow<'r>> {
        self.rows.iter().filter(|row| row.is_valid())
    }

    /// Failed if half of the valid rows did, so that no single disturbed one decides. Otherwise errored if any row was: what broke is no
    /// disturbance.
    pub(super) fn outcome(&self) -> Outcome {
        let valid = self.valid().count();
        let failed = self.valid().filter(|row| row.test.outcome == Outcome::Failed).count();
        if valid > 0 && failed * 2 >= valid {
            return Outcome::Failed;
        }
        if self.rows.iter().any(|row| row.test.outcome == Outcome::Errored) {
            return Outcome::Errored;
        }
        match valid {
            0 => self.rows.first().map_or(Outcome::Errored, |row| row.test.outcome),
            _ => Outcome::Passed,
        }
    }

    /// True if a row errored, or its tear-down failed: that is wrong at any load.
    pub(super) fn is_broken(&self) -> bool {
        self.rows.iter().any(|row| row.test.outcome == Outcome::Errored || !row.test.after.is_empty())
    }

    /// The most frequent cause of failures, if nothing succeeded in what stands for the load.
    pub(super) fn nothing_succeeded(&self) -> Option<&'r str> {
        let total = &self.median()?.measured()?.total;
        let cause = total.failures.iter().max_by_key(|(_, count)| **count).map(|(cause, _)| cause.as_str());
        cause.filter(|_| total.requests.ok == 0)
    }

    /// Why it did not pass: of the first row that ended like the load.
    pub(super) fn reason(&self) -> Option<&'r str> {
        let outcome = self.outcome();
        let row = self.rows.iter().find(|row| row.test.outcome == outcome)?;
        row.test.reason.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{measured_run, sweep};
    use super::*;

    fn throughputs(outcomes: &[(f64, Outcome)]) -> Option<f64> {
        let run = measured_run(&sweep(&[(10, outcomes)]));
        let offers: Vec<PresetOffer> = sweep(&[(10, outcomes)]).into_iter().map(|(offer, ..)| offer).collect();
        let rows = rows_of(&offers, &run);
        by_load(&rows)[0].median().and_then(PresetRow::throughput_per_s)
    }

    #[test]
    fn the_median_of_the_valid_repeats_stands_for_a_load_and_of_two_the_worse_one() {
        use Outcome::{Failed, Invalid, Passed};
        assert_eq!(throughputs(&[(300.0, Passed), (100.0, Passed), (200.0, Failed)]), Some(200.0));
        assert_eq!(throughputs(&[(300.0, Passed), (100.0, Passed)]), Some(100.0));
        assert_eq!(throughputs(&[(300.0, Passed), (900.0, Invalid), (1.0, Invalid)]), Some(300.0));
        assert_eq!(throughputs(&[(300.0, Invalid)]), None);
    }

    fn outcome(outcomes: &[Outcome]) -> Outcome {
        let offered: Vec<(f64, Outcome)> = outcomes.iter().map(|outcome| (100.0, *outcome)).collect();
        let planned = sweep(&[(10, &offered)]);
        let run = measured_run(&planned);
        let offers: Vec<PresetOffer> = planned.into_iter().map(|(offer, ..)| offer).collect();
        by_load(&rows_of(&offers, &run))[0].outcome()
    }

    #[test]
    fn a_load_with_a_repeat_that_errored_has_not_passed() {
        use Outcome::{Errored, Failed, Invalid, Passed};
        assert_eq!(outcome(&[Passed, Errored, Errored]), Errored);
        assert_eq!(outcome(&[Invalid, Errored]), Errored);
        assert_eq!(outcome(&[Failed, Errored]), Failed);
    }

    #[test]
    fn a_load_failed_if_half_of_its_valid_repeats_did() {
        use Outcome::{Failed, Invalid, Passed};
        assert_eq!(outcome(&[Passed, Passed, Failed]), Passed);
        assert_eq!(outcome(&[Passed, Failed]), Failed);
        assert_eq!(outcome(&[Invalid, Invalid, Passed]), Passed);
        assert_eq!(outcome(&[Invalid, Failed]), Failed);
        assert_eq!(outcome(&[Invalid]), Invalid);
    }
}
