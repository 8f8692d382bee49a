//! Writes HTML reports for the tests in a browser: `cargo run --example html_pages -- FOLDER [RECORD…]`.
//!
//! Without load: the records are made up here, and those that are named are read. Prints how long each page took.

mod compared;
mod hostile;
mod load;
mod noise;
mod records;

use std::path::Path;
use std::time::Instant;

use proofload::__internals::report::html;
use proofload::__internals::report::trend::TestTrend;
use proofload::record::{self, RunReport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("html_pages FOLDER [RECORD…]")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for (name, run) in records::all() {
        write(folder, name, &run, &[])?;
    }
    write(folder, "compared", &compared::run(), &compared::trends())?;
    write(folder, "hostile", &hostile::run(), &hostile::trends())?;
    for path in arguments {
        let run = record::parse(&std::fs::read_to_string(&path)?)?;
        let name = Path::new(&path).file_stem().and_then(|stem| stem.to_str()).unwrap_or("record").to_owned();
        write(folder, &name, &run, &[])?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, run: &RunReport, trends: &[TestTrend]) -> std::io::Result<()> {
    let began = Instant::now();
    let page = html::render_with(run, trends);
    println!("{name}: {} bytes in {:?}", page.len(), began.elapsed());
    std::fs::write(folder.join(format!("{name}.html")), page)
}
