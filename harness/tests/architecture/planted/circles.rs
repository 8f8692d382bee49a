//! Planted circles of imports.

use super::read::{LIB, read};
use crate::circles::circles;

/// The circles of a library with the modules `a` and `b`.
fn of_two(a: &str, b: &str) -> Vec<String> {
    circles(&read(&[(LIB, "mod a; mod b;"), ("src/a.rs", a), ("src/b.rs", b)]))
}

const BOTH_WAYS: &str = "src/a.rs -[B]-> src/b.rs -[A]-> src/a.rs";

#[test]
fn a_direct_circle_is_found_with_its_names() {
    assert_eq!(of_two("use crate::b::B; struct A;", "use crate::a::A; struct B;"), [BOTH_WAYS]);
}

#[test]
fn every_form_of_import_counts() {
    for import in [
        "use super::a::A;",
        "use crate::a::{A};",
        "use crate::{a::{A as Other}};",
        "use crate::{\n    b::{B as _},\n    a::{\n        A,\n    },\n};",
        "use shop::a::A;",
        "use crate::a; fn f(_: a::A) {}",
        "fn f(_: crate::a::A) {}",
        "fn f() { use super::a::A; }",
        "fn f() { println!(\"{}\", super::a::A); }",
        "macro_rules! m { () => { $crate::a::A }; }",
        "#[serde(with = \"crate::a::A\")] struct S;",
        "impl super::a::A for S {} struct S;",
        "mod inner { use super::super::a::A; }",
    ] {
        let found = of_two("use crate::b::B; pub struct A;", &format!("{import} pub struct B;"));
        assert_eq!(found.len(), 1, "{import}");
        assert!(found[0].contains("src/b.rs -["), "{import}: {found:?}");
    }
}

#[test]
fn a_glob_import_is_an_import_of_the_module_and_of_what_is_used() {
    let found = of_two("use crate::b::B; pub struct A;", "use crate::a::*; pub struct B; fn f(_: A) {}");
    assert_eq!(found, ["src/a.rs -[B]-> src/b.rs -[A, a]-> src/a.rs"]);
    // Through a re-export, the glob leads to the file of the definition.
    let lib = "mod a; mod b; mod door;";
    let files = [
        (LIB, lib),
        ("src/door.rs", "pub use crate::a::*;"),
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "use crate::door::*; pub struct B; fn f(_: A) {}"),
    ];
    assert!(circles(&read(&files)).contains(&BOTH_WAYS.to_owned()), "{:?}", circles(&read(&files)));
}

#[test]
fn a_circle_through_a_mod_file_is_found() {
    // `mod.rs` defines what its own child imports, and re-exports what the child defines.
    let files = [
        (LIB, "mod shelf;"),
        ("src/shelf/mod.rs", "mod book; pub use book::Book; pub struct Label;"),
        ("src/shelf/book.rs", "use super::Label; pub struct Book;"),
    ];
    assert_eq!(circles(&read(&files)), ["src/shelf/mod.rs -[Book]-> src/shelf/book.rs -[Label]-> src/shelf/mod.rs"]);
}

#[test]
fn a_re_export_leads_to_the_file_of_the_definition() {
    // Neither file names the other: both import through `mod.rs`, under another name.
    let files = [
        (LIB, "mod shelf; pub use shelf::Bound;"),
        ("src/shelf/mod.rs", "mod book; mod label; pub use {book::Book as Bound, label::Label};"),
        ("src/shelf/book.rs", "use super::Label; pub struct Book;"),
        ("src/shelf/label.rs", "use crate::Bound; pub struct Label;"),
    ];
    let expected = "src/shelf/book.rs -[Label]-> src/shelf/label.rs -[Book]-> src/shelf/book.rs";
    assert_eq!(circles(&read(&files)), [expected]);
}

#[test]
fn a_mod_file_that_only_declares_and_re_exports_is_in_no_circle() {
    let files = [
        (LIB, "pub mod shelf; pub use shelf::Book; extern crate self as shop;"),
        ("src/shelf/mod.rs", "mod book; mod label; pub use book::Book; pub(crate) use self::label::Label;"),
        ("src/shelf/book.rs", "use super::Label; use crate::shelf; pub(in crate::shelf) struct Book;"),
        ("src/shelf/label.rs", "use std::fmt; use toml; pub(super) struct Label;"),
    ];
    // A module is named, and so its file counts; what is only visible in it, does not.
    let found = circles(&read(&files));
    assert_eq!(found, ["src/shelf/mod.rs -[Book]-> src/shelf/book.rs -[shelf]-> src/shelf/mod.rs"]);
    let mut fixed = files;
    fixed[2].1 = "use super::Label; pub(in crate::shelf) struct Book;";
    assert_eq!(circles(&read(&fixed)), [""; 0]);
}

#[test]
fn a_long_circle_is_reported_once_with_every_step() {
    let files = [
        (LIB, "mod a; mod b; mod c; mod d;"),
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "use crate::c::{C1, C2}; pub struct B;"),
        ("src/c.rs", "use crate::a::A; pub struct C1; pub struct C2;"),
        ("src/d.rs", "use crate::a::A;"),
    ];
    let expected = "src/a.rs -[B]-> src/b.rs -[C1, C2]-> src/c.rs -[A]-> src/a.rs";
    assert_eq!(circles(&read(&files)), [expected]);
}

#[test]
fn tests_beside_the_code_may_import_anything_but_files_of_tests_are_files() {
    let beside = "#[cfg(test)] mod tests { use crate::a::A; } #[cfg(test)] use crate::a::A; pub struct B;";
    assert_eq!(of_two("use crate::b::B; pub struct A;", beside), [""; 0]);
    let files = [
        (LIB, "#[cfg(test)] mod tests;"),
        ("src/tests/mod.rs", "mod fake; use fake::Fake; pub struct Helper;"),
        ("src/tests/fake.rs", "use super::Helper; pub struct Fake;"),
    ];
    assert_eq!(circles(&read(&files)).len(), 1);
}

#[test]
fn a_macro_is_found_where_it_is_defined() {
    let files = [
        (LIB, "#[macro_use] mod a; mod b;"),
        ("src/a.rs", "use crate::b::B; #[macro_export] macro_rules! list { () => {}; }"),
        ("src/b.rs", "pub struct B; fn f() { crate::list!(); }"),
    ];
    assert_eq!(circles(&read(&files)), ["src/a.rs -[B]-> src/b.rs -[list]-> src/a.rs"]);
    let below = [
        (LIB, "mod shelf;"),
        ("src/shelf/mod.rs", "macro_rules! list { () => {}; } mod book; pub use book::Book;"),
        ("src/shelf/book.rs", "list!(); pub struct Book;"),
    ];
    assert_eq!(circles(&read(&below)).len(), 1);
}

#[test]
fn a_module_and_a_function_of_one_name_are_distinguished() {
    let files = [
        (LIB, "pub mod agent; pub use agent::agent;"),
        ("src/agent/mod.rs", "mod model; mod seed; use seed::fill; pub fn agent() {}"),
        ("src/agent/model.rs", "pub struct Status;"),
        ("src/agent/seed.rs", "use crate::agent::model::Status; pub fn fill() {}"),
    ];
    assert_eq!(circles(&read(&files)), [""; 0]);
}

#[test]
fn names_that_lead_nowhere_end() {
    let files = [
        (
            LIB,
            "mod a; pub use noise::noise; pub use self::round::round; use missing::*; mod round { pub use crate::round; }",
        ),
        ("src/a.rs", "use crate::noise::Noise; use crate::*; use super::round::round; use crate::nothing::at::all;"),
    ];
    // What a macro might have generated in the root counts for the root, which does not import `a`.
    assert_eq!(circles(&read(&files)), [""; 0]);
}
