//! What a test is made from, if not from nothing.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};

use super::project::RustProject;
use super::recorded::{
    HarSelection, OperationSelection, RepeatedSession, identifier, read_curl, read_har, read_openapi,
};
use super::test_code::TestCode;
use crate::failure::UsageFailure;

/// The source of a test, at most one.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "A test that repeats requests")]
pub(super) struct SourceArguments {
    /// Those that a browser has recorded (network tools: "Save all as HAR")
    #[arg(long, value_name = "FILE", group = "source")]
    from_har: Option<PathBuf>,

    /// Those of a command line of curl, as browsers copy it ("Copy as cURL"); may be given several times
    #[arg(long, value_name = "LINE", group = "source", action = ArgAction::Append)]
    from_curl: Vec<String>,

    /// The operations of an OpenAPI 3 file, in JSON or YAML, that only read
    #[arg(long, value_name = "FILE", group = "source")]
    from_openapi: Option<PathBuf>,

    /// With scripts, styles, images, fonts and media, too
    #[arg(long, requires = "from_har")]
    with_static: bool,

    /// Those to this origin too, such as https://api.shop.example; may be given several times
    #[arg(long, value_name = "ORIGIN", requires = "from_har")]
    origin: Vec<String>,

    /// With the pauses between them
    #[arg(long, requires = "from_har")]
    keep_pauses: bool,

    /// With operations that write, too
    #[arg(long, requires = "from_openapi")]
    with_writes: bool,
}

impl SourceArguments {
    /// The test of the source; `None` if there is no source.
    pub(super) fn code(&self, project: &RustProject, test: &str) -> Result<Option<TestCode>, UsageFailure> {
        let Some((session, module)) = self.session()? else { return Ok(None) };
        for remark in &session.remarks {
            println!("* {remark}");
        }
        if !session.remarks.is_empty() {
            println!();
        }
        Ok(Some(TestCode::repeating(&session, &module, project, test)))
    }

    /// With the name of its module.
    fn session(&self) -> Result<Option<(RepeatedSession, String)>, UsageFailure> {
        if let Some(path) = &self.from_har {
            let selection = HarSelection {
                with_static: self.with_static,
                origins: self.origin.clone(),
                keeps_pauses: self.keep_pauses,
            };
            let (name, text) = read_file(path)?;
            let session = read_har(&name, &text, &selection)?.clean()?;
            return Ok(Some((session, module_name(path))));
        }
        if !self.from_curl.is_empty() {
            return Ok(Some((read_curl(&self.from_curl)?.clean()?, "from_curl".to_owned())));
        }
        if let Some(path) = &self.from_openapi {
            let (name, text) = read_file(path)?;
            let selection = OperationSelection { with_writes: self.with_writes };
            return Ok(Some((read_openapi(&name, &text, selection)?.clean()?, module_name(path))));
        }
        Ok(None)
    }
}

/// The name of the file, and its text.
fn read_file(path: &Path) -> Result<(String, String), UsageFailure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| UsageFailure::new(format!("{} cannot be read: {error}", path.display())))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((name, text))
}

fn module_name(path: &Path) -> String {
    let name = identifier(&path.file_stem().unwrap_or_default().to_string_lossy());
    // A folder of modules has a `main.rs` and perhaps a `mod.rs`.
    if matches!(name.as_str(), "main" | "value") { "recorded".to_owned() } else { name }
}
