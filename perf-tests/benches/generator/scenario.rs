//! Offers every load with every generator, and prints a table of each load.

use std::io;

use super::load::{GeneratorCost, GeneratorLoad};
use super::rivals::{self, Rival};
use super::server::Server;
use super::{process, proofload_run};

const KIB: usize = 1024;
/// The test of the closed load, which every generator offers.
const CLOSED: &str = "probe::closed";
/// How many users offer the rate of the open load by their pace.
const PACED_USERS: usize = 50;

type OfferFn = fn(&GeneratorLoad, &str) -> io::Result<Option<GeneratorCost>>;

#[cfg(target_os = "linux")]
const FLOOR: Option<OfferFn> = Some(super::floor::run);
#[cfg(not(target_os = "linux"))]
const FLOOR: Option<OfferFn> = None;

enum Generator {
    Proofload,
    /// The system calls alone.
    Floor(OfferFn),
    Rival(&'static Rival),
}

impl Generator {
    fn name(&self) -> &'static str {
        match self {
            Generator::Proofload => "proofload",
            Generator::Floor(_) => "bare loop",
            Generator::Rival(rival) => rival.name,
        }
    }

    /// `None` if the run was invalid.
    fn run(&self, load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
        match self {
            Generator::Proofload => proofload_run::run(load, url),
            Generator::Floor(run) => run(load, url),
            Generator::Rival(rival) => rival.run(load, url),
        }
    }
}

pub(crate) fn run_all() -> io::Result<()> {
    let (pairs, duration_s) = (number("PAIRS", 5), number("SECONDS", 3));
    let server = Server::start()?;
    println!("{pairs} pairs of {duration_s} s each; medians; generator and server {}", where_they_run());
    let rivals = rivals::installed();
    println!("beside proofload: {}\n", names(&rivals));
    let closed = |users, body_bytes| GeneratorLoad { users, body_bytes, test: CLOSED, rate_per_s: None, duration_s };
    let mut loads = Vec::new();
    for body_bytes in [KIB / 10, 10 * KIB, 100 * KIB] {
        loads.extend([1, 50, 1_000].map(|users| closed(users, body_bytes)));
    }
    let only = std::env::var("LOADS").ok();
    for load in loads.clone() {
        if only.as_ref().is_none_or(|only| *only == title(&load)) {
            compare(&server, &load, &rivals, pairs)?;
        }
    }
    for load in loads {
        let open = GeneratorLoad { test: "probe::open", rate_per_s: Some(10_000), ..load };
        if only.as_ref().is_none_or(|only| *only == title(&open)) {
            compare_models(&server, &open, pairs)?;
        }
    }
    let many = GeneratorLoad { test: "probe::thinking", ..closed(10_000, KIB / 10) };
    if only.is_none_or(|only| only == "many") {
        print_many(&server, &many)?;
    }
    Ok(())
}

/// Proofload against each rival, in the order A B C A B C, so that a disturbance of the machine affects all of them.
fn compare(server: &Server, load: &GeneratorLoad, rivals: &[&'static Rival], pairs: u32) -> io::Result<()> {
    server.answer_with(load.body_bytes)?;
    let generators: Vec<Generator> = ours(load).chain(rivals.iter().copied().map(Generator::Rival)).collect();
    let mut runs: Vec<Vec<Option<GeneratorCost>>> = generators.iter().map(|_| Vec::new()).collect();
    for _ in 0..pairs {
        for (generator, runs) in generators.iter().zip(&mut runs) {
            // A rival that did not end once will not end the next time.
            let has_failed = matches!(generator, Generator::Rival(_)) && runs.contains(&None);
            runs.push(if has_failed { None } else { generator.run(load, &server.url())? });
        }
    }
    println!("{}", title(load));
    for (generator, theirs) in generators.iter().zip(&runs) {
        print_row(generator.name(), theirs, &runs[0]);
    }
    println!();
    Ok(())
}

/// Proofload, and for small bodies the bare loop, which it cannot be cheaper than.
fn ours(load: &GeneratorLoad) -> impl Iterator<Item = Generator> {
    let floor = FLOOR.filter(|_| load.body_bytes < KIB).map(Generator::Floor);
    std::iter::once(Generator::Proofload).chain(floor)
}

/// An open load against the closed one with the same users, and for fifty users against a paced one of the same rate.
fn compare_models(server: &Server, open: &GeneratorLoad, pairs: u32) -> io::Result<()> {
    server.answer_with(open.body_bytes)?;
    let closed = GeneratorLoad { test: CLOSED, rate_per_s: None, ..*open };
    let paced = GeneratorLoad { test: "probe::paced", ..closed };
    let has_paced = open.users == PACED_USERS;
    let floor = FLOOR.filter(|_| has_paced && open.body_bytes < KIB);
    let (mut opens, mut closeds, mut paceds, mut floors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..pairs {
        opens.push(proofload_run::run(open, &server.url())?);
        closeds.push(proofload_run::run(&closed, &server.url())?);
        if has_paced {
            paceds.push(proofload_run::run(&paced, &server.url())?);
        }
        floors.push(floor.map(|run| run(open, &server.url())).transpose()?.flatten());
    }
    println!("{}", title(open));
    for (name, runs) in [("proofload", &opens), ("closed", &closeds), ("same rate", &paceds), ("bare loop", &floors)] {
        print_row(name, runs, &opens);
    }
    println!();
    Ok(())
}

/// Ten thousand users with think time: memory per user, and how long starting and stopping them takes.
fn print_many(server: &Server, load: &GeneratorLoad) -> io::Result<()> {
    server.answer_with(load.body_bytes)?;
    let run = proofload_run::run(load, &server.url())?;
    let run =
        run.ok_or_else(|| io::Error::other("the load of ten thousand users was invalid: the machine is too busy"))?;
    let each_kib = run.resident_bytes.map(|bytes| bytes as f64 / (KIB * load.users) as f64);
    println!("{} users who think", load.users);
    println!(
        "  resident memory {} KiB per user, whole process; {:.2} s longer than the load, to start and to stop",
        each_kib.map_or("-".to_owned(), |kib| format!("{kib:.1}")),
        run.beside_the_load_s
    );
    Ok(())
}

/// Leaves out runs without a result, and the pairs that they belong to.
fn print_row(name: &str, runs: &[Option<GeneratorCost>], ours: &[Option<GeneratorCost>]) {
    if runs.iter().all(Option::is_none) {
        return;
    }
    let shown = |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
    let of = |take: fn(&GeneratorCost) -> Option<f64>| median(runs.iter().flatten().filter_map(take).collect());
    let pairs = ours.iter().zip(runs).filter_map(|(ours, theirs)| ours.zip(*theirs));
    let ratios = pairs.map(|(ours, theirs)| ours.cpu_us / theirs.cpu_us).collect();
    println!(
        "  {name:<10} {:>8} µs/request  {:>9}/s  {:>8} MiB  lag p99 {:>6} µs  ours ÷ it {:>5}",
        shown(of(|run| Some(run.cpu_us)), 2),
        shown(of(|run| run.requests_per_s), 0),
        shown(of(|run| run.resident_bytes.map(|bytes| bytes as f64 / (KIB * KIB) as f64)), 1),
        shown(of(|run| run.lag_p99_us), 0),
        shown(median(ratios), 2),
    );
}

fn title(load: &GeneratorLoad) -> String {
    let body_kib = load.body_bytes as f64 / KIB as f64;
    match load.rate_per_s {
        Some(rate) => format!("open {rate}/s, {} in flight at most, {body_kib:.1} KiB", load.users),
        None => format!("{} users, {body_kib:.1} KiB", load.users),
    }
}

fn where_they_run() -> &'static str {
    if process::can_pin() { "on a core each" } else { "share all cores" }
}

fn names(rivals: &[&Rival]) -> String {
    if rivals.is_empty() {
        return "nothing (install wrk, h2load, oha, hey or k6 to compare with them)".to_owned();
    }
    rivals.iter().map(|rival| rival.name).collect::<Vec<_>>().join(", ")
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// A number from the environment, such as `PAIRS=9`.
fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
