//! A workload as a run record holds it: flat, with units in the names, and a few words for readers of the file.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::offered;
use crate::measure::json;
use crate::text::without_password;
use crate::workload::{
    Arrivals, Connections, HttpOptions, LoadModel, Mix, Overflow, RunLength, Spacing, Stage, ThinkRange, UserClass,
    Users, Warmup, Workload,
};

/// A workload as text, from which one that was planned in the same way can be recognised. What it does not ask for is left out, so that
/// a setting of a later version does not change the text of earlier loads.
pub(crate) fn workload_text(workload: &Workload) -> String {
    let form = serde_json::to_value(WorkloadForm::from(workload)).expect("numbers and texts always serialise");
    let fields = form.as_object().into_iter().flatten();
    let asked = fields.filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
    // In the order of their names, whatever the order in the record.
    let asked: BTreeMap<&String, &Value> = asked.collect();
    serde_json::to_string(&asked).expect("as above")
}

/// Writes a workload in this form.
pub(super) fn serialize<S: Serializer>(workload: &Option<Workload>, serializer: S) -> Result<S::Ok, S::Error> {
    workload.as_ref().map(WorkloadForm::from).serialize(serializer)
}

/// Reads a workload from this form.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Workload>, D::Error> {
    let form: Option<WorkloadForm> = Option::deserialize(deserializer)?;
    form.map(|form| Workload::try_from(form).map_err(D::Error::custom)).transpose()
}

/// The load that was offered.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct WorkloadForm {
    /// `closed`: each user starts its next iteration when the one before has ended (or at its pace). `open`: iterations
    /// start when the plan says, however long the ones before take.
    model: String,
    /// Which times thresholds judge: `service_time`, or `response_time` where a plan says when requests should start.
    /// In a closed workload without pace both are the same.
    #[serde(default)]
    judged_time: String,
    /// Virtual users; for an open workload the most iterations at once.
    users: u64,
    /// Open: arrivals each second of the highest steady stage.
    #[serde(default, serialize_with = "json::figure")]
    rate_per_s: Option<f64>,
    /// Open: the most iterations at once.
    #[serde(default)]
    max_in_flight: Option<u64>,
    /// Open: what happens at that cap, `queue` or `shed`.
    #[serde(default)]
    overflow: Option<String>,
    /// Open: how arrivals lie in time, `even` or `poisson`.
    #[serde(default)]
    arrivals: Option<String>,
    /// Closed: how far apart each user's iterations are due.
    #[serde(default)]
    pace_s: Option<f64>,
    /// Closed: how long each user pauses between two iterations, at least.
    #[serde(default)]
    think_min_s: Option<f64>,
    /// The same at most.
    #[serde(default)]
    think_max_s: Option<f64>,
    /// How users or arrivals change over time; none for users that stay as many.
    #[serde(default)]
    stages: Vec<StageForm>,
    /// Time over which the users start.
    ramp_up_s: f64,
    /// The warm-up, if it is a number of requests.
    warmup_requests: Option<u64>,
    /// The warm-up, if it is a time. Both are `null` if it lasts until the times are steady.
    warmup_s: Option<f64>,
    /// The length, if it is a number of requests.
    requests: Option<u64>,
    /// The length, if it is a time. Both are `null` if it lasts until the mean is precise.
    duration_s: Option<f64>,
    /// How long a request may take.
    timeout_s: f64,
    /// Where every random choice starts.
    seed: u64,
    /// Which connection a request is sent on: `per_user`, `per_request` or `shared(8)`.
    #[serde(default)]
    connections: String,
    /// What it asks of HTTP beyond a plain request; `null` if nothing.
    #[serde(default)]
    http: Option<HttpForm>,
    /// The classes of its users, with their weights; none if all users are alike.
    #[serde(default)]
    mix: Vec<ClassForm>,
}

/// A class of users.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClassForm {
    /// Its name.
    name: String,
    /// Its weight.
    weight: u32,
}

/// What a test asks of HTTP beyond a plain request.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HttpForm {
    /// HTTP/2 and nothing else.
    http2: bool,
    /// How many redirects are followed, one after the other.
    redirects: u64,
    /// Each user sends back the cookies that it was given.
    cookies: bool,
    /// Bodies are asked for in an encoding, and decoded outside the measured time.
    #[serde(default)]
    decompress: bool,
    /// Every request goes through it. Its user and password are not kept.
    proxy: Option<String>,
    /// The file with the certificates that are trusted.
    ca: Option<String>,
    /// The certificates of servers are verified.
    verify_tls: bool,
}

/// One stage of the plan.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct StageForm {
    /// Its name, if it has one.
    name: Option<String>,
    /// Users, or arrivals each second, at its start.
    from: f64,
    /// The same at its end.
    to: f64,
    /// How long it takes.
    over_s: f64,
}

impl From<&Workload> for WorkloadForm {
    fn from(workload: &Workload) -> WorkloadForm {
        let (warmup_requests, warmup_s) = match workload.warmup {
            Warmup::Requests(requests) => (Some(requests), None),
            Warmup::Duration(duration) => (None, Some(duration.as_secs_f64())),
            Warmup::UntilSteady => (None, None),
        };
        let (requests, duration_s) = match workload.length {
            RunLength::Requests(requests) => (Some(requests), None),
            RunLength::Duration(duration) => (None, Some(duration.as_secs_f64())),
            RunLength::UntilPrecise => (None, None),
        };
        let (arrivals, pace, think, stages) = match &workload.model {
            LoadModel::Closed(users) => (None, users.every, users.think, &users.stages),
            LoadModel::Open(arrivals) => (Some(arrivals), None, None, &arrivals.stages),
        };
        WorkloadForm {
            model: if arrivals.is_some() { "open" } else { "closed" }.to_owned(),
            judged_time: judged_time(workload).to_owned(),
            users: workload.users() as u64,
            rate_per_s: offered::rate_per_s(workload),
            max_in_flight: arrivals.map(|arrivals| arrivals.max_in_flight as u64),
            overflow: arrivals.map(|arrivals| arrivals.overflow.name().to_owned()),
            arrivals: arrivals.map(|arrivals| arrivals.spacing.name().to_owned()),
            pace_s: pace.map(|pace: Duration| pace.as_secs_f64()),
            think_min_s: think.map(|range: ThinkRange| range.least.as_secs_f64()),
            think_max_s: think.map(|range: ThinkRange| range.most.as_secs_f64()),
            stages: stages.iter().map(StageForm::from).collect(),
            ramp_up_s: workload.ramp_up().as_secs_f64(),
            warmup_requests,
            warmup_s,
            requests,
            duration_s,
            timeout_s: workload.timeout.as_secs_f64(),
            seed: workload.seed,
            connections: workload.connections.to_string(),
            http: (workload.http != HttpOptions::default()).then(|| HttpForm::from(&workload.http)),
            mix: workload.mix.classes().iter().map(ClassForm::from).collect(),
        }
    }
}

impl From<&UserClass> for ClassForm {
    fn from(class: &UserClass) -> ClassForm {
        ClassForm { name: class.name.clone(), weight: class.weight }
    }
}

impl From<ClassForm> for UserClass {
    fn from(ClassForm { name, weight }: ClassForm) -> UserClass {
        UserClass { name, weight }
    }
}

impl From<&HttpOptions> for HttpForm {
    fn from(http: &HttpOptions) -> HttpForm {
        HttpForm {
            http2: http.http2,
            redirects: http.redirects,
            cookies: http.cookies,
            decompress: http.decompresses,
            proxy: http.proxy.as_deref().map(without_password),
            ca: http.ca.clone(),
            verify_tls: !http.trusts_any_certificate,
        }
    }
}

fn judged_time(workload: &Workload) -> &'static str {
    if offered::judges_response_time(workload) { "response_time" } else { "service_time" }
}

impl From<&Stage> for StageForm {
    fn from(stage: &Stage) -> StageForm {
        let Stage { name, from, to, over } = stage.clone();
        StageForm { name, from, to, over_s: over.as_secs_f64() }
    }
}

impl TryFrom<WorkloadForm> for Workload {
    type Error = String;

    fn try_from(mut form: WorkloadForm) -> Result<Workload, String> {
        let warmup = match (form.warmup_requests, seconds(form.warmup_s)?) {
            (Some(requests), _) => Warmup::Requests(requests),
            (None, Some(duration)) => Warmup::Duration(duration),
            (None, None) => Warmup::UntilSteady,
        };
        let length = match (form.requests, seconds(form.duration_s)?) {
            (Some(requests), _) => RunLength::Requests(requests),
            (None, Some(duration)) => RunLength::Duration(duration),
            (None, None) => RunLength::UntilPrecise,
        };
        let connections = match form.connections.as_str() {
            "" => Connections::default(),
            text => Connections::parse(text).ok_or_else(|| format!("unknown connections `{text}`"))?,
        };
        Ok(Workload {
            timeout: duration(form.timeout_s)?,
            seed: form.seed,
            http: form.http.as_ref().map(HttpOptions::from).unwrap_or_default(),
            mix: Mix::new(form.mix.drain(..).map(UserClass::from).collect()),
            model: model(form)?,
            warmup,
            length,
            connections,
        })
    }
}

fn model(form: WorkloadForm) -> Result<LoadModel, String> {
    let stages = form.stages.into_iter().map(Stage::try_from).collect::<Result<Vec<Stage>, String>>()?;
    match form.model.as_str() {
        "closed" => Ok(LoadModel::Closed(Users {
            count: form.users as usize,
            ramp_up: duration(form.ramp_up_s)?,
            stages,
            every: seconds(form.pace_s)?,
            think: seconds(form.think_min_s)?
                .zip(seconds(form.think_max_s)?)
                .map(|(least, most)| ThinkRange { least, most }),
        })),
        "open" => Ok(LoadModel::Open(Arrivals {
            stages,
            max_in_flight: form.max_in_flight.unwrap_or(form.users) as usize,
            overflow: match form.overflow.as_deref() {
                Some("shed") => Overflow::Shed,
                _ => Overflow::Queue,
            },
            spacing: match form.arrivals.as_deref() {
                Some("poisson") => Spacing::Poisson,
                _ => Spacing::Even,
            },
        })),
        other => Err(format!("unknown workload model `{other}`")),
    }
}

impl TryFrom<StageForm> for Stage {
    type Error = String;

    fn try_from(form: StageForm) -> Result<Stage, String> {
        let StageForm { name, from, to, over_s } = form;
        Ok(Stage { name, from, to, over: duration(over_s)? })
    }
}

impl From<&HttpForm> for HttpOptions {
    fn from(form: &HttpForm) -> HttpOptions {
        HttpOptions {
            http2: form.http2,
            redirects: form.redirects,
            cookies: form.cookies,
            decompresses: form.decompress,
            proxy: form.proxy.clone(),
            ca: form.ca.clone(),
            trusts_any_certificate: !form.verify_tls,
        }
    }
}

fn seconds(seconds: Option<f64>) -> Result<Option<Duration>, String> {
    seconds.map(duration).transpose()
}

fn duration(seconds: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(seconds).map_err(|error| format!("{seconds} s: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_and_the_password_of_a_proxy_are_not_kept() {
        let proxy = Some("http://me:secret@127.0.0.1:3128".to_owned());
        let form = HttpForm::from(&HttpOptions { proxy, ..HttpOptions::default() });
        assert_eq!(form.proxy.as_deref(), Some("http://***@127.0.0.1:3128"));
    }
}
