//! What is compared: the figures of an arm, of a run, and of stored runs.

use crate::measure::TimeSlice;

/// The figures of one measurement; times in seconds. What was not measured is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StoredFigures {
    /// Of the times of all requests, also failed ones.
    pub mean_s: Option<f64>,
    /// As above.
    pub p50_s: Option<f64>,
    /// As above.
    pub p95_s: Option<f64>,
    /// Ok requests each second.
    pub throughput_per_s: Option<f64>,
    /// The share of requests that did not end ok, 0 to 1. Times of unequally many failures cannot be compared.
    pub failed_share: Option<f64>,
    /// How many times the figures are of.
    pub samples: u64,
}

/// What was measured of one arm, or of one run.
#[derive(Debug, Clone, Default)]
pub struct ArmFigures {
    /// As in the report: the arm's name, `before`, the id of a run.
    pub name: String,
    /// Over all of its turns.
    pub totals: StoredFigures,
    /// Of interleaved arms one slice a turn, the n-th beside the n-th of the other arm. Otherwise one a second.
    pub turns: Vec<TimeSlice>,
}

/// What a comparison goes by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComparisonRules {
    /// The share that does not matter: 0.05 for 5 %.
    pub tolerance: f64,
    /// Whether throughput is compared.
    pub throughput: ThroughputMeaning,
}

impl Default for ComparisonRules {
    fn default() -> ComparisonRules {
        ComparisonRules { tolerance: 0.05, throughput: ThroughputMeaning::OfTheServer }
    }
}

/// What throughput says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThroughputMeaning {
    /// How fast the server is: users wait for its responses.
    OfTheServer,
    /// At which rate requests were sent: it is not compared.
    OfTheSchedule,
}

/// A figure that is compared. The maximum and p99 never are: they differ by tens of percent between equal runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComparedFigure {
    Mean,
    Median,
    P95,
    Throughput,
}

impl ComparedFigure {
    /// Those that `rules` ask for.
    pub(super) fn all(rules: ComparisonRules) -> impl Iterator<Item = ComparedFigure> {
        let throughput = (rules.throughput == ThroughputMeaning::OfTheServer).then_some(ComparedFigure::Throughput);
        [ComparedFigure::Mean, ComparedFigure::Median, ComparedFigure::P95].into_iter().chain(throughput)
    }

    /// As in a threshold.
    pub(super) fn name(self) -> &'static str {
        match self {
            ComparedFigure::Mean => "mean",
            ComparedFigure::Median => "median",
            ComparedFigure::P95 => "p95",
            ComparedFigure::Throughput => "throughput",
        }
    }

    /// True if a greater figure is better.
    pub(super) fn is_better_if_greater(self) -> bool {
        self == ComparedFigure::Throughput
    }

    /// True if the verdict on the whole depends on it.
    pub(super) fn is_decisive(name: &str) -> bool {
        [ComparedFigure::Mean, ComparedFigure::P95].iter().any(|figure| figure.name() == name)
    }

    pub(super) fn of(self, figures: &StoredFigures) -> Option<f64> {
        match self {
            ComparedFigure::Mean => figures.mean_s,
            ComparedFigure::Median => figures.p50_s,
            ComparedFigure::P95 => figures.p95_s,
            ComparedFigure::Throughput => figures.throughput_per_s,
        }
    }

    /// The logarithm of the figure of one slice; of throughput, that of the ok requests, because slices are equally long. `None`
    /// if nothing ended, or if there are too few requests for a percentile.
    pub(super) fn logarithm_of(self, slice: &TimeSlice) -> Option<f64> {
        let figure = match self {
            ComparedFigure::Mean => slice.mean_s,
            ComparedFigure::Median => slice.p50_s,
            ComparedFigure::P95 => slice.p95_s,
            ComparedFigure::Throughput => Some(slice.ok as f64),
        };
        figure.and_then(logarithm)
    }
}

/// `None` of what is not above 0: there is no ratio to nothing.
pub(super) fn logarithm(figure: f64) -> Option<f64> {
    (figure > 0.0 && figure.is_finite()).then(|| figure.ln())
}
