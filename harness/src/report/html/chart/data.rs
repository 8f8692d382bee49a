//! The data of the charts for the script: one block of JSON, which no browser executes.

use serde::{Serialize, Serializer};

use super::axis::ChartAxis;
use super::model::{Chart, ChartLine, Stroke};
use super::stretch::Stretch;
use super::thin::thin;
use super::unit::ChartUnit;
use crate::outcome::figure;
use crate::text;

/// Points of a chart: more than a screen has columns, and few enough for a page of an hour.
const MOST_POINTS: usize = 2_000;

/// A number without a point where it is whole.
#[derive(Clone, Copy)]
pub(crate) struct JsonNumber(pub(crate) f64);

/// A text from outside, short and without what is obeyed and not shown.
pub(crate) struct BlockText<'t>(pub(crate) &'t str);

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            whole if whole.fract() == 0.0 && whole.abs() < 1e15 => serializer.serialize_i64(whole as i64),
            number if number.is_finite() => serializer.serialize_f64(number),
            _ => serializer.serialize_none(),
        }
    }
}

impl Serialize for BlockText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text::one_line(self.0))
    }
}

/// `value` as a block of JSON in the page: nothing in it ends the block, or begins a comment or an element.
pub(crate) fn block(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("strings, numbers and options always serialise");
    let mut safe = String::with_capacity(json.len() + json.len() / 64);
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => safe.push(other),
        }
    }
    safe
}

#[derive(Serialize)]
struct ChartData<'c> {
    title: &'static str,
    x: XData,
    y: YData,
    series: Vec<LineData<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    limits: Vec<NoteData<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bands: Vec<BandData<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<NoteData<'c>>,
    xs: XsData,
    ys: Vec<Vec<Option<JsonNumber>>>,
}

#[derive(Serialize)]
struct XData {
    unit: &'static str,
    word: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<[JsonNumber; 2]>,
}

#[derive(Serialize)]
struct YData {
    log: bool,
    min: JsonNumber,
    max: JsonNumber,
}

/// The x of the points: evenly spaced in most charts.
#[derive(Serialize)]
#[serde(untagged)]
enum XsData {
    Even { from: JsonNumber, step: JsonNumber, n: usize },
    Each(Vec<JsonNumber>),
}

#[derive(Serialize)]
struct LineData<'c> {
    name: BlockText<'c>,
    unit: &'static str,
    colour: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dash: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gaps: Option<bool>,
}

#[derive(Serialize)]
struct NoteData<'c> {
    at: JsonNumber,
    text: BlockText<'c>,
}

#[derive(Serialize)]
struct BandData<'c> {
    from: JsonNumber,
    to: JsonNumber,
    text: BlockText<'c>,
    kind: &'static str,
}

impl Serialize for Chart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines: Vec<&[Option<f64>]> = self.lines.iter().map(|line| line.values.as_slice()).collect();
        let (xs, lines) = thin(&self.xs, &lines, MOST_POINTS);
        let units = self.lines.iter().map(|line| line.unit);
        let y_unit = self.lines.first().map_or(ChartUnit::Count, |line| line.unit);
        let (min, max) = ChartAxis::y(self).ends();
        let ends = self.x_ends.map(|(first, last)| [first, last].map(|at| JsonNumber(figure::round_to(at, 9))));
        let written = |unit: ChartUnit, value: f64| JsonNumber(unit.written(value));
        let end = |value: f64| JsonNumber(figure::round_to(y_unit.written(1.0) * value, 5));
        let note = |at: f64, unit, text| NoteData { at: written(unit, at), text: BlockText(text) };
        let ys = units.zip(&lines).map(|(unit, values)| {
            values.iter().map(|value| value.map(|value| written(unit, value))).collect::<Vec<_>>()
        });
        ChartData {
            title: self.title,
            x: XData { unit: self.x.unit.word(), word: self.x.heading, kind: kind_of(self.x.stretch), ends },
            y: YData { log: self.log_y, min: end(min), max: end(max) },
            series: self.lines.iter().map(LineData::of).collect(),
            limits: self.limits.iter().map(|limit| note(limit.at, y_unit, &limit.text)).collect(),
            bands: self
                .bands
                .iter()
                .map(|band| BandData {
                    from: JsonNumber(figure::round_to(band.from, 6)),
                    to: JsonNumber(figure::round_to(band.to, 6)),
                    text: BlockText(&band.text),
                    kind: if band.is_warm_up { "warm-up" } else { "stage" },
                })
                .collect(),
            marks: self.marks.iter().map(|mark| note(mark.at, self.x.unit, &mark.text)).collect(),
            xs: XsData::of(&xs, self.x.unit),
            ys: ys.collect(),
        }
        .serialize(serializer)
    }
}

fn kind_of(stretch: Stretch) -> Option<&'static str> {
    match stretch {
        Stretch::Straight => None,
        Stretch::Log => Some("log"),
        Stretch::Percentile => Some("percentile"),
    }
}

impl XsData {
    fn of(xs: &[f64], unit: ChartUnit) -> XsData {
        let step = if xs.len() > 2 { (xs[xs.len() - 1] - xs[0]) / (xs.len() - 1) as f64 } else { 0.0 };
        let is_even = xs.iter().enumerate().all(|(index, x)| (xs[0] + index as f64 * step - x).abs() < step * 1e-6);
        if unit == ChartUnit::Moment && step > 0.0 && is_even {
            let round = |value: f64| JsonNumber(figure::round_to(value, 9));
            return XsData::Even { from: round(xs[0]), step: round(step), n: xs.len() };
        }
        XsData::Each(xs.iter().map(|x| JsonNumber(unit.written(*x))).collect())
    }
}

impl LineData<'_> {
    fn of(line: &ChartLine) -> LineData<'_> {
        let (dash, kind, shape) = match line.look.stroke {
            Stroke::Solid => (None, None, None),
            Stroke::Dash => (Some("dash"), None, None),
            Stroke::Dot => (Some("dot"), None, None),
            Stroke::DashDot => (Some("dashdot"), None, None),
            Stroke::Area => (None, Some("area"), None),
            Stroke::Dots => (None, Some("points"), Some("dot")),
            Stroke::Crosses => (None, Some("points"), Some("cross")),
            Stroke::Squares => (None, Some("points"), Some("square")),
        };
        LineData {
            name: BlockText(&line.name),
            unit: line.unit.word(),
            colour: line.look.colour,
            dash,
            kind,
            shape,
            gaps: line.bridges.then_some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Look;
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_its_block() {
        let text = block(&[BlockText("</script><!--\u{2028}&")]);
        assert_eq!(text, "[\"\\u003c/script\\u003e\\u003c!-- \\u0026\"]");
        assert_eq!(block(&"\u{2029}"), "\"\\u2029\"");
        let read: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, ["</script><!-- &"]);
    }

    #[test]
    fn a_missing_value_is_null_and_a_whole_number_has_no_point() {
        let mut chart = Chart::over_time("c".to_owned(), "Times", String::new(), vec![-0.05, 0.0, 0.05]);
        let values = vec![Some(0.000_073_791), None, Some(0.002)];
        chart.lines = vec![ChartLine::new("p50", ChartUnit::Time, Look::new("blue", Stroke::Solid), values)];
        let text = block(&chart);
        assert!(text.contains("\"ys\":[[73.8,null,2000]]"), "{text}");
        assert!(text.contains("\"xs\":{\"from\":-0.05,\"step\":0.05,\"n\":3}"), "{text}");
    }
}
