//! A chart as a value: [`Chart`].

use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::threshold::Threshold;

/// Figures that differ by more have a stretched axis.
const FAR_APART: f64 = 30.0;

/// A chart, from which the drawing, the table and the data of the script are made.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// Unique on the page: `t3-times`.
    pub(crate) id: String,
    pub(super) title: &'static str,
    /// What it shows, in a sentence. HTML.
    pub(super) says: String,
    pub(super) x: XAxis,
    /// True if the figures differ by so much that the small ones would lie on the axis.
    pub(super) log_y: bool,
    /// Ascending.
    pub(super) xs: Vec<f64>,
    /// What is written in place of each x, if that is only its number: commits. The script does not draw such a chart.
    pub(super) x_labels: Vec<String>,
    /// Where the axis begins and ends, if that is not the first and the last x: the charts over time of a test are alike.
    pub(super) x_ends: Option<(f64, f64)>,
    pub(super) lines: Vec<ChartLine>,
    pub(super) limits: Vec<ChartLimit>,
    pub(super) bands: Vec<ChartBand>,
    pub(super) marks: Vec<ChartMark>,
}

/// What lies along the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct XAxis {
    /// The heading of the table's first column.
    pub(super) heading: &'static str,
    pub(super) unit: ChartUnit,
    pub(super) stretch: Stretch,
}

/// One line of a chart.
#[derive(Debug, Clone)]
pub(crate) struct ChartLine {
    pub(super) name: String,
    pub(super) unit: ChartUnit,
    pub(super) look: Look,
    /// One for each x; what is missing is missing in the drawing, too.
    pub(super) values: Vec<Option<f64>>,
    /// True if the line goes on to the next value where one is missing: samples of several clocks.
    pub(super) bridges: bool,
}

/// How a line is drawn. No two lines of a chart differ in colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Look {
    /// A variable of the style sheet.
    pub(super) colour: &'static str,
    pub(super) stroke: Stroke,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stroke {
    Solid,
    Dash,
    Dot,
    DashDot,
    /// Steps, filled.
    Area,
    /// A shape for each point, not joined.
    Dots,
    Crosses,
    Squares,
}

/// A limit of a threshold.
#[derive(Debug, Clone)]
pub(crate) struct ChartLimit {
    pub(super) at: f64,
    pub(super) text: String,
}

/// A period that is shaded.
#[derive(Debug, Clone)]
pub(crate) struct ChartBand {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) text: String,
    pub(super) is_warm_up: bool,
}

/// An event.
#[derive(Debug, Clone)]
pub(crate) struct ChartMark {
    pub(super) at: f64,
    pub(super) text: String,
}

impl XAxis {
    pub(super) const TIME: XAxis = XAxis { heading: "time", unit: ChartUnit::Moment, stretch: Stretch::Straight };
}

impl Look {
    pub(super) const fn new(colour: &'static str, stroke: Stroke) -> Look {
        Look { colour, stroke }
    }
}

impl ChartLimit {
    /// That of a threshold; `None` if it is a share of a figure that is not known.
    pub(super) fn of(threshold: &Threshold) -> Option<ChartLimit> {
        let at = threshold.limit();
        at.is_finite().then(|| ChartLimit { at, text: threshold.to_string() })
    }
}

impl Stroke {
    /// The `stroke-dasharray` of it.
    pub(super) fn dashes(self) -> Option<&'static str> {
        match self {
            Stroke::Dash => Some("7 4"),
            Stroke::Dot => Some("2 3"),
            Stroke::DashDot => Some("8 3 2 3"),
            _ => None,
        }
    }
}

impl Chart {
    /// A chart over time without limits, bands and marks.
    pub(super) fn over_time(id: String, title: &'static str, says: String, xs: Vec<f64>) -> Chart {
        Chart {
            id,
            title,
            says,
            x: XAxis::TIME,
            log_y: false,
            xs,
            x_labels: Vec::new(),
            x_ends: None,
            lines: Vec::new(),
            limits: Vec::new(),
            bands: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// The chart, unless no line has a value: an empty chart says nothing.
    pub(super) fn unless_empty(self) -> Option<Chart> {
        let has_value = |line: &ChartLine| line.values.iter().any(Option::is_some);
        self.lines.iter().any(has_value).then_some(self)
    }

    /// Stretches the axis if small figures would lie on it.
    pub(super) fn stretch_if_far_apart(&mut self) {
        let positive = || self.values().filter(|value| *value > 0.0);
        let extremes = positive().reduce(f64::min).zip(positive().reduce(f64::max));
        self.log_y = extremes.is_some_and(|(least, greatest)| greatest > FAR_APART * least);
    }

    /// Every value of every line.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        self.lines.iter().flat_map(|line| line.values.iter().flatten().copied())
    }
}

impl ChartLine {
    pub(super) fn new(name: &str, unit: ChartUnit, look: Look, values: Vec<Option<f64>>) -> ChartLine {
        ChartLine { name: name.to_owned(), unit, look, values, bridges: false }
    }
}
