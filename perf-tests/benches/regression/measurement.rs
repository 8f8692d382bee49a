//! Measures every pair of servers, and prints the table.

use std::io;

use super::arm_server::{ServerKind, start};
use super::goals;
use super::load::{OfferedArm, USERS, offer_in_turns};
use super::options::BenchOptions;
use super::tally::{ComparisonRow, HEAD};
use super::window::windows;

pub(crate) fn run_all(options: &BenchOptions) -> io::Result<()> {
    print_head(options);
    let mut rows = Vec::new();
    for kind in &options.servers {
        for changes in options.changes.chunks(options.changes.len().div_ceil(kind.runs_for(options.changes.len()))) {
            for (percent, measured) in at_once(*kind, changes, options.turns()) {
                match measured {
                    Ok(arms) => rows.extend(printed(*kind, percent, &arms, options)),
                    Err(error) => println!("{} +{percent} % could not be measured: {error}", kind.name()),
                }
            }
        }
    }
    let longest_s = options.lengths().into_iter().max().unwrap_or_default() * 2;
    println!("\nThe goals:");
    goals::lines(&rows, longest_s).iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn print_head(options: &BenchOptions) {
    let [shorter, longer] = options.lengths().map(|pairs| 2 * pairs);
    println!(
        "Two servers take turns of a second, {USERS} users each; about {} min in all.",
        options.whole().as_secs().div_ceil(60)
    );
    println!(
        "One run of {} s for each change is cut into windows of {shorter} s and of {longer} s, and each window is one comparison.",
        2 * options.turns()
    );
    println!(
        "Share of comparisons that say *regressed*, with Wilson's 95 % interval. `verdict`: Proofload, which is the worse of mean and p95; `mean`: its mean alone;"
    );
    println!("`Mann–Whitney`: on the times of all requests, p < 0.05 and slower; `mean + 5 %`: the bare rule.\n");
    println!("{HEAD}");
}

/// Two servers for each change, all of them at the same time.
fn at_once(kind: ServerKind, changes: &[f64], turns: usize) -> Vec<(f64, io::Result<[OfferedArm; 2]>)> {
    std::thread::scope(|scope| {
        let runs: Vec<_> = changes
            .iter()
            .enumerate()
            .map(|(index, percent)| (*percent, scope.spawn(move || measure(kind, *percent, 2 * index + 1, turns))))
            .collect();
        let ended = |run: std::thread::ScopedJoinHandle<'_, io::Result<[OfferedArm; 2]>>| {
            run.join().unwrap_or_else(|_| Err(io::Error::other("the measurement panicked")))
        };
        runs.into_iter().map(|(percent, run)| (percent, ended(run))).collect()
    })
}

fn measure(kind: ServerKind, percent: f64, seed: usize, turns: usize) -> io::Result<[OfferedArm; 2]> {
    let servers = [start(kind, 0.0, seed)?, start(kind, percent, seed + 1)?];
    offer_in_turns(&servers, turns)
}

fn printed(kind: ServerKind, percent: f64, arms: &[OfferedArm; 2], options: &BenchOptions) -> Vec<ComparisonRow> {
    let row = |pairs: usize| {
        let (windows, planned) = (windows(arms, pairs), options.turns() / pairs);
        ComparisonRow { kind, percent, length_s: 2 * pairs, planned, windows }
    };
    let rows: Vec<ComparisonRow> = options.lengths().map(row).into();
    rows.iter().for_each(|row| println!("{}", row.row()));
    rows
}
