//! The result of one run of one test, ready to be judged and reported: [`Measured`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::crossing::CarriedOver;
use super::ended::{Ended, Precision, Unfinished};
use super::event::TestEvent;
use super::health::GeneratorHealth;
use super::json;
use super::limits::Exceedances;
use super::part_figures::PartFigures;
use super::server::ServerFigures;
use super::slowest::SlowRequest;
use super::spike::SpikeFigures;
use super::stage::StageSummary;
use super::summary::Summary;
use super::time_limit::TimeScope;
use super::time_slice::{ChartSlices, TimeSlice};
use super::values::ValueFigures;
use super::worker_figures::{WorkerFigures, start_skew_s};

/// The result of one run of one test.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Measured {
    /// All requests of the measured phase; with stages, those of the steady ones.
    #[serde(rename = "totals")]
    pub total: Summary,
    /// The iterations of the author's function (`iteration`).
    #[serde(default)]
    pub iteration: Summary,
    /// One for each endpoint, sorted by name.
    pub endpoints: Vec<Summary>,
    /// The values that the test records, sorted by name: of the iterations of the measured phase; with stages, of the steady ones.
    #[serde(default)]
    pub values: Vec<ValueFigures>,
    /// One for each class of users, in the order of the attribute; none if all users are alike.
    #[serde(default)]
    pub classes: Vec<ClassFigures>,
    /// One for each second of the measured phase.
    pub timeline: Vec<TimeSlice>,
    /// The measured phase in slices that suit its length, for charts.
    #[serde(default)]
    pub slices: ChartSlices,
    /// What came before it (set-up of users, ramp-up, warm-up), as far as requests were sent.
    #[serde(default)]
    pub slices_before: ChartSlices,
    /// Whether the generator worked as planned.
    pub generator: GeneratorHealth,
    /// One for each process, where several offer the load together; none if this process offers all of it.
    #[serde(default)]
    pub workers: Vec<WorkerFigures>,
    /// Requests outside the measured phase (user set-up, ramp-up, warm-up): shown, but not judged.
    #[serde(default)]
    pub outside: Counts,
    /// From the first intended start to the last end of the measured phase, and at least its planned length: a second in
    /// which every user paused counts as a second without a response.
    #[serde(rename = "span_s", default, with = "json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub span: Duration,
    /// Requests that began before the measurement, or in a ramp before a steady stage, and waited longer in it than any that
    /// began in it. They are part of all figures, with the time since then; `null` if there were none.
    #[serde(default)]
    pub carried_over: Option<CarriedOver>,
    /// The five slowest requests, slowest first.
    #[serde(default)]
    pub slowest: Vec<SlowRequest>,
    /// One for each stage of a staged workload, in order; `total` and `endpoints` hold the steady ones together.
    #[serde(default)]
    pub stages: Vec<StageSummary>,
    /// The effect of the stage named `spike` on response times; `None` without one.
    pub spike: Option<SpikeFigures>,
    /// For one of several servers that take turns: what happened in each of its turns. The arm's report has them.
    #[serde(skip)]
    pub turns: Vec<TimeSlice>,
    /// The highest arrival rate at which the thresholds held; known only after a search for capacity.
    #[serde(serialize_with = "json::figure")]
    pub capacity_per_s: Option<f64>,
    /// For benchmarks: how precise the mean is.
    pub precision: Option<Precision>,
    /// What the test's own code left undone at the end.
    #[serde(skip)]
    #[doc(hidden)]
    pub unfinished: Unfinished,
    /// Which data of the users was used up, if that ended the run or a part of it.
    #[serde(skip)]
    #[doc(hidden)]
    pub used_up: Option<String>,
    /// How many requests, or arrivals of an open workload, the measurement was asked for.
    #[serde(skip)]
    pub counted_to: Option<u64>,
    /// Requests that iterations sent after the last of that number, because they were under way: they are not measured.
    #[serde(skip)]
    pub beyond_count: u64,
    /// How long the measurement was planned to be, if it was carried out as planned.
    #[serde(skip)]
    pub planned_length: Option<Duration>,
    /// The samples beyond the time limits that were known before the run, in the order of the limits.
    #[serde(skip)]
    pub exceedances: Vec<Exceedances>,
    /// The resources that each server used, in the order of the test's fixtures. The runner adds them: the engine does not know servers.
    #[serde(skip)]
    pub servers: Vec<ServerFigures>,
    /// What happened during the run. The runner adds them, and the test's report has them.
    #[serde(skip)]
    pub events: Vec<TestEvent>,
    /// Why the load stopped.
    #[serde(skip)]
    pub ended: Ended,
    /// Failed tear-downs of users: reported after the verdict, and not part of it.
    #[serde(skip)]
    pub leave_errors: Vec<String>,
    /// What the figures of the run are made from, with those of the other parts: this process has offered a part of the load. All
    /// else is empty.
    #[serde(skip)]
    #[doc(hidden)]
    pub part: Option<Box<PartFigures>>,
}

impl Measured {
    /// The same figures, which these processes came to together.
    #[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
    #[doc(hidden)]
    pub fn of_workers(mut self, workers: Vec<WorkerFigures>) -> Measured {
        self.generator.start_skew_s = start_skew_s(&workers);
        Measured { workers, ..self }
    }

    /// The seconds that lie within the measurement as a whole. After its `planned` end the timeline still has seconds in which the
    /// last requests were answered and none was sent: beside the others they look like a server that stopped.
    #[doc(hidden)]
    pub fn whole_seconds(&self, planned: Option<Duration>) -> Vec<TimeSlice> {
        let length_s = planned.map_or(self.span, |planned| planned.min(self.span)).as_secs_f64();
        self.timeline.iter().filter(|slice| slice.second as f64 + 1.0 <= length_s).cloned().collect()
    }
}

/// What the users of one class did. The classes of a run, and what belongs to none of them, come to its total.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassFigures {
    /// The name of the function that its users call.
    pub name: String,
    /// Its weight, as declared.
    pub weight: u32,
    /// How many users of the run are of this class; `null` where each arrival has a class, or a person changed the number of users.
    pub users: Option<u64>,
    /// Its figures, as those of a test. Of the generator only what concerns its own requests is known.
    #[serde(flatten)]
    pub measured: Measured,
}

impl ClassFigures {
    /// Those of the class called `name`; `measured` is what its recorders have counted.
    pub(crate) fn new(name: String, weight: u32, users: Option<u64>, measured: Measured) -> ClassFigures {
        let exceedances = measured.exceedances.iter().filter_map(|counted| within(counted, &name)).collect();
        ClassFigures { weight, users, measured: Measured { exceedances, ..measured }, name }
    }
}

/// The same for a limit on the class alone; `None` for any other limit.
fn within(counted: &Exceedances, class: &str) -> Option<Exceedances> {
    match &counted.limit.of {
        TimeScope::OfClass(name, of) if name == class => {
            let mut counted = counted.clone();
            counted.limit.of = (**of).clone();
            Some(counted)
        }
        _ => None,
    }
}
