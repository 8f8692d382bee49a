//! One load, offered by several generators in turn, and what each of them used.

use std::io;

use super::load::{GeneratorCost, KIB};

/// So many times the rounds that were asked for, at most: the host may move the cores of a virtual machine in each of them.
const LONGER: usize = 3;
/// Distances that differ by less are the same.
const FAR: f64 = 2.0;

/// What generators used for one load, each in several rounds. The first of them is compared with the others.
pub(crate) struct Comparison<'a> {
    names: &'a [&'static str],
    /// For each generator.
    runs: Vec<Vec<Option<Run>>>,
}

/// One run, and how far the cores were apart before and after it.
#[derive(Debug, Clone, Copy)]
struct Run {
    cost: GeneratorCost,
    before_ns: Option<f64>,
    after_ns: Option<f64>,
}

/// How far the cores are apart, beside the shortest distance that was seen with the same load.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Distance {
    Near,
    Far,
    /// Where threads cannot be bound to cores.
    Unknown,
}

#[cfg(target_os = "linux")]
fn one_way_ns() -> io::Result<Option<f64>> {
    super::core_distance::one_way_ns()
}

#[cfg(not(target_os = "linux"))]
fn one_way_ns() -> io::Result<Option<f64>> {
    Ok(None)
}

impl<'a> Comparison<'a> {
    /// Each generator in turn, in the order A B C A B C, so that a disturbance of the machine affects all of them; until there
    /// are `pairs` of each with the first that were measured at one distance of the cores.
    ///
    /// `offer` runs the generator with this index; `None`: without a result.
    pub(crate) fn measure(
        names: &'a [&'static str],
        pairs: usize,
        mut offer: impl FnMut(usize) -> io::Result<Option<GeneratorCost>>,
    ) -> io::Result<Comparison<'a>> {
        let mut comparison = Comparison { names, runs: vec![Vec::new(); names.len()] };
        let mut before_ns = one_way_ns()?;
        for round in 0..LONGER * pairs {
            if round >= pairs && comparison.has_pairs(pairs) {
                break;
            }
            for (index, runs) in comparison.runs.iter_mut().enumerate() {
                let cost = offer(index)?;
                let after_ns = one_way_ns()?;
                runs.push(cost.map(|cost| Run { cost, before_ns, after_ns }));
                before_ns = after_ns;
            }
        }
        Ok(comparison)
    }

    /// True if there are as many pairs of each generator at one of the distances, but for those that never had a result.
    fn has_pairs(&self, wanted: usize) -> bool {
        let shortest = self.shortest_ns();
        [Distance::Near, Distance::Far, Distance::Unknown].into_iter().any(|distance| {
            let mut runs = self.runs.iter().filter(|runs| runs.iter().any(Option::is_some));
            runs.all(|runs| self.pairs(runs, distance, shortest).count() >= wanted)
        })
    }

    /// Processor time of the first generator ÷ that of another, for each round in which both were measured at this distance.
    fn pairs(&self, theirs: &[Option<Run>], distance: Distance, shortest: Option<f64>) -> impl Iterator<Item = f64> {
        let at = move |run: &Option<Run>| run.filter(|run| run.distance(shortest) == Some(distance));
        let both = self.runs[0].iter().zip(theirs).filter_map(move |(ours, theirs)| at(ours).zip(at(theirs)));
        both.map(|(ours, theirs)| ours.cost.cpu_us / theirs.cost.cpu_us)
    }

    fn shortest_ns(&self) -> Option<f64> {
        let all = self.runs.iter().flatten().flatten();
        all.flat_map(|run| [run.before_ns, run.after_ns]).flatten().min_by(f64::total_cmp)
    }

    /// A table for each distance at which the cores were.
    pub(crate) fn print(&self, title: &str) {
        let shortest = self.shortest_ns();
        let all = || self.runs.iter().flatten().flatten();
        for distance in [Distance::Near, Distance::Far, Distance::Unknown] {
            if all().any(|run| run.distance(shortest) == Some(distance)) {
                println!("{title}{}", self.distance_text(distance, shortest));
                for (name, runs) in self.names.iter().zip(&self.runs) {
                    self.print_row(name, runs, distance, shortest);
                }
            }
        }
        let moved = all().filter(|run| run.distance(shortest).is_none()).count();
        if moved > 0 {
            println!("  left out: {moved} of {} runs, before and after which the distance differed", all().count());
        }
        println!();
    }

    fn distance_text(&self, distance: Distance, shortest: Option<f64>) -> String {
        let runs = self.runs.iter().flatten().flatten().filter(|run| run.distance(shortest) == Some(distance));
        median(runs.filter_map(|run| run.after_ns).collect())
            .map_or_else(String::new, |ns| format!(", {ns:.0} ns from core to core"))
    }

    fn print_row(&self, name: &str, runs: &[Option<Run>], distance: Distance, shortest: Option<f64>) {
        let here = || runs.iter().flatten().filter(|run| run.distance(shortest) == Some(distance));
        if here().next().is_none() {
            return;
        }
        let of = |take: fn(&GeneratorCost) -> Option<f64>| median(here().filter_map(|run| take(&run.cost)).collect());
        let ratios: Vec<f64> = self.pairs(runs, distance, shortest).collect();
        let pairs = ratios.len();
        println!(
            "  {name:<10} {:>8} µs/request  {:>9}/s  {:>8} MiB  lag p99 {:>6} µs  ours ÷ it {:>6}  pairs {pairs:>2}",
            shown(of(|cost| Some(cost.cpu_us)), 2),
            shown(of(|cost| cost.requests_per_s), 0),
            shown(of(|cost| cost.resident_bytes.map(|bytes| bytes as f64 / (KIB * KIB) as f64)), 1),
            shown(of(|cost| cost.lag_p99_us), 0),
            shown(median(ratios), 3),
        );
    }
}

impl Run {
    /// `None` if the cores were moved during the run.
    fn distance(&self, shortest_ns: Option<f64>) -> Option<Distance> {
        let (Some(shortest_ns), Some(before_ns), Some(after_ns)) = (shortest_ns, self.before_ns, self.after_ns) else {
            return Some(Distance::Unknown);
        };
        let of = |ns: f64| if ns < FAR * shortest_ns { Distance::Near } else { Distance::Far };
        (of(before_ns) == of(after_ns)).then_some(of(after_ns))
    }
}

fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.digits$}"))
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
