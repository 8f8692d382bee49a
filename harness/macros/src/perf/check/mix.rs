//! The classes of users: their functions by name, and their weights.

use proc_macro2::Ident;
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::workload::{GREATEST_WEIGHT, MOST_CLASSES};
use syn::Error;
use syn::ext::IdentExt;

use super::threshold::CheckedThreshold;
use crate::mistakes::Mistakes;
use crate::perf::mix::{EXAMPLE, MixItem};
use crate::perf::value::Value;

/// A class of users.
pub(crate) struct DeclaredClass {
    /// The function that its users call.
    pub(crate) function: Ident,
    pub(crate) weight: u32,
}

/// The classes of users of a test, as far as its attribute could be read.
#[derive(Clone, Copy)]
pub(crate) enum UserClasses<'a> {
    /// All users are alike.
    Nothing,
    Classes(&'a [DeclaredClass]),
    /// There is a `mix` with a mistake, or an item that may be one.
    Unknown,
}

/// The reserved name of the iterations.
const ITERATION: &str = "iteration";

impl DeclaredClass {
    /// As thresholds write it.
    pub(crate) fn name(&self) -> String {
        self.function.unraw().to_string()
    }
}

/// The classes, unless something is wrong with them.
pub(crate) fn check_mix(item: MixItem, mistakes: &mut Mistakes) -> Option<Vec<DeclaredClass>> {
    let MixItem { list, classes: written, .. } = item;
    let count = written.len();
    let mut classes: Vec<DeclaredClass> = Vec::new();
    for class in written {
        let Some(class) = mistakes.keep(class) else { continue };
        if let Some(refusal) = name_refusal(&class.name, &classes) {
            mistakes.at(&class.name, refusal);
        }
        let weight = mistakes.keep(weight(&class.weight));
        classes.extend(weight.map(|weight| DeclaredClass { function: class.name, weight }));
    }
    if count < 2 {
        mistakes.at(
            &list,
            format!("classes of users are two or more, as in {EXAMPLE}: one alone is written as the test itself"),
        );
    }
    if count > MOST_CLASSES {
        mistakes.at(&list, format!("a test has at most {MOST_CLASSES} classes of users, and these are {count}"));
    }
    (classes.len() == count).then_some(classes)
}

fn name_refusal(name: &Ident, earlier: &[DeclaredClass]) -> Option<String> {
    let text = name.unraw().to_string();
    if text == ITERATION {
        return Some(
            "`iteration` is the name under which iterations are measured: give the function another name".to_owned(),
        );
    }
    let is_twice = earlier.iter().any(|class| class.name() == text);
    is_twice.then(|| format!("the class `{text}` is given twice: keep one of them, with the sum of the weights"))
}

fn weight(value: &Value) -> Result<u32, Error> {
    let expected = || format!("a weight is a whole number from 1 to {GREATEST_WEIGHT}, as in {EXAMPLE}");
    let text = match value {
        Value::Literal(literal) => literal.text.clone(),
        Value::Text(text) => text.value(),
        _ => return Err(Error::new_spanned(value, expected())),
    };
    let weight = text.replace('_', "").parse().ok().filter(|weight| (1..=GREATEST_WEIGHT).contains(weight));
    weight.ok_or_else(|| Error::new_spanned(value, expected()))
}

/// Why the first of two texts in a threshold is no class of the test, if so.
pub(crate) fn unknown_class(checked: &CheckedThreshold, classes: UserClasses<'_>) -> Option<String> {
    let name = checked.threshold.subject.class()?;
    let names: Vec<String> = match classes {
        UserClasses::Unknown => return None,
        UserClasses::Nothing => {
            return Some(format!(
                "this test has no class of users `{name}`: add {EXAMPLE}, or write the endpoint alone, as in `p95(\"GET /config\")`"
            ));
        }
        UserClasses::Classes(classes) => classes.iter().map(DeclaredClass::name).collect(),
    };
    if names.iter().any(|known| known == name) {
        return None;
    }
    let near = did_you_mean(name, names.iter().map(String::as_str));
    Some(format!("this test has no class of users `{name}`{near} (classes: {})", names.join(", ")))
}
