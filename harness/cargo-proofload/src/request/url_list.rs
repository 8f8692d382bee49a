//! `--urls FILE`: a request on each line, as `[WEIGHT] [METHOD] URL`.

use proofload::__command::Method;

use super::files::text;
use crate::failure::UsageFailure;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedUrl {
    pub(super) weight: u32,
    pub(super) method: Option<Method>,
    pub(super) url: String,
    /// From 1.
    pub(super) line: usize,
}

/// The lines of a file, without comments and empty ones.
pub(super) fn read(path: &str) -> Result<Vec<ListedUrl>, UsageFailure> {
    let listed = lines(&text("--urls", path)?).map_err(|(line, why)| {
        UsageFailure::new(format!(
            "--urls {path}, line {line}: {why}; a line is `[WEIGHT] [METHOD] URL`, such as `3 GET /items`"
        ))
    })?;
    match listed.is_empty() {
        true => {
            Err(UsageFailure::new(format!("--urls {path}: the file has no URL; a line is `[WEIGHT] [METHOD] URL`")))
        }
        false => Ok(listed),
    }
}

fn lines(text: &str) -> Result<Vec<ListedUrl>, (usize, String)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let given = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    given.map(|(number, line)| listed(number, line).map_err(|why| (number, why))).collect()
}

fn listed(line: usize, text: &str) -> Result<ListedUrl, String> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let url = words.pop().unwrap_or_default().to_owned();
    let mut rest = words.as_slice();
    let mut weight = 1;
    if let [first, after @ ..] = rest
        && first.starts_with(|c: char| c.is_ascii_digit())
    {
        let given = first.parse().ok().filter(|weight| *weight > 0);
        weight = given.ok_or_else(|| format!("the weight `{first}` is not a whole number of at least 1"))?;
        rest = after;
    }
    let method = match rest {
        [] => None,
        [method] => Some(read_method(method).ok_or_else(|| format!("`{method}` is not a method of HTTP"))?),
        [_, more, ..] => return Err(format!("`{more}` is one word too many (a blank in a URL is written %20)")),
    };
    Ok(ListedUrl { weight, method, url, line })
}

/// Methods are written in capitals, and other words are most likely something else.
fn read_method(word: &str) -> Option<Method> {
    let is_method = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    Method::from_bytes(word.as_bytes()).ok().filter(|_| is_method)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (usize, String) {
        lines(text).unwrap_err()
    }

    #[test]
    fn a_line_is_a_url_with_a_weight_and_a_method_before_it() {
        let text = "# shop\n\n/a\n3 /b\nPOST /c\n 7  DELETE\t/d?e=f \r\n";
        let listed = |weight, method, url: &str, line| ListedUrl { weight, method, url: url.to_owned(), line };
        let expected = [
            listed(1, None, "/a", 3),
            listed(3, None, "/b", 4),
            listed(1, Some(Method::POST), "/c", 5),
            listed(7, Some(Method::DELETE), "/d?e=f", 6),
        ];
        assert_eq!(lines(text).unwrap(), expected);
    }

    #[test]
    fn a_line_that_is_something_else_is_refused_by_its_number() {
        assert_eq!(refusal("/a\n0 /b"), (2, "the weight `0` is not a whole number of at least 1".to_owned()));
        assert_eq!(refusal("0.5 /b").1, "the weight `0.5` is not a whole number of at least 1");
        assert_eq!(refusal("get /b").1, "`get` is not a method of HTTP");
        assert!(refusal("GET /b c").1.starts_with("`/b` is one word too many"));
    }

    #[test]
    fn a_file_without_urls_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "# nothing\n").unwrap();
        assert!(read(file.path().to_str().unwrap()).unwrap_err().to_string().contains("has no URL"));
        assert!(read("no/such.txt").unwrap_err().to_string().contains("cannot read the file `no/such.txt`"));
    }
}
