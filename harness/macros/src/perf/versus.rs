//! `versus(server = [sequential, threaded])`: the servers that a test compares.

use proc_macro2::{Ident, TokenStream};
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::threshold::ReferenceFigure;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Path, Token};

use super::check::CheckedThreshold;
use super::parse::Word;
use super::value::Value;
use crate::inject::Compared;
use crate::mistakes::Mistakes;

/// The item as it is written.
pub(crate) struct VersusItem {
    pub(crate) word: Word,
    parameter: Ident,
    values: Vec<Value>,
    list: TokenStream,
}

pub(crate) const EXAMPLE: &str = "`versus(server = [before, after])`";

impl VersusItem {
    /// What is inside the parentheses.
    pub(crate) fn parse(word: Word, content: ParseStream<'_>) -> Result<VersusItem, Error> {
        let expected =
            format!("expected a parameter of this test and the fixtures that it is compared for, as in {EXAMPLE}");
        let refuse = |mistake: Error| Error::new(mistake.span(), &expected);
        if content.is_empty() {
            return Err(Error::new_spanned(&word.tokens, expected));
        }
        let parameter = content.call(Ident::parse_any).map_err(refuse)?;
        content.parse::<Token![=]>().map_err(refuse)?;
        let list: Value = content.parse().map_err(refuse)?;
        let tokens = list.to_token_stream();
        let Value::Array { values, .. } = list else { return Err(Error::new_spanned(tokens, expected)) };
        content.parse::<Option<Token![,]>>()?;
        if !content.is_empty() {
            let rest: TokenStream = content.parse()?;
            return Err(Error::new_spanned(rest, "one parameter is compared: write the others as parameters alone"));
        }
        Ok(VersusItem { word, parameter, values, list: tokens })
    }
}

/// The fixtures by their names, unless something is wrong with them.
pub(crate) fn check_versus(item: &VersusItem, mistakes: &mut Mistakes) -> Option<Compared> {
    let mut arms: Vec<Ident> = Vec::new();
    for value in &item.values {
        match name_of(value) {
            Ok(name) if arms.contains(&name) => {
                mistakes.at(&name, format!("`{name}` is compared with itself: name each fixture once"));
            }
            Ok(name) => arms.push(name),
            Err(mistake) => mistakes.add(mistake),
        }
    }
    if item.values.len() < 2 {
        mistakes.at(&item.list, format!("a comparison needs two fixtures or more, as in {EXAMPLE}"));
    }
    let is_whole = arms.len() >= 2 && arms.len() == item.values.len();
    is_whole.then(|| Compared { parameter: item.parameter.clone(), arms })
}

fn name_of(value: &Value) -> Result<Ident, Error> {
    match value {
        Value::Path(path) => plain_name(path).ok_or_else(|| {
            let written = value.written().replace(" :: ", "::");
            let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            Error::new_spanned(
                path,
                format!("a fixture is given by its name: write `use {written};` and `{name}` here"),
            )
        }),
        other => Err(Error::new_spanned(other, format!("a fixture is given by its name, as in {EXAMPLE}"))),
    }
}

fn plain_name(path: &Path) -> Option<Ident> {
    path.get_ident().cloned()
}

/// Why the figure that a threshold is compared with is not one of this test, if so.
pub(crate) fn unknown_reference(checked: &CheckedThreshold, versus: Option<&Compared>) -> Option<String> {
    let reference = checked.threshold.compared_with()?;
    match (reference, versus) {
        (ReferenceFigure::Baseline, None) => None,
        (ReferenceFigure::Baseline, Some(_)) => Some(
            "a baseline has the figures of one server, and this test compares several: compare with one of them, as in `of \"before\"`"
                .to_owned(),
        ),
        (ReferenceFigure::Arm(name), None) if name == "baseline" => {
            Some("a baseline is written without quotes: `of baseline`".to_owned())
        }
        (ReferenceFigure::Arm(name), None) => Some(format!(
            "this test has one server, and no `{name}` to compare it with: add `versus(…)`, as in {EXAMPLE}, or write `of baseline`"
        )),
        (ReferenceFigure::Arm(name), Some(versus)) => {
            let names = versus.names();
            if !names.contains(name) {
                let near = did_you_mean(name, names.iter().map(String::as_str));
                return Some(format!("this test compares no `{name}`{near} (compared: {})", names.join(", ")));
            }
            let is_same = checked.threshold.subject.endpoint() == Some(name);
            is_same.then(|| format!("`{name}` is compared with itself: name another server behind `of`"))
        }
    }
}
