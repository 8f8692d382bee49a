//! Makes a module of each listing in Rust, for the test `book` to compile.

// The library of this package, which its own build script cannot depend on.
#[allow(dead_code, unreachable_pub)]
#[path = "src/listing.rs"]
mod listing;
#[allow(dead_code, unreachable_pub)]
#[path = "src/markdown.rs"]
mod markdown;

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=../../docs/SUMMARY.md");
    let mut modules = String::new();
    for page in markdown::pages() {
        let listings: Vec<_> = page.blocks().into_iter().filter(|block| block.language == "rust").collect();
        println!("cargo::rerun-if-changed=../../{}", page.path);
        modules.extend(listings.iter().map(|block| listing::module(&page, block)));
    }
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    std::fs::write(Path::new(&folder).join("listings.rs"), modules).expect("the folder can be written to");
}
