//! Runs of known figures, for the tests of this folder.

use std::path::Path;

use proofload::record::{self, Measured, Outcome, RunReport, TestReport};

use super::part::{PresetLoad, PresetOffer};

/// An offer with its throughput and how it ended.
pub(super) type Planned = (PresetOffer, f64, Outcome);

/// Levels of users, each with its repeats.
pub(super) fn sweep(levels: &[(u64, &[(f64, Outcome)])]) -> Vec<Planned> {
    let of_level = |(users, repeats): &(u64, &[(f64, Outcome)])| {
        let load = PresetLoad::Users(*users);
        let planned =
            (1..).zip(*repeats).map(move |(repeat, (rate, outcome))| (PresetOffer { load, repeat }, *rate, *outcome));
        planned.collect::<Vec<Planned>>()
    };
    levels.iter().flat_map(of_level).collect()
}

/// The committed record of an open load, once for each offer, with its throughput and outcome.
pub(super) fn measured_run(planned: &[Planned]) -> RunReport {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/records/open.json");
    let run = record::parse(&std::fs::read_to_string(path).expect("it is committed")).expect("a record");
    let measured = |(offer, rate, outcome): &Planned| {
        let mut test: TestReport = run.tests[0].clone();
        test.id.name = offer.name();
        test.outcome = *outcome;
        test.reason = (*outcome != Outcome::Passed).then(|| "so it is".to_owned());
        let figures: &mut Measured = test.measured.as_mut().expect("it was measured");
        figures.total.throughput_per_s = Some(*rate);
        test
    };
    RunReport { tests: planned.iter().map(measured).collect(), ..run.clone() }
}
