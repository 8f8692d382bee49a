//! Planted long files and functions.

use super::read::{LIB, read};
use crate::lengths::{LONGEST_FILE, LONGEST_FUNCTION, too_long};

#[test]
fn a_long_file_is_found_with_its_length() {
    let lines = "// A line.\n";
    assert_eq!(too_long(&read(&[(LIB, &lines.repeat(LONGEST_FILE))])), [""; 0]);
    let found = too_long(&read(&[(LIB, &lines.repeat(LONGEST_FILE + 1))]));
    assert_eq!(found, ["src/lib.rs: 351 lines, at most 350: split it by what it does"]);
}

#[test]
fn a_long_function_is_found_wherever_it_is() {
    let body = |lines: usize| format!("fn f() {{\n{}}}", "    g();\n".repeat(lines));
    assert_eq!(too_long(&read(&[(LIB, &body(LONGEST_FUNCTION - 2))])), [""; 0]);
    let long = body(LONGEST_FUNCTION - 1);
    for text in [
        format!("/// Words.\n#[inline]\n{long}"),
        format!("#[cfg(test)] mod tests {{\n\n{long}\n}}"),
        format!("impl A {{\n\n{long}\n}}"),
        format!("trait A {{\n\n{long}\n}}"),
        format!("fn g() {{}}\n\n{long}"),
    ] {
        let expected =
            format!("src/lib.rs:3: `f` has {} lines, at most {LONGEST_FUNCTION}: split it", LONGEST_FUNCTION + 1);
        assert_eq!(too_long(&read(&[(LIB, &text)])), [expected], "{text}");
    }
}
