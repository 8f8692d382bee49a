//! The servers of one test beside each other, turn by turn.

use super::model::{Chart, ChartLine, Look, Stroke, XAxis};
use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::measure::TimeSlice;
use crate::outcome::{ArmReport, TestReport};

/// How the lines of an arm are drawn: two lines differ in colour and in stroke.
const LOOKS: [(&str, Stroke, Stroke); 4] = [
    ("blue", Stroke::Solid, Stroke::Dash),
    ("orange", Stroke::Solid, Stroke::Dash),
    ("violet", Stroke::Dot, Stroke::DashDot),
    ("green", Stroke::Dot, Stroke::DashDot),
];

/// A figure of a turn.
type OfTurn = fn(&TimeSlice) -> Option<f64>;

/// Response times and requests of each turn; nothing for a test without arms.
pub(crate) fn arm_charts(prefix: &str, test: &TestReport) -> Vec<Chart> {
    let turns = test.arms.iter().map(|arm| arm.turns.len()).max().unwrap_or_default();
    if turns < 2 {
        return Vec::new();
    }
    let xs: Vec<f64> = (1..=turns).map(|turn| turn as f64).collect();
    let chart = |id: &str, title, says: &str, lines| Chart {
        x: XAxis { heading: "turn", unit: ChartUnit::Count, stretch: Stretch::Straight },
        lines,
        ..Chart::over_time(format!("{prefix}-{id}"), title, says.to_owned(), xs.clone())
    };
    let p50 = test.arms.iter().enumerate().map(|(index, arm)| line(arm, index, turns, Figure::Typical));
    let p95 = test.arms.iter().enumerate().map(|(index, arm)| line(arm, index, turns, Figure::Slow));
    let times = p50.chain(p95).filter(|line| line.values.iter().any(Option::is_some)).collect();
    let says = "Each server had the load in turn: the n-th turn of one lies beside the n-th of the others.";
    let mut times = chart("arm-times", "Response times of each turn", says, times);
    times.stretch_if_far_apart();
    let counts = test.arms.iter().enumerate().map(|(index, arm)| line(arm, index, turns, Figure::Count)).collect();
    let counts = chart("arm-ok", "Successful requests of each turn", "What ended ok in each turn.", counts);
    [times.unless_empty(), counts.unless_empty()].into_iter().flatten().collect()
}

#[derive(Clone, Copy)]
enum Figure {
    Typical,
    Slow,
    Count,
}

fn line(arm: &ArmReport, index: usize, turns: usize, figure: Figure) -> ChartLine {
    let (colour, first, second) = LOOKS[index % LOOKS.len()];
    let (what, unit, stroke, of): (_, _, _, OfTurn) = match figure {
        Figure::Typical => (" p50", ChartUnit::Time, first, |turn| turn.p50_s),
        Figure::Slow => (" p95", ChartUnit::Time, second, |turn| turn.p95_s),
        Figure::Count => ("", ChartUnit::Count, [first, second][index % 2], |turn| Some(turn.ok as f64)),
    };
    let mut values: Vec<Option<f64>> = arm.turns.iter().map(of).collect();
    values.resize(turns, None);
    ChartLine::new(&format!("{}{what}", arm.name), unit, Look::new(colour, stroke), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn each_arm_has_its_lines_and_no_two_look_alike() {
        let charts = arm_charts("t1", &samples::versus());
        let names: Vec<_> = charts[0].lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["sequential p50", "threaded p50", "sequential p95", "threaded p95"]);
        for chart in &charts {
            let mut looks: Vec<Look> = chart.lines.iter().map(|line| line.look).collect();
            looks.sort();
            looks.dedup();
            assert_eq!(looks.len(), chart.lines.len(), "{}", chart.title);
        }
        assert_eq!(charts.len(), 2);
        assert!(arm_charts("t1", &samples::passed()).is_empty());
    }

    #[test]
    fn an_arm_that_had_fewer_turns_has_no_value_in_the_others() {
        let mut test = samples::versus();
        test.arms[1].turns.truncate(28);
        let charts = arm_charts("t1", &test);
        assert_eq!(charts[1].lines[1].values[27..], [Some(50.0), None, None]);
    }
}
