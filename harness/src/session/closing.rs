//! The tables and the summary at the end of a run.

use std::io::{IsTerminal, stdout};

use thiserror::Error;

use super::given::{CommandStyle, Printed};
use crate::cli::{Colour, Format, GivenText, Options, Origin};
use crate::outcome::RunReport;
use crate::report::changes;
use crate::report::paint::Paint;
use crate::report::record;
use crate::report::terminal::{self, Column, ShownFigures, Sort, UnknownColumn, WrittenFile};
use crate::report::workers::workers_line;

/// What to print at the end of a run.
#[derive(Debug)]
pub(super) struct Closing {
    columns: Vec<Column>,
    sort: Sort,
    durations: Option<usize>,
    verbose: bool,
    paint: Paint,
    is_wanted: bool,
    /// Of a command, which prints otherwise than a perf binary.
    command: Option<CommandStyle>,
}

/// `--columns` or `--sort` names an unknown column.
#[derive(Debug, Error)]
#[error("{origin}: {source}")]
pub(super) struct ColumnError {
    origin: Origin,
    source: UnknownColumn,
}

impl Closing {
    /// Reads `--columns`, `--sort`, `--durations`, `--verbose`, `--color` and `--format`.
    pub(super) fn read(options: &Options, command: Option<CommandStyle>) -> Result<Closing, ColumnError> {
        let columns = options.columns.iter().map(read).collect::<Result<Vec<Column>, _>>()?;
        Ok(Closing {
            columns: if columns.is_empty() { Column::default_columns() } else { columns },
            sort: options.sort.as_ref().map(read).transpose()?.unwrap_or(Sort::Run),
            durations: options.durations,
            verbose: options.verbose,
            paint: paint(options.output.colour),
            // The other formats are for programs, or for people who want the outcome alone.
            is_wanted: options.output.format == Format::Pretty
                && command.as_ref().is_none_or(|command| command.printed == Printed::Report),
            command,
        })
    }

    /// True if a person reads standard output, rather than a program.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// True if the tests are a command's: what libtest prints of tests is not what its person wants to read.
    pub(super) fn is_of_command(&self) -> bool {
        self.command.is_some()
    }

    /// True if a person asked a command for figures, and required nothing of them.
    pub(super) fn is_unjudged(&self) -> bool {
        self.command.as_ref().is_some_and(|command| command.required.is_empty())
    }

    /// What changed; with `--verbose`, every figure that was compared.
    pub(super) fn comparisons(&self, run: &RunReport) -> String {
        if self.verbose { changes::everything(run, self.paint) } else { changes::table(run, self.paint) }
    }

    /// The tables and the summary, or nothing when a program reads.
    pub(super) fn text(&self, run: &RunReport, written: &[WrittenFile]) -> String {
        if let Some(command) = &self.command {
            let shown = ShownFigures { required: &command.required, verbose: self.verbose, paint: self.paint };
            return match command.printed {
                Printed::Json => record::to_json(run),
                Printed::Report => terminal::figures(run, written, shown),
                Printed::Problems => terminal::problems(run, shown),
            };
        }
        if !self.is_wanted {
            return String::new();
        }
        let loads = terminal::loads(run, self.paint);
        let full_load = terminal::full_load(run, self.paint);
        let limits = terminal::limits(run, self.paint);
        let statuses = terminal::statuses(run, self.paint);
        let values = terminal::values(run, self.paint);
        let benchmarks = terminal::benchmarks(run, &self.columns, self.sort, self.paint);
        let workers = workers_line(run).map(|line| format!("{line}\n")).unwrap_or_default();
        let changes = self.comparisons(run);
        let asked = if self.verbose { terminal::everything(run, self.paint) } else { terminal::asked(run, self.paint) };
        // 0 is all of them, as pytest has it.
        let most = self.durations.map(|most| if most == 0 { usize::MAX } else { most });
        let durations = most.map(|most| terminal::durations(run, most)).unwrap_or_default();
        let summary = terminal::summary(run, written, self.paint);
        let tables = [loads, full_load, statuses, values, benchmarks, workers, changes, limits, asked];
        let parts = tables.into_iter().chain([several(run), durations, summary]).filter(|part| !part.is_empty());
        parts.map(|part| format!("{}\n\n", part.trim_end())).collect()
    }
}

/// The levels, probes and repeats of each test that is several runs, and how its rate was found, below its name.
fn several(run: &RunReport) -> String {
    let tests = run.tests.iter().filter(|test| !test.probes.is_empty() || test.calibration.is_some());
    let tables = tests.map(|test| {
        let found = test.calibration.as_ref().map(|calibration| terminal::calibration(&test.id.name, calibration));
        let table = match &test.search {
            Some(found) => terminal::capacity(&test.probes, found),
            None => terminal::sweep(&test.probes),
        };
        format!("{}\n{}\n", test.id.name, (found.unwrap_or_default() + &table).trim_end())
    });
    tables.collect::<Vec<_>>().join("\n")
}

fn read<T: std::str::FromStr<Err = UnknownColumn>>(text: &GivenText) -> Result<T, ColumnError> {
    text.text.parse().map_err(|source| ColumnError { origin: text.origin.clone(), source })
}

fn paint(colour: Colour) -> Paint {
    let coloured = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    if coloured { Paint::coloured() } else { Paint::plain() }
}
