//! What a test sends, in a few digits, so that processes know whether they send the same: its [`fingerprint`].

use std::fmt::{self, Debug, Write};
use std::hash::{DefaultHasher, Hasher};

use crate::request::{PlannedBody, PlannedHeader, PlannedText, RequestPlan};

/// Changes with whatever `plan` sends: methods, URLs, weights, headers, the bytes of bodies, rows. The same in each process of this
/// program, in whichever folders the files are.
pub(super) fn fingerprint(plan: &RequestPlan) -> String {
    let mut digest = PlanDigest(DefaultHasher::new());
    // Methods, URLs and weights, and the rows.
    digest.add(plan);
    for request in &plan.requests {
        digest.add(&(request.name(), &request.expected));
        digest.add_text(&request.path);
        for PlannedHeader { name, value } in &request.headers {
            digest.add(name);
            digest.add_text(value);
        }
        match &request.body {
            None => digest.add(&"no body"),
            Some(PlannedBody::Fixed(body)) => digest.add_bytes(body.bytes()),
            Some(PlannedBody::Filled(template)) => digest.add(template),
        }
    }
    format!("{:016x}", digest.0.finish())
}

struct PlanDigest(DefaultHasher);

impl PlanDigest {
    fn add(&mut self, part: &impl Debug) {
        // It takes every text.
        write!(self, "{part:?};").ok();
    }

    fn add_text(&mut self, text: &PlannedText) {
        match text {
            PlannedText::Fixed(text) => self.add(text),
            PlannedText::Filled(template) => self.add(template),
        }
    }

    fn add_bytes(&mut self, bytes: &[u8]) {
        self.add(&bytes.len());
        self.0.write(bytes);
    }
}

impl Write for PlanDigest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::request::RequestArguments;

    #[derive(Parser)]
    struct Asked {
        url: Option<String>,
        #[command(flatten)]
        request: RequestArguments,
    }

    fn of(arguments: &[&str]) -> String {
        let asked = Asked::parse_from(["asked"].iter().chain(arguments));
        fingerprint(&asked.request.plan(asked.url.as_deref()).unwrap())
    }

    const URL: &str = "http://shop:8000/items";

    #[test]
    fn whatever_is_sent_otherwise_is_another_plan() {
        let all = [
            &[URL][..],
            &["http://shop:8000/item"],
            &["http://shop:8001/items"],
            &[URL, "-X", "PUT"],
            &[URL, "-H", "a: b"],
            &[URL, "-H", "a: {random}"],
            &[URL, "--data-raw", "1"],
            &[URL, "--data-raw", "2"],
            &[URL, "--data-raw", "{random}"],
            &[URL, "--data-raw", "{random:1..5}"],
            &[URL, "--expect", "404"],
            &[URL, "-G", "--data-raw", "1"],
            &[URL, "-G", "--data-raw", "2"],
        ];
        let mut fingerprints: Vec<String> = all.iter().map(|arguments| of(arguments)).collect();
        assert_eq!(fingerprints, all.map(of), "the same arguments are the same plan");
        fingerprints.sort();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), all.len());
    }

    #[test]
    fn a_file_counts_by_its_content_and_not_by_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let same = [file("here.csv", "id\n1\n2\n"), file("there.csv", "id\n1\n2\n")];
        let [here, there] = same.map(|rows| of(&["http://shop/{csv:id}", "--data-csv", &rows]));
        assert_eq!(here, there);
        let rows = file("rows.csv", "id\n1\n3\n");
        assert_ne!(of(&["http://shop/{csv:id}", "--data-csv", &rows]), here);
        let random = [&["http://shop/{csv:id}", "--data-csv", &rows][..], &["--data-random"]].concat();
        assert_ne!(of(&random), of(&random[..3]));
        let bodies = [file("one.bin", "one"), file("two.bin", "two")];
        let [one, two] = bodies.map(|body| of(&[URL, "--data-file", &body]));
        assert_ne!(one, two);
        let lists = [file("1.txt", "1 /a\n1 /b\n"), file("2.txt", "1 /a\n2 /b\n")];
        let [one, two] = lists.map(|list| of(&["http://shop", "--urls", &list]));
        assert_ne!(one, two);
    }
}
