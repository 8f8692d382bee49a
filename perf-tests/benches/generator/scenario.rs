//! Offers every load with every generator, and prints a table of each load.

use std::io;
use std::path::PathBuf;

use perf_tests::BenchServer;

use super::comparison::Comparison;
use super::load::{Answers, CLOSED, ENDPOINTS, GeneratorCost, GeneratorLoad, Head, KIB};
use super::probe::THINKING_WARMUP;
use super::rivals::{self, Rival};
use super::server::{answer_with, start};
use super::{process, proofload_run};

/// How many users offer the rate of the open load by their pace.
const PACED_USERS: usize = 50;

type OfferFn = fn(&GeneratorLoad, &str) -> io::Result<Option<GeneratorCost>>;

#[cfg(target_os = "linux")]
const FLOORS: &[(&str, OfferFn)] = &[("bare loop", super::floor::run), ("with calls", super::floor::run_called)];
#[cfg(not(target_os = "linux"))]
const FLOORS: &[(&str, OfferFn)] = &[];

/// What offers a load.
enum Generator {
    /// This build.
    Proofload,
    /// This build with another load, under this name.
    ProofloadWith(&'static str, GeneratorLoad),
    /// Another build of this bench.
    OtherBuild(PathBuf),
    /// The system calls alone.
    Floor(&'static str, OfferFn),
    Rival(&'static Rival),
}

impl Generator {
    fn name(&self) -> &'static str {
        match self {
            Generator::Proofload => "proofload",
            Generator::ProofloadWith(name, _) => name,
            Generator::OtherBuild(_) => "other",
            Generator::Floor(name, _) => name,
            Generator::Rival(rival) => rival.name,
        }
    }

    /// `None` if the run was invalid.
    fn run(&self, load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
        match self {
            Generator::Proofload => proofload_run::run(&std::env::current_exe()?, load, url),
            Generator::ProofloadWith(_, load) => proofload_run::run(&std::env::current_exe()?, load, url),
            Generator::OtherBuild(program) => proofload_run::run(program, load, url),
            Generator::Floor(_, run) => run(load, url),
            Generator::Rival(rival) => rival.run(load, url),
        }
    }
}

pub(crate) fn run_all() -> io::Result<()> {
    let (pairs, duration_s) = (number("PAIRS", 5), number("SECONDS", 3));
    let server = start()?;
    println!("{pairs} pairs of {duration_s} s each; medians; generator and server {}", where_they_run());
    #[cfg(target_os = "linux")]
    {
        let [in_one, called] = super::returns::small_call_ns();
        println!("a small system call takes {in_one:.0} ns, and {called:.0} ns in a function that returns");
    }
    let other = std::env::var_os("AGAINST").map(PathBuf::from);
    let rivals = if other.is_none() { rivals::installed() } else { Vec::new() };
    println!("beside proofload: {}\n", other.as_ref().map_or_else(|| names(&rivals), |it| it.display().to_string()));
    let only = std::env::var("LOADS").ok();
    let is_wanted = |title: &str| only.as_ref().is_none_or(|only| only == title);
    for load in loads(duration_s).into_iter().filter(|load| is_wanted(&load.title())) {
        let generators = match &other {
            Some(program) => vec![Generator::Proofload, Generator::OtherBuild(program.clone())],
            None => beside_proofload(&load, &rivals),
        };
        answer_with(&server, load.answers)?;
        compare(&server, &load, &generators, pairs)?;
    }
    if is_wanted("many") {
        print_many(&server, &many(duration_s))?;
    }
    Ok(())
}

fn loads(duration_s: u32) -> Vec<GeneratorLoad> {
    let closed = |users, answers| GeneratorLoad {
        users,
        answers,
        test: CLOSED,
        rate_per_s: None,
        requests_csv: false,
        duration_s,
    };
    let lengths = [KIB / 10, 10 * KIB, 100 * KIB];
    let with_each_length: Vec<_> =
        lengths.iter().flat_map(|bytes| [1, 50, 1_000].map(|users| closed(users, Answers::of(*bytes)))).collect();
    let with_ids = Answers { head: Head::Changing, ..Answers::of(KIB / 10) };
    let with_changing_head = [50, 1_000].map(|users| closed(users, with_ids));
    let to_endpoints =
        [50, 1_000].map(|users| GeneratorLoad { test: ENDPOINTS, ..closed(users, Answers::of(KIB / 10)) });
    let open = with_each_length.clone().into_iter().map(|load| GeneratorLoad {
        test: "probe::open",
        rate_per_s: Some(10_000),
        ..load
    });
    with_each_length.into_iter().chain(with_changing_head).chain(to_endpoints).chain(open).collect()
}

/// Ten thousand users with think time.
fn many(duration_s: u32) -> GeneratorLoad {
    let answers = Answers::of(KIB / 10);
    GeneratorLoad { users: 10_000, answers, test: "probe::thinking", rate_per_s: None, requests_csv: false, duration_s }
}

/// Proofload, and what it is compared with.
///
/// A small response: the same with a line for each request in a file.
///
/// A closed load: the rivals, and for small bodies the bare loops, which nothing can be cheaper than. Many endpoints: one. An open load:
/// the closed one with the same users, and for fifty users a paced one of the same rate.
fn beside_proofload(load: &GeneratorLoad, rivals: &[&'static Rival]) -> Vec<Generator> {
    let closed = GeneratorLoad { test: CLOSED, rate_per_s: None, ..*load };
    let is_open = load.rate_per_s.is_some();
    let mut generators = vec![Generator::Proofload];
    if load.test == ENDPOINTS {
        generators.push(Generator::ProofloadWith("one", closed));
    }
    if load.answers == Answers::of(KIB / 10) && load.users > 1 && load.test != ENDPOINTS {
        let listed = GeneratorLoad { requests_csv: true, ..*load };
        generators.push(Generator::ProofloadWith("with CSV", listed));
    }
    if is_open {
        generators.push(Generator::ProofloadWith("closed", closed));
    }
    if is_open && load.users == PACED_USERS {
        generators.push(Generator::ProofloadWith("same rate", GeneratorLoad { test: "probe::paced", ..closed }));
    }
    let has_floor = load.answers.body_bytes < KIB && (!is_open || load.users == PACED_USERS);
    let floors = FLOORS.iter().filter(|_| has_floor);
    generators.extend(floors.map(|(name, run)| Generator::Floor(name, *run)));
    if load.test == CLOSED {
        generators.extend(rivals.iter().copied().map(Generator::Rival));
    }
    generators
}

/// A generator that did not end once will not end the next time.
fn compare(server: &BenchServer, load: &GeneratorLoad, generators: &[Generator], pairs: u32) -> io::Result<()> {
    let names: Vec<_> = generators.iter().map(Generator::name).collect();
    let mut has_failed = vec![false; generators.len()];
    let comparison = Comparison::measure(&names, pairs as usize, |index| {
        let generator = &generators[index];
        if has_failed[index] {
            return Ok(None);
        }
        let cost = generator.run(load, &server.url())?;
        has_failed[index] = cost.is_none() && matches!(generator, Generator::Rival(_));
        Ok(cost)
    })?;
    comparison.print(&load.title());
    Ok(())
}

/// Ten thousand users with think time: memory per user, and how long starting and stopping them takes.
fn print_many(server: &BenchServer, load: &GeneratorLoad) -> io::Result<()> {
    answer_with(server, load.answers)?;
    let run = proofload_run::run(&std::env::current_exe()?, load, &server.url())?;
    let run =
        run.ok_or_else(|| io::Error::other("the load of ten thousand users was invalid: the machine is too busy"))?;
    let each_kib = run.resident_bytes.map(|bytes| bytes as f64 / (KIB * load.users) as f64);
    println!("{} users who think", load.users);
    println!(
        "  resident memory {} KiB per user, whole process; {:.2} s longer than the load, to start and to stop",
        each_kib.map_or("-".to_owned(), |kib| format!("{kib:.1}")),
        run.beside_the_load_s - THINKING_WARMUP.as_secs_f64()
    );
    Ok(())
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

/// A number from the environment, such as `PAIRS=9`.
fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
