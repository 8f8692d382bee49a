//! `--print-manifest`: what starts the run elsewhere. Starts nothing.

use super::exit::Problem;
use crate::cli::{ManifestKind, Options};
use crate::cluster::{ManifestRun, kubernetes};
use crate::server;
use crate::text::Secret;

/// The image with this test binary.
const IMAGE: &str = "PROOFLOAD_IMAGE";

/// The text, if it was asked for.
pub(super) fn asked_for(options: &Options, run_id: &str) -> Result<Option<String>, Problem> {
    let (Some(ManifestKind::Kubernetes), Some(launch)) = (options.cluster.manifest, &options.cluster.launch) else {
        return Ok(None);
    };
    let arguments = server::arguments().into_iter().skip(1).map(|word| word.into_string());
    let arguments = arguments.collect::<Result<Vec<_>, _>>().map_err(|word| {
        Problem::usage(format!("--print-manifest: `{}` is not valid Unicode", word.to_string_lossy()))
    })?;
    let token =
        Secret::random().map_err(|error| Problem::usage(format!("--print-manifest: no random numbers: {error}")))?;
    let image = std::env::var(IMAGE).ok();
    let image = image.as_deref().map(str::trim).filter(|image| !image.is_empty());
    let run = ManifestRun { run_id, image, workers: launch.workers(), arguments: &arguments, token: &token };
    Ok(Some(kubernetes(&run)))
}
