//! The one script and the one style of the page, and the policy that allows nothing else.

/// The hash of [`style`] as a Content-Security-Policy writes it. A test compares it with the text.
const STYLE_HASH: &str = "sha256-gkiF+7YVBsEW+EEG6KxJcRw82HvdlEkYH7bSs7gcvKw=";
/// The same of [`script`].
const SCRIPT_HASH: &str = "sha256-9M4Bzo2DzBDt5/UyfWqH6ybpPEmzlviKZy1XorSd1c0=";

/// Nothing is loaded, and nothing runs but the script of the page.
pub(super) fn content_policy() -> String {
    format!(
        "default-src 'none'; script-src '{SCRIPT_HASH}'; style-src '{STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// uPlot's style, and that of the page.
pub(super) fn style() -> String {
    [include_str!("vendor/uPlot.min.css"), &without_margins(include_str!("report.css"))].concat()
}

/// uPlot, the charts, and what the page does.
pub(super) fn script() -> String {
    let own = [include_str!("charts.js"), include_str!("report.js")].map(without_margins);
    // A line of its own ends a comment at the end of the vendored file.
    [include_str!("vendor/uPlot.iife.min.js"), "\n", &own[0], &own[1]].concat()
}

/// Without comment lines and indentation: each reader loads them.
fn without_margins(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256(text: &str) -> Vec<u8> {
        ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref().to_vec()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn policy_hash(text: &str) -> String {
        use base64::Engine;
        format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(sha256(text)))
    }

    #[test]
    fn the_policy_allows_the_script_and_the_style_of_the_page() {
        let expected = [policy_hash(&style()), policy_hash(&script())];
        assert_eq!([STYLE_HASH, SCRIPT_HASH], expected.each_ref().map(String::as_str), "write these into policy.rs");
        let policy = content_policy();
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }

    #[test]
    fn the_vendored_files_are_those_of_uplot_1_6_32() {
        let files = [
            include_str!("vendor/uPlot.iife.min.js"),
            include_str!("vendor/uPlot.min.css"),
            include_str!("vendor/LICENSE"),
        ];
        let expected = [
            "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
            "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
            "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
        ];
        assert_eq!(files.map(|text| hex(&sha256(text))), expected);
    }

    #[test]
    fn nothing_ends_the_script_early_and_nothing_is_loaded() {
        let (script, style) = (script().to_lowercase(), style().to_lowercase());
        assert!(!script.contains("</script") && !script.contains("<!--"));
        assert!(!style.contains("</style") && !style.contains("@import"));
        for banned in ["innerhtml", "outerhtml", "insertadjacent", "document.write", "eval(", "fetch(", "xmlhttp"] {
            assert!(!script.contains(banned), "{banned}");
        }
    }
}
