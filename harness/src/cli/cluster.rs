//! A load that several processes offer together: [`ClusterOptions`].

use super::flags::ClusterFlags;
use super::origin::{GivenText, Origin};
use super::usage::UsageMistake;
use super::variables::Variables;
#[cfg(feature = "cluster")]
use crate::cluster::WorkerLaunch;

#[cfg(not(feature = "cluster"))]
const NEEDS_FEATURE: &str = "needs the feature `cluster` of proofload: add it in Cargo.toml, in `features = [\"cluster\"]` \
                             of the dependency on proofload";

/// How many processes offer a load, and what starts them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ClusterOptions {
    /// `--workers`, `--launch` and `--hosts`; `None` for a load of one process.
    #[cfg(feature = "cluster")]
    pub(crate) launch: Option<WorkerLaunch>,
    /// `--print-manifest kubernetes`: print it instead of running.
    #[cfg(feature = "cluster")]
    pub(crate) manifest: Option<ManifestKind>,
}

/// What starts a run elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
pub(crate) enum ManifestKind {
    /// Objects for `kubectl apply`.
    Kubernetes,
}

/// Where each of the options was given, if it was.
struct GivenCluster {
    workers: Option<GivenText>,
    launch: Option<GivenText>,
    hosts: Option<GivenText>,
    manifest: Option<GivenText>,
}

impl GivenCluster {
    fn read(flags: ClusterFlags, variables: &Variables) -> GivenCluster {
        let hosts = (!flags.hosts.is_empty()).then(|| flags.hosts.join(","));
        GivenCluster {
            workers: variables.or_flag("workers", flags.workers),
            launch: variables.or_flag("launch", flags.launch),
            hosts: variables.or_flag("hosts", hosts),
            manifest: variables.or_flag("print-manifest", flags.print_manifest),
        }
    }

    fn origin(&self) -> Option<Origin> {
        let all = [&self.workers, &self.launch, &self.hosts, &self.manifest];
        all.into_iter().flatten().next().map(|given| given.origin.clone())
    }
}

/// The options that a load of several processes does not go with yet, each with the reason, where they were given.
#[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
pub(super) struct AloneOptions {
    /// `--ui`
    pub(super) drives: bool,
    /// `--requests-csv`
    pub(super) writes_requests: bool,
    /// `--against`
    pub(super) against: bool,
}

impl AloneOptions {
    /// The only place that says which options need a load of one process.
    #[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
    fn reason(&self) -> Option<&'static str> {
        let reasons = [
            (self.drives, "--ui changes the load of one process while it runs: leave one of the two out"),
            (
                self.writes_requests,
                "--requests-csv has a line for each request of one process: leave one of the two out",
            ),
            (self.against, "--against starts servers for one process: compare two records with `--compare` instead"),
        ];
        reasons.into_iter().find_map(|(is_given, reason)| is_given.then_some(reason))
    }
}

impl ClusterOptions {
    /// True if several processes offer the load.
    pub(crate) fn has_workers(&self) -> bool {
        #[cfg(feature = "cluster")]
        let has_workers = self.launch.is_some();
        #[cfg(not(feature = "cluster"))]
        let has_workers = false;
        has_workers
    }

    /// Without the feature, each of them is a mistake.
    #[cfg(not(feature = "cluster"))]
    pub(super) fn read(
        flags: ClusterFlags,
        _alone: &AloneOptions,
        variables: &Variables,
        mistakes: &mut Vec<UsageMistake>,
    ) -> ClusterOptions {
        let origin = GivenCluster::read(flags, variables).origin();
        mistakes.extend(origin.map(|origin| UsageMistake::Unfit { origin, reason: NEEDS_FEATURE.to_owned() }));
        ClusterOptions::default()
    }

    /// What they say together.
    #[cfg(feature = "cluster")]
    pub(super) fn read(
        flags: ClusterFlags,
        alone: &AloneOptions,
        variables: &Variables,
        mistakes: &mut Vec<UsageMistake>,
    ) -> ClusterOptions {
        let given = GivenCluster::read(flags, variables);
        let Some(origin) = given.origin() else { return ClusterOptions::default() };
        let before = mistakes.len();
        if let Some(reason) = alone.reason() {
            mistakes.push(UsageMistake::Unfit { origin, reason: reason.to_owned() });
        }
        let workers = given.workers.as_ref().and_then(|text| count(text, mistakes));
        let manifest = given.manifest.as_ref().and_then(|text| manifest(text, mistakes));
        if mistakes.len() > before {
            return ClusterOptions::default();
        }
        match launch(&given, workers, manifest) {
            Ok(launch) => ClusterOptions { launch, manifest },
            Err(mistake) => {
                mistakes.push(*mistake);
                ClusterOptions::default()
            }
        }
    }
}

#[cfg(feature = "cluster")]
fn launch(
    given: &GivenCluster,
    workers: Option<usize>,
    manifest: Option<ManifestKind>,
) -> Result<Option<WorkerLaunch>, Box<UsageMistake>> {
    let unfit = |text: &GivenText, reason: &str| {
        Box::new(UsageMistake::Unfit { origin: text.origin.clone(), reason: reason.to_owned() })
    };
    if let (Some(text), None) = (&given.manifest, workers) {
        return Err(unfit(text, "needs the number of workers, too: add `--workers 50`"));
    }
    if let (Some(_), Some(text)) = (manifest, given.launch.as_ref().or(given.hosts.as_ref())) {
        return Err(unfit(text, "has no effect with --print-manifest, which says itself how workers are started"));
    }
    let hosts: Vec<String> = given.hosts.iter().flat_map(GivenText::split).map(|host| host.text).collect();
    let template = given.launch.as_ref().map(|text| text.text.as_str());
    WorkerLaunch::new(workers, template, &hosts).map_err(|mistake| {
        let of = match mistake.option {
            "hosts" => &given.hosts,
            "workers" => &given.workers,
            _ => &given.launch,
        };
        let origin = of.as_ref().map(|text| text.origin.clone()).or_else(|| given.origin());
        Box::new(UsageMistake::Unfit { origin: origin.unwrap_or(Origin::Flag("workers")), reason: mistake.text })
    })
}

#[cfg(feature = "cluster")]
fn count(GivenText { text, origin }: &GivenText, mistakes: &mut Vec<UsageMistake>) -> Option<usize> {
    let count = text.parse().ok().filter(|count| *count >= 1);
    if count.is_none() {
        let expects = "a number of processes of at least 1, such as `4`";
        mistakes.push(UsageMistake::Mismatch { origin: origin.clone(), expects, written: text.clone() });
    }
    count
}

#[cfg(feature = "cluster")]
fn manifest(GivenText { text, origin }: &GivenText, mistakes: &mut Vec<UsageMistake>) -> Option<ManifestKind> {
    if text == "kubernetes" {
        return Some(ManifestKind::Kubernetes);
    }
    mistakes.push(UsageMistake::Mismatch { origin: origin.clone(), expects: "`kubernetes`", written: text.clone() });
    None
}
