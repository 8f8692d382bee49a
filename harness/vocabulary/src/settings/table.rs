//! The table: every setting with its meaning, its type, what it fits and what it excludes.

use std::time::Duration;

use super::define::settings;
use super::question::{ModelKind, Question};
use super::shape::{Stages, Surge, Sweep};
use super::value::SettingValue;
use super::value_type::ValueType;
use crate::kind::Kind;
use crate::workload::{ArmOrder, CapacitySearch, Connections, Overflow, Rate, Spacing, ThinkRange, Warmup};

/// A row of the table: all that is known about one setting.
#[derive(Debug)]
pub struct SettingSpec {
    /// As written in the attribute and in `proofload.toml`.
    pub name: &'static str,
    /// As written in the attribute, with a value.
    pub example: &'static str,
    /// What its value looks like.
    pub takes: ValueType,
    /// One line for `--help` and the reference.
    pub help: &'static str,
    /// What applies without it, for the reference.
    pub default: &'static str,
    /// The placeholder of the value in `--help`; `None`: there is a variable but no flag, as few runs need one.
    pub flag: Option<&'static str>,
    /// The question that it answers; two settings that answer the same one contradict each other.
    pub question: Option<Question>,
    /// The workload model that it belongs to; `None`: either, or its value decides.
    pub model: Option<ModelKind>,
    /// Kinds of tests that it does not fit.
    pub not_for: &'static [Kind],
    /// True if servers cannot take turns under a load with it: `versus(…)` needs one steady load, whose users start together
    /// whenever the turn of their server begins.
    pub contradicts_turns: bool,
    /// The settings that contradict it, and why.
    pub excludes: &'static [Exclusion],
    /// Other words that people write for it; the message suggests its name.
    pub also_called: &'static [&'static str],
}

/// Settings that one other setting leaves no room for.
#[derive(Debug)]
pub struct Exclusion {
    /// Completes the sentence "`stages` …".
    pub reason: &'static str,
    /// What contradicts it.
    pub settings: &'static [SettingKey],
}

impl SettingSpec {
    /// A setting that fits every kind and workload and excludes nothing.
    const PLAIN: SettingSpec = SettingSpec {
        name: "",
        example: "",
        takes: ValueType::Text,
        help: "",
        default: "–",
        flag: None,
        question: None,
        model: None,
        not_for: &[],
        contradicts_turns: false,
        excludes: &[],
        also_called: &[],
    };
}

/// Stages last as long as their parts and begin at their own first level.
const PLANNED_LENGTH: Exclusion =
    Exclusion { reason: "lasts as long as its parts", settings: &[SettingKey::Requests, SettingKey::Duration] };
const PLANNED_START: Exclusion =
    Exclusion { reason: "says how the load begins", settings: &[SettingKey::RampUp, SettingKey::SpawnRate] };

settings! {
    /// A setting of a test, by the name it has in the attribute, on the command line and in `proofload.toml`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum SettingKey;

    /// The settings of one layer; `None` leaves one to the layer below.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Settings;

    test {
        Kind "kind = \"load\"" => kind {
            takes: ValueType::Kind,
            help: "What the test asks; decides the defaults",
        }
        Markers "markers = [slow, smoke]" => markers {
            takes: ValueType::Words,
            help: "Words to select the test by, beside its kind",
            also_called: &["marks", "tags"],
        }
        Ignore "ignore = \"why\"" => ignore {
            takes: ValueType::IgnoreReason,
            help: "Leaves the test out of a plain run; `false` puts it in, whatever its kind",
            default: "by kind",
        }
        Needs "needs = [answers_agree]" => needs {
            takes: ValueType::Tests,
            help: "Tests that must pass before this one runs; they run first",
            also_called: &["depends", "depends_on", "dependencies", "requires"],
        }
        Name "name = \"health\"" => name {
            help: "Name of the test or the case",
            default: "the function's, or the settings of the case",
        }
    }

    load {
        Users "users = 100" => users: u64 as Count {
            takes: ValueType::Count,
            help: "Number of virtual users",
            default: "10; a benchmark always has 1",
            flag: Some("COUNT"),
            question: Some(Question::HowMuch),
            model: Some(ModelKind::Closed),
            not_for: &[Kind::Benchmark, Kind::Capacity],
        }
        Rate "rate = 3_000/s" => rate: Rate as Rate {
            takes: ValueType::Rate,
            help: "Arrivals per second in place of users, such as 300/s or \"50% of capacity\"",
            flag: Some("RATE"),
            question: Some(Question::HowMuch),
            model: Some(ModelKind::Open),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            also_called: &["rps", "qps"],
        }
        Requests "requests = 5_000" => requests: u64 as Count {
            takes: ValueType::Count,
            help: "End the measurement after this many requests, or arrivals of a `rate`; servers that are compared share them",
            flag: Some("COUNT"),
            question: Some(Question::HowLong),
            not_for: &[Kind::Capacity],
        }
        Duration "duration = 30s" => duration: Duration as Duration {
            takes: ValueType::Duration,
            help: "End the measurement after this time, such as 30s",
            default: "10 s; a benchmark ends when its mean is precise",
            flag: Some("TIME"),
            question: Some(Question::HowLong),
            not_for: &[Kind::Capacity],
        }
        Warmup "warmup = 500" => warmup: Warmup as Warmup {
            takes: ValueType::CountOrDuration,
            help: "Requests or time before the measurement, left out of every figure",
            default: "none; a benchmark warms up until it is steady",
            flag: Some("COUNT|TIME"),
            not_for: &[Kind::Capacity],
            also_called: &["warm_up"],
        }
        RampUp "ramp_up = 5s" => ramp_up: Duration as Duration {
            takes: ValueType::DurationOrNone,
            help: "Start the users evenly over this time, before the measurement",
            default: "all users start at once",
            flag: Some("TIME"),
            question: Some(Question::HowUsersStart),
            model: Some(ModelKind::Closed),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            contradicts_turns: true,
            also_called: &["rampup", "ramp"],
        }
        Timeout "timeout = 2s" => timeout: Duration as Duration {
            takes: ValueType::Duration,
            help: "Timeout of a request that does not set its own",
            default: "10 s",
            flag: Some("TIME"),
        }
        Seed "seed = 42" => seed: u64 as Count {
            takes: ValueType::Seed,
            help: "Seed of the users' random choices",
            default: "0",
            flag: Some("NUMBER"),
        }
        MaxInFlight "max_in_flight = 800" => max_in_flight: u64 as Count {
            takes: ValueType::Count,
            help: "Most iterations in flight at once; the schedule does not wait for them",
            default: "1 000, or as many as the limit of open files allows, if that is fewer: each holds a connection to each server",
            model: Some(ModelKind::Open),
            not_for: &[Kind::Benchmark],
        }
        Overflow "overflow = shed" => overflow: Overflow as Overflow {
            takes: ValueType::Overflow,
            help: "What happens to an arrival at the in-flight cap: it waits and keeps its intended start time (`queue`), or counts as never sent (`shed`)",
            default: "`queue`",
            model: Some(ModelKind::Open),
            not_for: &[Kind::Benchmark],
        }
        Arrivals "arrivals = poisson" => arrivals: Spacing as Spacing {
            takes: ValueType::Spacing,
            help: "How arrivals are spaced: evenly, or with seeded random gaps",
            default: "`even`",
            model: Some(ModelKind::Open),
            not_for: &[Kind::Benchmark],
        }
        Pace "pace = 2s" => pace: Duration as Duration {
            takes: ValueType::Duration,
            help: "How often each user starts an iteration; a user that is late starts at once",
            default: "no pause",
            question: Some(Question::WhenNextBegins),
            model: Some(ModelKind::Closed),
            not_for: &[Kind::Benchmark, Kind::Capacity],
        }
        Think "think = 1s..3s" => think: ThinkRange as Think {
            takes: ValueType::Think,
            help: "How long each user pauses after an iteration, outside its time: always as long, or a random time of a range",
            default: "no pause",
            flag: Some("TIME|RANGE"),
            question: Some(Question::WhenNextBegins),
            model: Some(ModelKind::Closed),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            also_called: &["think_time", "wait", "wait_time", "pause", "sleep"],
        }
        Repeat "repeat = 3" => repeat: u64 as Count {
            takes: ValueType::Count,
            help: "Number of runs, of which the median is judged; of a `sweep`, at each level",
            default: "1",
            not_for: &[Kind::Benchmark, Kind::Capacity],
            contradicts_turns: true,
        }
        Extend "extend = false" => extend: bool as Switch {
            takes: ValueType::Switch,
            help: "Whether a measurement whose limit lies inside the interval of its figure is repeated for 30, 60 and 120 s",
            default: "`true`",
            not_for: &[Kind::Benchmark, Kind::Capacity],
        }
        MaxTime "max_time = 60s" => max_time: Duration as Duration {
            takes: ValueType::Duration,
            help: "Longest time of a test whose measurement is repeated because of `extend`; one that would take longer does not begin",
            default: "no limit beside the 120 s of the longest repetition",
            flag: Some("TIME"),
            not_for: &[Kind::Benchmark, Kind::Capacity],
        }
        SpawnRate "spawn_rate = 5/s" => spawn_rate: f64 as PerSecond {
            takes: ValueType::PerSecond,
            help: "Users that start per second, in place of `ramp_up`",
            default: "all users start at once",
            question: Some(Question::HowUsersStart),
            model: Some(ModelKind::Closed),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            contradicts_turns: true,
        }
        Connections "connections = shared(8)" => connections: Connections as Connections {
            takes: ValueType::Connections,
            help: "Each user keeps a connection to each server, each request opens one, or all users share a pool",
            default: "`per_user`",
            also_called: &["connection", "pool"],
        }
        Http2 "http2 = true" => http2: bool as Switch {
            takes: ValueType::Switch,
            help: "HTTP/2 and nothing else; needs the feature `http2`",
            default: "HTTP/1.1 and nothing else",
            also_called: &["http", "http_2", "h2"],
        }
        Redirects "redirects = 5" => redirects: u64 as Count {
            takes: ValueType::CountOrNone,
            help: "Redirects that a request follows; one more fails it",
            default: "0: a redirect is returned as a response",
        }
        Cookies "cookies = true" => cookies: bool as Switch {
            takes: ValueType::Switch,
            help: "Each user sends back the cookies that it received",
            default: "`false`",
        }
        Decompress "decompress = true" => decompress: bool as Switch {
            takes: ValueType::Switch,
            help: "Asks for bodies in gzip or deflate and decodes them, outside the measured time; needs the feature `decompress`",
            default: "`false`: bodies are neither asked for in an encoding nor decoded",
            also_called: &["gzip", "compression", "compress"],
        }
        Proxy "proxy = \"http://127.0.0.1:3128\"" => proxy: String as Text {
            takes: ValueType::Proxy,
            help: "Sends every request through this proxy; variables such as HTTP_PROXY are not read",
            default: "no proxy",
        }
        Ca "ca = \"ca.pem\"" => ca: String as Text {
            takes: ValueType::File,
            help: "For https: trust only the certificates in this PEM file, found from the package's folder",
            default: "the certificates that the machine trusts",
            also_called: &["ca_file", "cacert", "cert"],
        }
        VerifyTls "verify_tls = false" => verify_tls: bool as Switch {
            takes: ValueType::Switch,
            help: "For https: whether the server's certificate is verified",
            default: "`true`",
            also_called: &["insecure", "verify"],
        }
        RequestsCsv "requests_csv = true" => requests_csv: bool as Switch {
            takes: ValueType::Switch,
            help: "Writes a line for each request into a CSV file in the run's folder; `--requests-csv FILE` does so for all tests but those with `false`",
            default: "no such file",
            also_called: &["csv", "request_csv", "log_requests"],
        }
        Order "order = one_after_the_other" => order: ArmOrder as Order {
            takes: ValueType::Order,
            help: "How the servers of `versus(…)` or `--against` take turns: in slices of a second (`interleaved`), or each for its whole time, which says less (`one_after_the_other`)",
            default: "`interleaved`",
            flag: Some("ORDER"),
            not_for: &[Kind::Spike, Kind::Capacity],
        }
        Stages "stages(0/s -> 500/s over 30s, peak: 500/s for 60s)" => stages: Stages as Stages {
            takes: ValueType::Stages,
            help: "Users or arrival rate over time; a threshold can ask for a stage that has a name",
            question: Some(Question::HowMuch),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            contradicts_turns: true,
            excludes: &[PLANNED_LENGTH, PLANNED_START],
            also_called: &["ramp"],
        }
        Spike "spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)" => spike: Surge as Spike {
            takes: ValueType::Spike,
            help: "A surge in a base load: the stages `before`, `spike` and `after`, which is `recover_within` long",
            question: Some(Question::HowMuch),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            contradicts_turns: true,
            excludes: &[
                PLANNED_LENGTH,
                PLANNED_START,
                Exclusion { reason: "is judged as one run", settings: &[SettingKey::Repeat] },
            ],
        }
        Sweep "sweep(users = [1, 2, 5])" => sweep: Sweep as Sweep {
            takes: ValueType::Sweep,
            help: "One run for each number of users, or each rate; the thresholds must hold at each",
            question: Some(Question::HowMuch),
            not_for: &[Kind::Benchmark, Kind::Capacity],
            contradicts_turns: true,
        }
        Capacity "capacity(start = 50/s, budget = 120s)" => capacity: CapacitySearch as Capacity {
            takes: ValueType::Capacity,
            help: "How to search for the capacity: `start`, `settle`, `probe`, `validate`, `budget`, `precision`",
            default: "50/s, 1.25 s, 5 s, 15 s, 120 s, 5 %",
            not_for: &[Kind::Benchmark],
            contradicts_turns: true,
        }
    }
}
