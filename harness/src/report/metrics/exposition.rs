//! Prometheus's text format: families of series, each with its help, its type and its labels.

use std::collections::HashMap;
use std::fmt::Write;

use super::histogram::ClassicHistogram;

/// What the values of a family are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FamilyKind {
    /// Only rises, until the test runs again.
    Counter,
    /// Rises and falls.
    Gauge,
}

/// The labels of a series, as they are written between its braces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Labels(String);

impl Labels {
    /// The same labels and one more.
    pub(super) fn with(&self, name: &str, value: &str) -> Labels {
        let comma = if self.0.is_empty() { "" } else { "," };
        Labels(format!("{}{comma}{name}=\"{}\"", self.0, escaped(value)))
    }
}

/// The text, family after family.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    text: String,
}

impl Exposition {
    /// Adds a family; nothing if there is no series. A value that is missing or not finite is left out: it is not 0.
    pub(super) fn family<V: Into<Option<f64>>>(
        &mut self,
        kind: FamilyKind,
        name: &str,
        help: &str,
        series: impl IntoIterator<Item = (Labels, V)>,
    ) {
        let mut places: HashMap<Labels, usize> = HashMap::new();
        let mut written: Vec<(Labels, f64)> = Vec::new();
        for (labels, value) in series {
            let Some(value) = value.into().filter(|value| value.is_finite()) else { continue };
            // A series that is there twice makes the whole text invalid.
            match places.get(&labels) {
                Some(place) if kind == FamilyKind::Counter => written[*place].1 += value,
                Some(_) => {}
                None => {
                    places.insert(labels.clone(), written.len());
                    written.push((labels, value));
                }
            }
        }
        if written.is_empty() {
            return;
        }
        self.begin(name, if kind == FamilyKind::Counter { "counter" } else { "gauge" }, help);
        written.iter().for_each(|(labels, value)| self.sample(name, labels, *value));
    }

    /// Adds a family of histograms; nothing if none has samples.
    pub(super) fn histograms(
        &mut self,
        name: &str,
        help: &str,
        series: impl IntoIterator<Item = (Labels, Option<ClassicHistogram>)>,
    ) {
        let mut written: HashMap<Labels, ()> = HashMap::new();
        for (labels, histogram) in series {
            let Some(histogram) = histogram else { continue };
            if written.is_empty() {
                self.begin(name, "histogram", help);
            }
            if written.insert(labels.clone(), ()).is_none() {
                self.histogram(name, &labels, &histogram);
            }
        }
    }

    fn histogram(&mut self, name: &str, labels: &Labels, histogram: &ClassicHistogram) {
        let bucket = format!("{name}_bucket");
        for (bound_s, count) in &histogram.at_most {
            self.sample(&bucket, &labels.with("le", &bound_s.to_string()), *count as f64);
        }
        self.sample(&bucket, &labels.with("le", "+Inf"), histogram.samples as f64);
        self.sample(&format!("{name}_sum"), labels, histogram.sum_s);
        self.sample(&format!("{name}_count"), labels, histogram.samples as f64);
    }

    fn begin(&mut self, name: &str, kind: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _infallible = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &Labels, value: f64) {
        let _infallible = match labels.0.is_empty() {
            true => writeln!(self.text, "{name} {value}"),
            false => writeln!(self.text, "{name}{{{}}} {value}", labels.0),
        };
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// The value of a label. What a terminal would obey, and NUL, which ends the text for some readers, is written out.
fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            character if character.is_control() => {
                let _infallible = write!(escaped, "\\\\u{{{:x}}}", u32::from(character));
            }
            character => escaped.push(character),
        }
    }
    escaped
}
