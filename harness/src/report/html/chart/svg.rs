//! A chart as an inline drawing that needs neither script nor style.
//!
//! Colours are presentation attributes, which a style sheet overrides by class. Those here can be read on white and on black.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::axis::ChartAxis;
use super::model::{Chart, ChartLine, Look, Stroke};
use super::thin::thin;
use crate::report::html::escaped::Escaped;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 24.0;

/// More points than a drawing of this width can show.
const MOST_POINTS: usize = 120;

/// A colour that can be read on white and on black.
fn colour_of(name: &str) -> &'static str {
    match name {
        "blue" => "#3b82d0",
        "orange" => "#c9761a",
        "violet" => "#9068d8",
        "red" => "#dc4a42",
        "green" => "#2c9a62",
        _ => "#7a8794",
    }
}

/// The drawing.
pub(super) fn svg(chart: &Chart) -> String {
    let canvas = Canvas { x: ChartAxis::x(chart), y: ChartAxis::y(chart) };
    let label = Escaped::line(chart.title);
    let mut text = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width={WIDTH} height={HEIGHT} role=img aria-label=\"{label}\">\
         <g font-size=11 font-family=sans-serif fill=currentColor>"
    );
    text.push_str(&canvas.bands(chart));
    text.push_str(&canvas.grid(chart));
    text.push_str("</g><g fill=none stroke-width=1.7 stroke-linejoin=round stroke-linecap=round>");
    for line in &chart.lines {
        text.push_str(&canvas.line(chart, line));
    }
    text.push_str("</g>");
    text.push_str(&canvas.limits_and_marks(chart));
    text.push_str("</svg>");
    text
}

/// The sign of a line beside its name: each is drawn once on the page, by [`swatches`].
pub(super) fn swatch(line: &ChartLine) -> String {
    format!("<svg width=24 height=10><use href=#{} /></svg>", swatch_id(line.look))
}

fn swatch_id(look: Look) -> String {
    format!("{}-{:?}", look.colour, look.stroke).to_lowercase()
}

/// What the swatches of all charts refer to.
pub(crate) fn swatches<'c>(charts: impl Iterator<Item = &'c Chart>) -> String {
    let looks: BTreeSet<Look> = charts.flat_map(|chart| chart.lines.iter().map(|line| line.look)).collect();
    let drawn: String = looks.into_iter().map(drawn_swatch).collect();
    format!("<svg width=0 height=0 class=swatches><defs>{drawn}</defs></svg>\n")
}

fn drawn_swatch(look: Look) -> String {
    let path = match look.stroke {
        Stroke::Dots => "M9 5a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
        Stroke::Crosses => "M8 1l8 8m0-8l-8 8",
        Stroke::Squares => "M8 1h8v8h-8z",
        _ => "M0 5h24",
    };
    stroked(look, path, &format!(" fill=none stroke-width=2 id={}", swatch_id(look)))
}

fn stroked(look: Look, path: &str, more: &str) -> String {
    let (name, colour) = (look.colour, colour_of(look.colour));
    let dashes = look.stroke.dashes().map(|dashes| format!(" stroke-dasharray=\"{dashes}\"")).unwrap_or_default();
    format!("<path class=stroke-{name} stroke={colour}{dashes}{more} d=\"{path}\"/>")
}

/// Where values lie in the drawing.
struct Canvas {
    x: ChartAxis,
    y: ChartAxis,
}

impl Canvas {
    fn left_of(&self, share: f64) -> i64 {
        (LEFT + share * (WIDTH - LEFT - RIGHT)).round() as i64
    }

    fn top_of(&self, share: f64) -> i64 {
        (TOP + (1.0 - share) * (HEIGHT - TOP - BOTTOM)).round() as i64
    }

    fn floor(&self) -> i64 {
        self.top_of(0.0)
    }

    /// What is shaded, behind everything else.
    fn bands(&self, chart: &Chart) -> String {
        let mut text = String::new();
        for (index, band) in chart.bands.iter().enumerate() {
            let ends = [band.from, band.to].map(|at| self.x.share(at).unwrap_or_default().clamp(0.0, 1.0));
            let [from, to] = ends.map(|share| self.left_of(share));
            if to <= from {
                continue;
            }
            let opacity = if band.is_warm_up { 0.16 } else { [0.09, 0.03][index % 2] };
            let (width, height) = (to - from, self.floor() - TOP as i64);
            let _ = write!(text, "<path fill-opacity={opacity} d=\"M{from} {TOP}h{width}v{height}h-{width}\"/>");
            if width > 7 * band.text.chars().count() as i64 {
                let _ = write!(text, "<text x={} y=19 opacity=.75>{}</text>", from + 4, Escaped::line(&band.text));
            }
        }
        text
    }

    /// The lines of the grid and what is written beside them.
    fn grid(&self, chart: &Chart) -> String {
        let (left, right, floor) = (self.left_of(0.0), self.left_of(1.0), self.floor());
        let (mut lines, mut texts, mut below) = (String::new(), String::new(), String::new());
        for (value, text) in self.y.ticks(5.0) {
            let at = self.top_of(self.y.share(value).unwrap_or_default());
            let _ = write!(lines, "M{left} {at}H{right}");
            let _ = write!(texts, "<text x={} y={}>{text}</text>", left - 6, at + 4);
        }
        for (value, text) in self.x_ticks(chart) {
            let at = self.left_of(self.x.share(value).unwrap_or_default());
            let _ = write!(lines, "M{at} {floor}v4");
            let _ = write!(below, "<text x={} y={}>{text}</text>", at.min(right - 12), floor + 17);
        }
        format!(
            "<path fill=none stroke=currentColor stroke-opacity=.2 d=\"{lines}M{left} {floor}H{right}\"/>\
             <g text-anchor=end>{texts}</g><g text-anchor=middle>{below}</g>"
        )
    }

    /// The values on the axis that are written, with their texts.
    fn x_ticks(&self, chart: &Chart) -> Vec<(f64, String)> {
        if chart.x_labels.is_empty() {
            return self.x.ticks(8.0);
        }
        let every = chart.x_labels.len().div_ceil(8);
        let labels = chart.xs.iter().zip(&chart.x_labels).step_by(every);
        labels.map(|(x, label)| (*x, Escaped::line(label).to_string())).collect()
    }

    fn line(&self, chart: &Chart, line: &ChartLine) -> String {
        let (xs, mut lines) = thin(&chart.xs, &[&line.values], MOST_POINTS);
        let values = lines.pop().unwrap_or_default();
        let points = xs.iter().zip(&values).map(|(x, value)| self.point(*x, (*value)?));
        let points: Vec<Option<(i64, i64)>> = points.collect();
        match line.look.stroke {
            Stroke::Area => {
                let path = self.area(&points);
                stroked(line.look, &path, &format!(" fill={} fill-opacity=.25", colour_of(line.look.colour)))
            }
            Stroke::Dots => stroked(line.look, &shapes(&points, "h0"), " stroke-width=9"),
            Stroke::Crosses => stroked(line.look, &shapes(&points, "m-4-4l8 8m0-8l-8 8"), ""),
            Stroke::Squares => stroked(line.look, &shapes(&points, "m-4-4h8v8h-8z"), ""),
            _ => stroked(line.look, &joined(&points, line.bridges), ""),
        }
    }

    fn point(&self, x: f64, y: f64) -> Option<(i64, i64)> {
        Some((self.left_of(self.x.share(x)?), self.top_of(self.y.share(y)?)))
    }

    /// Steps from each point to the next, closed on the floor.
    fn area(&self, points: &[Option<(i64, i64)>]) -> String {
        let known: Vec<(i64, i64)> = points.iter().copied().flatten().collect();
        let Some((first, _)) = known.first() else { return String::new() };
        let steps: String = known.iter().map(|(x, y)| format!("H{x}V{y}")).collect();
        format!("M{first} {}{steps}V{}z", self.floor(), self.floor())
    }

    fn limits_and_marks(&self, chart: &Chart) -> String {
        let (left, right) = (self.left_of(0.0), self.left_of(1.0));
        let mut text = String::new();
        for limit in &chart.limits {
            let Some(share) = self.y.share_within(limit.at) else { continue };
            let at = self.top_of(share);
            let (beside, words) = (if at < 24 { at + 13 } else { at - 4 }, Escaped::line(&limit.text));
            let _ = write!(
                text,
                "<path class=stroke-limit stroke=#dc4a42 stroke-dasharray=\"3 3\" d=\"M{left} {at}H{right}\"/>\
                 <text class=\"fill-limit rim\" fill=#dc4a42 font-size=11 font-family=sans-serif x={} y={beside} text-anchor=end>{words}</text>",
                right - 4
            );
        }
        for (index, mark) in chart.marks.iter().enumerate() {
            let Some(share) = self.x.share_within(mark.at) else { continue };
            let (at, floor) = (self.left_of(share), self.floor());
            let (x, anchor) = if share < 0.6 { (at + 4, "start") } else { (at - 4, "end") };
            let (y, words) = (floor - 6 - 13 * (index as i64 % 3), Escaped::line(&mark.text));
            let _ = write!(
                text,
                "<path stroke=currentColor d=\"M{at} {TOP}V{floor}\"/>\
                 <text class=rim fill=currentColor font-size=11 font-family=sans-serif x={x} y={y} text-anchor={anchor}>{words}</text>"
            );
        }
        text
    }
}

fn shapes(points: &[Option<(i64, i64)>], shape: &str) -> String {
    points.iter().flatten().map(|(x, y)| format!("M{x} {y}{shape}")).collect()
}

/// A line through the points, in steps from one to the next; it begins anew after a point that is missing, unless it bridges.
fn joined(points: &[Option<(i64, i64)>], bridges: bool) -> String {
    let mut path = String::new();
    let mut last: Option<(i64, i64)> = None;
    for (index, point) in points.iter().enumerate() {
        // A point between two of its height says nothing.
        let neighbours = (last, point, points.get(index + 1));
        if matches!(neighbours, (Some(before), Some(at), Some(Some(after))) if before.1 == at.1 && at.1 == after.1) {
            continue;
        }
        match (point, last) {
            (None, _) => last = last.filter(|_| bridges),
            (Some((x, y)), None) => {
                // A line of no length is a dot, if nothing follows.
                let _ = write!(path, "M{x} {y}h0");
                last = Some((*x, *y));
            }
            (Some((x, y)), Some((before_x, before_y))) => {
                let (right, down) = (x - before_x, y - before_y);
                let _ = match path.ends_with("h0") {
                    true => write!(path, "l{right} {down}"),
                    false => write!(path, "{}{right}{}{down}", gap(right), gap(down)),
                };
                last = Some((*x, *y));
            }
        }
    }
    path
}

/// A minus sign needs no space before it.
fn gap(number: i64) -> &'static str {
    if number < 0 { "" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::super::unit::ChartUnit;
    use super::*;

    #[test]
    fn a_missing_value_interrupts_a_line_unless_it_bridges() {
        let points = [Some((0, 0)), Some((5, 3)), None, Some((9, 1)), Some((12, 4))];
        assert_eq!(joined(&points, false), "M0 0h0l5 3M9 1h0l3 3");
        assert_eq!(joined(&points, true), "M0 0h0l5 3 4-2 3 3");
    }

    #[test]
    fn a_drawing_has_only_presentation_attributes_and_escaped_texts() {
        let mut chart = Chart::over_time("c".to_owned(), "Times", String::new(), vec![0.0, 1.0]);
        let values = vec![Some(0.1), Some(0.2)];
        chart.lines = vec![ChartLine::new("p50", ChartUnit::Time, Look::new("blue", Stroke::Dash), values)];
        chart.limits = vec![super::super::model::ChartLimit { at: 0.15, text: "p95 < 150ms".to_owned() }];
        chart.marks = vec![super::super::model::ChartMark { at: 0.5, text: "</svg><script>".to_owned() }];
        let text = svg(&chart);
        assert!(!text.contains("style") && !text.contains("<script>"), "{text}");
        assert!(text.contains("p95 &lt; 150ms") && text.contains("&lt;/svg&gt;"), "{text}");
        assert!(text.contains("stroke=#3b82d0 stroke-dasharray=\"7 4\""), "{text}");
    }
}
