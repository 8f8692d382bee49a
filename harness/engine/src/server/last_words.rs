//! What of a server's last output says why it ended: the last lines, without stack backtraces, and its last panic.

/// How a line begins that stands for a stack backtrace.
const FOLDED: &str = "(a stack backtrace of ";

/// At most `count` lines from the end of `text`. If the last panic was earlier, it takes up to half of them.
pub(super) fn last_words(text: &str, count: usize) -> Vec<String> {
    let lines = without_backtraces(text.lines());
    let start = lines.len().saturating_sub(count);
    let Some(panicked) = lines.iter().rposition(|line| is_panic(line)).filter(|at| *at < start) else {
        return lines[start..].to_vec();
    };
    let message = lines[panicked..].iter().skip(1).take_while(|line| !ends_message(line)).count();
    let kept = (1 + message).min(count / 2).min(start - panicked);
    let rest = lines.len() - (count - kept);
    [&lines[panicked..panicked + kept], &lines[rest..]].concat()
}

/// `thread 'main' (4711) panicked at src/main.rs:3:5:`, with the message on the next line; or how a program in Go or Java
/// says the same above its stack.
fn is_panic(line: &str) -> bool {
    let is_rusts = line.starts_with("thread '") && line.contains(" panicked at ");
    is_rusts || ["panic: ", "fatal error: ", "Exception in thread \""].iter().any(|begin| line.starts_with(begin))
}

fn ends_message(line: &str) -> bool {
    let begins_stack = line.starts_with("goroutine ") || line.starts_with("\tat ");
    line.starts_with(FOLDED) || line.starts_with("note: run with `RUST_BACKTRACE") || is_panic(line) || begins_stack
}

/// Each stack backtrace as one line. The first one may have lost its beginning.
fn without_backtraces<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    // The frames of the backtrace that the line before belongs to.
    let mut frames = Some(0);
    for line in lines {
        frames = match frames {
            Some(before) if is_frame(line) => Some(before + 1),
            Some(before) if is_place(line) => Some(before),
            Some(before) => {
                if before > 0 {
                    kept.push(format!("{FOLDED}{before} frames)"));
                }
                None
            }
            None => None,
        };
        if line.trim() == "stack backtrace:" {
            frames = Some(0);
        } else if frames.is_none() && !line.starts_with("note: Some details are omitted, run with `RUST_BACKTRACE") {
            kept.push(line.to_owned());
        }
    }
    if let Some(frames @ 1..) = frames {
        kept.push(format!("{FOLDED}{frames} frames)"));
    }
    kept
}

/// `  12: core::ops::function::FnOnce::call_once`
fn is_frame(line: &str) -> bool {
    let number = line.trim_start().split_once(": ").map(|(number, _)| number);
    line.starts_with(' ') && number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// `             at ./src/main.rs:3:5`
fn is_place(line: &str) -> bool {
    line.starts_with(' ') && line.trim_start().starts_with("at ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a Rust program writes with `RUST_BACKTRACE=1`.
    fn panic_with(frames: usize) -> String {
        let frames: String =
            (0..frames).map(|n| format!("  {n:2}: some::function\n             at ./src/lib.rs:{n}:5\n")).collect();
        format!(
            "thread 'main' (4711) panicked at src/orders.rs:12:9:\nno stock left\nstack backtrace:\n{frames}\
             note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n"
        )
    }

    #[test]
    fn the_message_and_place_of_a_panic_are_found_above_its_backtrace() {
        let text = format!("listening\n{}", panic_with(65));
        let expected = [
            "listening",
            "thread 'main' (4711) panicked at src/orders.rs:12:9:",
            "no stock left",
            "(a stack backtrace of 65 frames)",
        ];
        assert_eq!(last_words(&text, 20), expected);
        assert_eq!(
            last_words(&format!("{text}server `shop` panicked: no stock left\n"), 20)[4..],
            ["server `shop` panicked: no stock left"]
        );
    }

    #[test]
    fn a_panic_before_the_last_lines_is_shown_with_them() {
        let text = format!("{}{}", panic_with(3), "retrying\n".repeat(40));
        let words = last_words(&text, 6);
        assert_eq!(words[..3], ["thread 'main' (4711) panicked at src/orders.rs:12:9:", "no stock left", "retrying"]);
        assert_eq!(words.len(), 6);
    }

    #[test]
    fn a_panic_just_before_the_last_lines_is_not_shown_twice() {
        let text = "a\nthread 'x' panicked at src/a.rs:1:2:\nno\nb\nc\nd\n";
        assert_eq!(last_words(text, 4), ["thread 'x' panicked at src/a.rs:1:2:", "b", "c", "d"]);
        assert_eq!(last_words(text, 1), ["d"]);
        assert_eq!(last_words(text, 0), [""; 0]);
    }

    #[test]
    fn the_panic_of_a_program_in_go_or_java_is_found_above_its_stack() {
        let go = format!("panic: no stock\n\ngoroutine 1 [running]:\n{}", "main.f()\n\t/src/a.go:1 +0x1\n".repeat(40));
        assert_eq!(last_words(&go, 20)[..2], ["panic: no stock", ""]);
        let frames = "\tat shop.Orders.take(Orders.java:12)\n".repeat(40);
        let java = format!("Exception in thread \"main\" java.lang.Error: no stock\n{frames}");
        let words = last_words(&java, 20);
        assert_eq!((words.len(), words[0].as_str()), (20, "Exception in thread \"main\" java.lang.Error: no stock"));
    }

    #[test]
    fn a_backtrace_without_its_beginning_is_folded_too() {
        let text = "  40: some::function\n             at ./src/lib.rs:1:5\n  41: main\nbye\n";
        assert_eq!(last_words(text, 20), ["(a stack backtrace of 2 frames)", "bye"]);
    }

    #[test]
    fn other_lines_are_kept_as_they_are() {
        let text = "12: a list\n  indented\n   at noon\n\nstack: 3\n";
        assert_eq!(last_words(text, 20), text.lines().collect::<Vec<_>>());
    }
}
