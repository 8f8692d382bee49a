//! The architecture, checked over the source: imports only upwards, no circles, third-party crates in few places, short
//! files. See ARCHITECTURE.md; the list of `mod` lines in `src/lib.rs` is the order of the layers.
//!
//! `sources` finds the targets, `collect` reads them with `syn` into the modules of `modules`, `resolve` follows a path to
//! the file that defines its name; each rule is a file, and `planted` shows that each rule finds what breaks it.

mod circles;
mod collect;
mod compiled_once;
mod crates;
mod dependencies;
mod items;
mod layers;
mod lengths;
mod modules;
mod names;
mod packages;
mod page;
mod planted;
mod public_interface;
mod resolve;
mod sources;
mod tokens;

use std::sync::LazyLock;

use crate::crates::Door;
use crate::modules::Tree;
use crate::sources::{Sources, targets};

/// The libraries whose layers and doors are checked: the second continues the first.
const ENGINE: &str = "harness/engine/src/lib.rs";
const LIBRARY: &str = "harness/src/lib.rs";

/// The command's library, whose order is checked too.
const COMMAND: &str = "harness/cargo-proofload/src/lib.rs";

const DOORS: [Door; 22] = [
    ("flate2", &["http/decoding", "measure/encoded"]),
    // The server of the live page.
    ("hyper", &["live"]),
    ("reqwest", &["http/via_reqwest"]),
    ("cookie_store", &["http/via_reqwest"]),
    ("h2", &["http/via_reqwest"]),
    ("rustls", &["http/via_reqwest"]),
    ("httparse", &["http/http1"]),
    ("prefetch_index", &["engine/memory_ahead"]),
    ("clap", &["cli/flags"]),
    ("toml", &["cli/file", "session/cargo"]),
    ("libtest_mimic", &["session/trials"]),
    ("colored", &["report"]),
    // Written for other programs, and read for users.
    ("csv", &["report/csv", "rows/read_csv"]),
    ("quick_junit", &["report/junit"]),
    ("unicode_width", &["text/columns"]),
    ("rlimit", &["session"]),
    // Types of the record derive their schema where they are measured and judged, for the test that makes it.
    ("schemars", &["measure", "comparison", "outcome", "report"]),
    // Child processes and their groups; which system error a connection met; what is sent and received in one call; this
    // process's own CPU time; the timer that paces arrivals; the length of a tick; the priority of threads beside the load; signals.
    (
        "rustix",
        &[
            "server",
            "http/transport_error",
            "http/http1/connection",
            "clock",
            "thread_priority",
            "engine/timer_fd",
            "engine/host_cpu",
            "session",
        ],
    ),
    // What is sent between the processes that offer one load together.
    ("async_nats", &["cluster/link"]),
    ("postcard", &["cluster/encoding"]),
    // Whether two processes are the same program.
    ("ring", &["cluster/identity"]),
    // Each declaration collects itself.
    ("inventory", &["registry", "fixture", "server", "__private"]),
];

static TREES: LazyLock<Vec<Tree>> = LazyLock::new(|| {
    let sources = Sources::of_workspace();
    targets().iter().map(|target| collect::read(target, &sources)).collect()
});

fn library() -> &'static Tree {
    TREES.iter().find(|tree| tree.target.root == LIBRARY).expect("the library is a target")
}

fn engine() -> &'static Tree {
    TREES.iter().find(|tree| tree.target.root == ENGINE).expect("the engine's library is a target")
}

#[track_caller]
fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "{} violations:\n{}\n", violations.len(), violations.join("\n"));
}

#[test]
fn every_target_is_read() {
    let names: Vec<&str> = TREES.iter().map(|tree| tree.target.name.as_str()).collect();
    for name in [
        "proofload proofload",
        "proofload-engine proofload_engine",
        "proofload architecture",
        "perf-tests generator",
        "fixtures fixtures",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert_none(&TREES.iter().flat_map(|tree| tree.faults.clone()).collect::<Vec<_>>());
}

#[test]
fn modules_of_the_library_import_only_modules_above_them() {
    assert_none(&layers::imports_of_lower_modules(engine()));
    assert_none(&layers::imports_of_lower_modules(library()));
}

#[test]
fn modules_of_the_command_import_only_modules_above_them() {
    let command = TREES.iter().find(|tree| tree.target.root == COMMAND).expect("the command's library is a target");
    assert_none(&layers::imports_of_lower_modules(command));
}

#[test]
fn every_file_of_a_library_is_declared() {
    let sources = Sources::of_workspace();
    for tree in TREES.iter().filter(|tree| tree.target.is_library) {
        let folder = tree.target.root.trim_end_matches("lib.rs");
        // The programs of a package are targets of their own.
        let mut files = sources.files_below(folder);
        files.retain(|file| !file.starts_with(&format!("{folder}bin/")));
        assert_none(&layers::undeclared_files(tree, &files));
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    assert_none(&TREES.iter().flat_map(circles::circles).collect::<Vec<_>>());
}

#[test]
fn third_party_crates_are_named_in_few_places() {
    assert_none(&crates::named_outside(engine(), &DOORS));
    assert_none(&crates::named_outside(library(), &DOORS));
}

#[test]
fn the_first_build_has_no_heavy_crate_and_not_one_too_many() {
    assert_none(&dependencies::too_heavy(&dependencies::of_the_library()));
}

#[test]
fn the_published_packages_describe_themselves_and_have_their_licences_and_no_tests() {
    let published = packages::published();
    assert!(published.len() >= 5, "{}", published.len());
    assert_none(&published.iter().flat_map(packages::mistakes).collect::<Vec<_>>());
    assert_none(&published.iter().flat_map(packages::not_packed).collect::<Vec<_>>());
    let schema = |package: &packages::Package| package.files.contains("schema/run-1.json");
    assert!(published.iter().any(schema), "the schema of the record is published");
}

#[test]
fn a_type_has_a_name_of_its_own() {
    let folders = [
        "harness/src",
        "harness/engine/src",
        "harness/vocabulary/src",
        "harness/macros/src",
        "harness/cargo-proofload/src",
        "fixtures/src",
    ];
    assert_none(&names::declared_twice(&folders, &Sources::of_workspace()));
}

#[test]
fn the_engine_is_compiled_once_and_not_for_each_test() {
    let sources = Sources::of_workspace();
    assert_none(&compiled_once::generic_over_a_test("harness/engine/src", &sources));
    assert_none(&compiled_once::generic_over_a_test("harness/src", &sources));
}

#[test]
fn files_and_functions_are_short() {
    let mut violations: Vec<String> = TREES.iter().flat_map(lengths::too_long).collect();
    violations.sort();
    violations.dedup();
    assert_none(&violations);
}

#[test]
fn the_architecture_page_agrees_with_the_tree() {
    let sources = Sources::of_workspace();
    let page = sources.read("ARCHITECTURE.md").expect("the page exists");
    let files: Vec<String> =
        ["harness", "fixtures", "perf-tests"].iter().flat_map(|folder| sources.files_below(folder)).collect();
    assert_none(
        &[page::layers_that_differ(&page, &[engine(), library()]), page::files_that_do_not_exist(&page, &files)]
            .concat(),
    );
}

/// Where the public interface is written down.
const PUBLIC_INTERFACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/architecture/public_interface.txt");

#[test]
fn the_public_interface_is_the_one_that_is_written_down() {
    let lines = public_interface::public_interface(library(), engine(), &Sources::of_workspace());
    let actual = lines.join("\n") + "\n";
    if std::env::var_os("PROOFLOAD_BLESS").is_some() {
        std::fs::write(PUBLIC_INTERFACE, &actual).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(PUBLIC_INTERFACE).unwrap_or_default();
    let added =
        lines.iter().filter(|line| !expected.lines().any(|other| other == **line)).map(|line| format!("+ {line}"));
    let removed =
        expected.lines().filter(|line| !lines.iter().any(|other| other == line)).map(|line| format!("- {line}"));
    let differences: Vec<String> = added.chain(removed).collect();
    assert!(
        differences.is_empty(),
        "the public interface has changed; if that is meant, run with PROOFLOAD_BLESS=1\n{}",
        differences.join("\n")
    );
}
