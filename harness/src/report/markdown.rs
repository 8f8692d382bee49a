//! The page of baselines.

use super::table::{Align, TextTable, shown};
use crate::baseline::{Baselines, Machine, Row};
use crate::kind::Kind;
use crate::outcome::figure;
use crate::text::markdown;

const INTRODUCTION: &str = "\
# Performance baselines

The figures of each test as they were accepted, from passing runs in an optimised build.
`cargo test --test perf` generates this page from `performance-baselines.json` beside it: do not edit it.
A run replaces a row whose figures it is further away from than chance explains, and every row with `--update-baselines`.
A test that failed, was invalid or was interrupted leaves its row as it is; a test that did not run keeps its row.
";

/// The page `docs/performance-baselines.md`.
pub fn baselines(baselines: &Baselines) -> String {
    let page = Page::new(baselines);
    if baselines.rows().is_empty() {
        return format!("{INTRODUCTION}\nNo test has passed yet.\n");
    }
    let sections = [
        section(
            "Response times",
            "Under load, failed requests included. With a planned rate, measured from the intended start.",
            page.response_times(),
        ),
        section(
            "Load capacity",
            "The number of users, or of arrivals each second, at which the test's thresholds held.",
            page.capacity(),
        ),
        section(
            "Throughput",
            "Successful requests each second, at this number of users or arrivals each second.",
            page.throughput(),
        ),
        section("Benchmarks", "One user alone: the time of one iteration.", page.benchmarks()),
        section("Machines", "The machines that the figures above were measured on.", page.machines()),
    ];
    let sections: Vec<String> = sections.into_iter().flatten().collect();
    format!("{INTRODUCTION}\n{}", sections.join("\n"))
}

/// The rows, and the machines that they refer to by letter.
struct Page<'b> {
    rows: &'b [Row],
    machines: Vec<&'b Machine>,
}

impl<'b> Page<'b> {
    fn new(baselines: &'b Baselines) -> Page<'b> {
        let mut machines: Vec<&Machine> = Vec::new();
        for row in baselines.rows() {
            if !machines.iter().any(|known| looks_the_same(known, &row.machine)) {
                machines.push(&row.machine);
            }
        }
        Page { rows: baselines.rows(), machines }
    }

    fn response_times(&self) -> Option<String> {
        let header = ["users", "rate", "requests", "mean", "p50", "p95", "p99", "max"];
        self.table(&header, is_load, |row| {
            let times = &row.times;
            let mut cells = load(row).to_vec();
            cells.push(figure::count(row.load.requests));
            cells.extend([times.mean_s, times.p50_s, times.p95_s, times.p99_s, times.max_s].map(time));
            cells
        })
    }

    fn capacity(&self) -> Option<String> {
        let held = |row: &Row| row.load.capacity_users.is_some() || row.load.capacity_per_s.is_some();
        let held = |row: &Row| is_load(row) && held(row);
        self.table(&["users held", "rate held", "success", "throughput", "mean", "p95"], held, |row| {
            vec![
                shown(row.load.capacity_users, figure::count),
                shown(row.load.capacity_per_s, figure::rate),
                shown(row.load.success_rate, figure::percent),
                shown(row.load.throughput_per_s, figure::rate),
                time(row.times.mean_s),
                time(row.times.p95_s),
            ]
        })
    }

    fn throughput(&self) -> Option<String> {
        self.table(&["users", "rate", "throughput", "success"], is_load, |row| {
            let [users, rate] = load(row);
            vec![
                users,
                rate,
                shown(row.load.throughput_per_s, figure::rate),
                shown(row.load.success_rate, figure::percent),
            ]
        })
    }

    fn benchmarks(&self) -> Option<String> {
        let header = ["rounds", "mean", "median", "p95", "p99", "max", "throughput"];
        self.table(
            &header,
            |row| !is_load(row),
            |row| {
                let times = &row.times;
                let mut cells = vec![figure::count(row.load.requests)];
                cells.extend([times.mean_s, times.p50_s, times.p95_s, times.p99_s, times.max_s].map(time));
                cells.push(shown(row.load.throughput_per_s, figure::rate));
                cells
            },
        )
    }

    fn machines(&self) -> Option<String> {
        let header = [
            ("machine", Align::Left),
            ("processor", Align::Left),
            ("cores", Align::Right),
            ("system", Align::Left),
            ("build", Align::Left),
        ];
        let mut columns = TextTable::new(header);
        for machine in &self.machines {
            columns.row([
                self.letter(machine),
                shown(machine.cpu_model.as_deref(), markdown),
                shown(machine.cores, |cores| cores.to_string()),
                machine.os.clone(),
                machine.build.clone(),
            ]);
        }
        (!self.machines.is_empty()).then(|| columns.markdown())
    }

    /// A table of the rows that `belongs` selects, with the machine of each; `None` without a row.
    fn table(
        &self,
        figures: &[&str],
        belongs: impl Fn(&Row) -> bool,
        cells: impl Fn(&Row) -> Vec<String>,
    ) -> Option<String> {
        let words = |names: &[&'static str]| names.iter().map(|name| (*name, Align::Left)).collect::<Vec<_>>();
        let (before, after) = (words(&["package", "test", "kind"]), words(&["machine", "date", "commit"]));
        let figures = figures.iter().map(|name| (*name, Align::Right));
        let mut columns = TextTable::new(before.into_iter().chain(figures).chain(after));
        let mut any = false;
        for row in self.rows.iter().filter(|row| belongs(row)) {
            any = true;
            let subject = [binary(row), row.id.name.clone(), row.kind.clone()];
            let commit = row.commit.clone().unwrap_or_else(|| "-".to_owned());
            let source = [self.letter(&row.machine), row.date.clone(), commit];
            columns.row(subject.into_iter().chain(cells(row)).chain(source));
        }
        any.then(|| columns.markdown())
    }

    /// `A`, `B` … and `M27` after `Z`.
    fn letter(&self, machine: &Machine) -> String {
        let index =
            self.machines.iter().position(|known| looks_the_same(known, machine)).unwrap_or(self.machines.len());
        match u8::try_from(index) {
            Ok(index) if index < 26 => char::from(b'A' + index).to_string(),
            _ => format!("M{}", index + 1),
        }
    }
}

/// What the page shows of both machines is the same.
fn looks_the_same(one: &Machine, other: &Machine) -> bool {
    let shown =
        |machine: &Machine| (machine.cpu_model.clone(), machine.cores, machine.os.clone(), machine.build.clone());
    shown(one) == shown(other)
}

fn section(title: &str, explanation: &str, table: Option<String>) -> Option<String> {
    table.map(|table| format!("## {title}\n\n{explanation}\n\n{table}"))
}

/// The package, and the test binary if it is not the usual one.
fn binary(row: &Row) -> String {
    match row.id.target.as_str() {
        "" | "perf" => row.id.package.clone(),
        target => format!("{} ({target})", row.id.package),
    }
}

/// Users in a closed workload, arrivals each second in an open one.
fn load(row: &Row) -> [String; 2] {
    let users = row.load.rate_per_s.is_none().then_some(row.load.users);
    [shown(users, figure::count), shown(row.load.rate_per_s, figure::rate)]
}

fn is_load(row: &Row) -> bool {
    row.kind != Kind::Benchmark.name()
}

fn time(seconds: Option<f64>) -> String {
    shown(seconds, figure::time)
}

#[cfg(test)]
mod tests;
