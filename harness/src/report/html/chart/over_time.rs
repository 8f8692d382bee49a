//! What the charts over time of one test have in common, and those of requests in flight and of the generator's lag.

use super::history::History;
use super::model::{Chart, ChartBand, ChartLine, ChartMark, Look, Stroke};
use super::unit::ChartUnit;
use crate::measure::{Measured, StageSummary};
use crate::outcome::{TestReport, figure};
use crate::workload::LoadModel;

/// A test with the time along which its charts are drawn.
pub(super) struct OverTime<'r> {
    pub(super) test: &'r TestReport,
    pub(super) measured: &'r Measured,
    pub(super) history: History,
    /// What the identifiers of its charts begin with: `t3`.
    prefix: &'r str,
    bands: Vec<ChartBand>,
    marks: Vec<ChartMark>,
    /// From the beginning of the warm-up to the end of the measurement.
    ends: (f64, f64),
}

impl<'r> OverTime<'r> {
    /// `None` if nothing is known over time.
    pub(super) fn of(prefix: &'r str, test: &'r TestReport) -> Option<OverTime<'r>> {
        let measured = test.measured.as_ref()?;
        let history = History::of(measured)?;
        let warm_up = history.warm_up_from_s().map(|from| ChartBand {
            from,
            to: 0.0,
            text: "warm-up".to_owned(),
            is_warm_up: true,
        });
        let stages = measured.stages.iter().map(|stage| band(test, stage));
        let begins_s = history.warm_up_from_s().unwrap_or_default();
        let last_s = history.moments.last().map_or(0.0, |moment| moment.middle_s);
        let ends = (begins_s, measured.span.as_secs_f64().max(last_s));
        let bands = warm_up.into_iter().chain(stages).collect();
        let marks =
            test.events.iter().filter_map(|event| Some(ChartMark { at: event.at_s?, text: event.text.clone() }));
        Some(OverTime { test, measured, history, prefix, bands, marks: marks.collect(), ends })
    }

    /// A chart with the shades and the marks of the test.
    pub(super) fn chart(&self, id: &str, title: &'static str, says: String, lines: Vec<ChartLine>) -> Chart {
        self.chart_of(id, title, says, self.history.xs(), lines)
    }

    /// The same for samples that were taken at other times.
    pub(super) fn chart_of(
        &self,
        id: &str,
        title: &'static str,
        says: String,
        xs: Vec<f64>,
        lines: Vec<ChartLine>,
    ) -> Chart {
        Chart {
            lines,
            bands: self.bands.clone(),
            marks: self.marks.clone(),
            x_ends: Some(self.ends),
            ..Chart::over_time(format!("{}-{id}", self.prefix), title, says, xs)
        }
    }

    /// Requests that were sent and not done, at the end of each slice.
    pub(super) fn in_flight(&self) -> Chart {
        let values = self.history.each(|moment| Some(moment.slice.in_flight as f64));
        let most = self.history.measured().max_by_key(|moment| moment.slice.in_flight);
        let says = match most.map(|moment| (moment.slice.in_flight, moment.middle_s)) {
            Some((0, _)) => "No request was open at the end of any slice.".to_owned(),
            Some((most, at_s)) => format!(
                "Requests that were open, or waited for a slot, at the end of each slice: at most {}, {} after the measurement began.",
                figure::count(most),
                figure::time(at_s)
            ),
            None => "Requests that were open at the end of each slice.".to_owned(),
        };
        let line = ChartLine::new("in flight", ChartUnit::Count, Look::new("blue", Stroke::Solid), values);
        self.chart("in-flight", "Requests in flight", says, vec![line])
    }

    /// By how much arrivals were late although a slot was free; `None` in a closed workload.
    pub(super) fn lag(&self) -> Option<Chart> {
        let values = self.history.each(|moment| moment.slice.lag_max_s);
        let longest = values.iter().flatten().copied().reduce(f64::max)?;
        let says = format!(
            "How late the generator was with the latest arrival of each slice, although a slot was free: at most {}. This is the generator's fault, and not the server's.",
            figure::time(longest)
        );
        let line = ChartLine::new("latest arrival", ChartUnit::Time, Look::new("violet", Stroke::Solid), values);
        self.chart("lag", "Lag of the generator", says, vec![line]).unless_empty()
    }
}

fn band(test: &TestReport, stage: &StageSummary) -> ChartBand {
    let is_open = test.workload.as_ref().is_some_and(|workload| matches!(workload.model, LoadModel::Open(_)));
    let level = |level: f64| if is_open { figure::rate(level) } else { figure::plain(level) };
    let levels = match stage.steady {
        true => level(stage.to),
        false => format!("{} to {}", level(stage.from), level(stage.to)),
    };
    let (from, unit) = (stage.begins_s, if is_open { "" } else { " users" });
    let text = format!("{}: {levels}{unit}", stage.name);
    ChartBand { from, to: from + stage.span.as_secs_f64(), text, is_warm_up: false }
}
