//! What a test came to from run to run, with the fence around what is usual.

use super::model::{Chart, ChartLine, ChartMark, Look, Stroke, XAxis};
use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::report::trend::{Fence, TestTrend, TrendRun};

/// More runs than a chart can show with a label for some of them.
const MOST_RUNS: usize = 200;

/// The mean and p95 of each of the last runs; `None` with fewer than two.
pub(crate) fn trend_chart(id: String, trend: &TestTrend) -> Option<Chart> {
    let runs = &trend.runs[trend.runs.len().saturating_sub(MOST_RUNS)..];
    if runs.len() < 2 {
        return None;
    }
    let each = |of: fn(&TrendRun) -> Option<f64>| runs.iter().map(of).collect::<Vec<_>>();
    let fence = Fence::around(runs, |run| run.mean_s);
    let line = |name: &str, look, values| ChartLine::new(name, ChartUnit::Time, look, values);
    let unusual = (0..runs.len()).map(|index| runs[index].mean_s.filter(|value| fence.excludes(index, Some(*value))));
    let lines = [
        line("mean", Look::new("blue", Stroke::Solid), each(|run| run.mean_s)),
        line("p95", Look::new("orange", Stroke::Dash), each(|run| run.p95_s)),
        line("fence of the mean, above", Look::new("grey", Stroke::Dot), ends(&fence, |(_, high)| high)),
        line("fence of the mean, below", Look::new("grey", Stroke::DashDot), ends(&fence, |(low, _)| low)),
        line("mean beyond its fence", Look::new("red", Stroke::Crosses), unusual.collect()),
    ];
    let anew = runs.iter().enumerate().skip(1).filter_map(|(index, run)| {
        let load = run.new_load.then(|| "another load".to_owned());
        Some(ChartMark { at: (index + 1) as f64, text: run.new_machine.clone().or(load)? })
    });
    Chart {
        x: XAxis { heading: "commit", unit: ChartUnit::Count, stretch: Stretch::Straight },
        x_labels: runs.iter().map(TrendRun::label).collect(),
        lines: lines.into_iter().filter(|line| line.values.iter().any(Option::is_some)).collect(),
        marks: anew.collect(),
        ..Chart::over_time(
            id,
            "Times from run to run",
            says(runs, &fence),
            (1..=runs.len()).map(|n| n as f64).collect(),
        )
    }
    .unless_empty()
}

fn ends(fence: &Fence, end: impl Fn((f64, f64)) -> f64) -> Vec<Option<f64>> {
    fence.ends.iter().map(|ends| ends.map(&end)).collect()
}

fn says(runs: &[TrendRun], fence: &Fence) -> String {
    let beyond = (0..runs.len()).filter(|index| fence.excludes(*index, runs[*index].mean_s)).count();
    let usual = match beyond {
        _ if fence.ends.iter().all(Option::is_none) => {
            "There is no fence yet: it needs 20 runs on one machine under one load.".to_owned()
        }
        0 => "No mean lies beyond the fence, which is Q3 + 3 · IQR of the changes from run to run.".to_owned(),
        1 => "One mean lies beyond the fence, which is Q3 + 3 · IQR of the changes from run to run.".to_owned(),
        more => format!("{more} means lie beyond the fence, which is Q3 + 3 · IQR of the changes from run to run."),
    };
    format!("{} runs, the oldest first. {usual}", runs.len())
}

#[cfg(test)]
mod tests {
    use super::super::svg::svg;
    use super::*;
    use crate::report::trend::tests::{trend, with_step};

    #[test]
    fn a_step_is_marked_and_the_axis_has_commits() {
        let chart = trend_chart("trend-1".to_owned(), &trend(with_step(40, 25))).unwrap();
        let unusual = &chart.lines[4].values;
        assert_eq!(unusual.iter().flatten().count(), 1);
        assert!(unusual[25].is_some() && chart.says.contains("One mean lies beyond"), "{}", chart.says);
        let text = svg(&chart);
        assert!(text.contains(">00000005<") && !text.contains(">00000001<"), "{text}");
    }

    #[test]
    fn a_change_of_machine_is_marked_and_one_run_is_no_trend() {
        let mut moved = trend(with_step(5, 9));
        moved.runs[3].new_machine = Some("cores 2 → 4".to_owned());
        let chart = trend_chart("trend-1".to_owned(), &moved).unwrap();
        assert_eq!((chart.marks[0].at, chart.marks[0].text.as_str()), (4.0, "cores 2 → 4"));
        assert!(chart.says.contains("no fence yet") && chart.lines.len() == 2);
        assert!(trend_chart(String::new(), &trend([0.1])).is_none());
    }
}
