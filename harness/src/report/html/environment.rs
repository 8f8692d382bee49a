//! The machine, the code and the build.

use super::escaped::{Escaped, name};
use super::table::terms;
use crate::outcome::{BuiltCrate, RunReport, figure, timestamp};

/// The last section of the page.
pub(super) fn environment(run: &RunReport) -> String {
    let environment = &run.environment;
    let text = |text: &Option<String>| text.as_deref().map(name);
    let crates: Vec<String> = environment.crates.iter().map(built).collect();
    let dirty = environment.git_dirty.map(|dirty| if dirty { "yes" } else { "no" }.to_owned());
    let list = terms([
        ("system", Some(name(&environment.os))),
        ("kernel", text(&environment.kernel)),
        ("processor", text(&environment.cpu_model)),
        ("cores", environment.cores.map(|cores| cores.to_string())),
        ("memory", environment.memory_bytes.map(|bytes| figure::bytes(bytes as f64))),
        ("optimised build", Some(if environment.optimised { "yes" } else { "no" }.to_owned())),
        ("built", Some(crates.join("; ")).filter(|crates| !crates.is_empty())),
        ("compiler", text(&environment.rustc)),
        ("Proofload", Some(name(&environment.version))),
        ("commit", text(&environment.git_commit)),
        ("changes beside the commit", dirty),
        ("started", Some(timestamp::rfc3339(run.started))),
        ("finished", Some(timestamp::rfc3339(run.finished))),
    ]);
    format!("<section id=environment><h2>Environment</h2>\n{list}</section>\n")
}

/// `shop at opt-level 3 (profile.test)`
fn built(of: &BuiltCrate) -> String {
    let level = of.opt_level.as_deref().unwrap_or("unknown");
    format!("{} at opt-level {} (<code>{}</code>)", name(&of.name), Escaped::line(level), Escaped::line(&of.set_in))
}
