//! Planted imports of lower modules.

use super::read::{LIB, read};
use crate::layers::{imports_of_lower_modules, undeclared_files};

const ORDER: &str = "pub use proofload_vocabulary::{kind, units};\npub mod measure;\npub mod user;\nmod cli;\n\
                     pub use user::{Error, Result};\n";

/// What is found in a library of three layers, one of which has this text.
fn in_file(file: &str, text: &str) -> Vec<String> {
    let mut files = vec![
        (LIB, ORDER),
        ("src/measure/mod.rs", "mod log; pub use log::Log;"),
        ("src/measure/log.rs", "pub struct Log;"),
        ("src/user/mod.rs", "mod session; mod error; pub use error::{Error, Result}; pub use session::User;"),
        ("src/user/error.rs", "pub struct Error; pub type Result = ();"),
        ("src/user/session.rs", "pub struct User;"),
        ("src/cli/mod.rs", "pub struct Options; pub struct Text; pub fn count() {}"),
    ];
    let planted = files.iter_mut().find(|(name, _)| *name == file).expect("a file of the library");
    planted.1 = text;
    imports_of_lower_modules(&read(&files))
}

#[test]
fn an_import_of_a_lower_module_is_found_with_its_place() {
    let expected = "src/measure/log.rs:2: `measure` imports `User` of `user`, which lib.rs declares below it: import \
                    upwards only";
    let text = "//! Words.\nuse crate::user::User;\npub struct Log;";
    assert_eq!(in_file("src/measure/log.rs", text), [expected]);
}

#[test]
fn groups_parents_and_paths_in_code_count_as_imports() {
    for text in [
        "use crate::{units, cli::Options}; pub struct User;",
        "use crate::{\n    units,\n    cli::{Options},\n}; pub struct User;",
        "use super::super::cli::Options; pub struct User;",
        "pub(in crate::cli) struct User;",
        "pub struct User; macro_rules! counted { () => { $crate::cli::count() }; }",
        "pub struct User; fn f() -> u64 { super::super::cli::count() }",
    ] {
        assert_eq!(in_file("src/user/session.rs", text).len(), 1, "{text}");
    }
}

#[test]
fn a_name_that_lib_exports_belongs_to_its_module() {
    assert_eq!(in_file("src/measure/log.rs", "use crate::Error; pub struct Log;").len(), 1);
    assert_eq!(in_file("src/cli/mod.rs", "use crate::Error;"), [""; 0]);
}

#[test]
fn imports_from_above_of_oneself_in_comments_and_in_tests_are_allowed() {
    let text = "use crate::{kind::Kind, measure};\nuse crate::user::Error;\n// crate::cli\npub struct User;\n\
                const A: &str = \"crate::cli\";\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n";
    assert_eq!(in_file("src/user/session.rs", text), [""; 0]);
    let files =
        [(LIB, "mod user; mod cli;"), ("src/user.rs", "#[cfg(test)] mod tests;"), ("src/cli.rs", "pub struct A;")];
    let with_tests = [&files[..], &[("src/user/tests.rs", "use crate::cli::A;")]].concat();
    assert_eq!(imports_of_lower_modules(&read(&with_tests)), [""; 0]);
}

#[test]
fn code_after_a_test_module_is_checked_again() {
    for tests in ["mod tests { use crate::cli; }", "use crate::cli::{\n    Text,\n};"] {
        let text = format!("#[cfg(test)]\n{tests}\nuse crate::cli::Options; pub struct User;\n");
        assert_eq!(in_file("src/user/session.rs", &text).len(), 1, "{text}");
    }
}

#[test]
fn a_file_that_no_module_declares_is_found() {
    let tree = read(&[(LIB, "mod a;"), ("src/a.rs", "")]);
    let files = [LIB, "src/a.rs", "src/attic.rs"].map(str::to_owned);
    assert_eq!(undeclared_files(&tree, &files), ["src/attic.rs:1: no module declares this file"]);
}
