//! Tokens to items: `key = value`, `metric < bound`, `case(…)`.
//!
//! Does not know what the words mean; a mistake in one item leaves the others readable.

use proc_macro2::{Ident, Literal as RawLiteral, TokenStream, TokenTree};
use proofload_vocabulary::metric::Metric;
use proofload_vocabulary::settings::SettingKey;
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::threshold::Comparison;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::token::Paren;
use syn::{Error, Token, parenthesized};

use super::label::Label;
use super::mix::{self, MixItem};
use super::value::{Literal, Value, parse_before_comma};
use super::versus::{self, VersusItem};

/// The items between commas, each read or refused.
pub(crate) struct Items(pub(crate) Vec<Result<Item, Error>>);

pub(crate) enum Item {
    Setting(SettingItem),
    Threshold(ThresholdItem),
    Case(CaseItem),
    Versus(VersusItem),
    Mix(MixItem),
}

/// `users = 100`
pub(crate) struct SettingItem {
    pub(crate) word: Word,
    pub(crate) value: Value,
}

/// `p95("GET /config") < 800ms`, `p95 <= 110% of baseline`
pub(crate) struct ThresholdItem {
    pub(crate) metric: Word,
    pub(crate) endpoint: Option<Label>,
    pub(crate) comparison: Comparison,
    pub(crate) bound: Literal,
    /// What follows `of`.
    pub(crate) reference: Option<Literal>,
    pub(crate) tokens: TokenStream,
}

/// `case(users = 500, success_rate > 90%)`
pub(crate) struct CaseItem {
    pub(crate) word: Word,
    pub(crate) items: Items,
}

/// A name before a sign: `users`, `p95`, or `p99.9`, which rustc reads as three tokens.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

impl Parse for Items {
    /// Never fails: what cannot be read is kept as the mistake it is, and reading goes on after the next comma.
    fn parse(input: ParseStream<'_>) -> Result<Items, Error> {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(parse_item_before_comma(input));
            skip_to_comma(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Items(items))
    }
}

fn parse_item_before_comma(input: ParseStream<'_>) -> Result<Item, Error> {
    if input.peek(Token![,]) {
        return Err(input.error("expected an item before this comma"));
    }
    parse_before_comma(input)
}

fn skip_to_comma(input: ParseStream<'_>) -> Result<(), Error> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Item, Error> {
        let start = input.fork();
        let word: Word = input.parse()?;
        if word.text == "case" && input.peek(Paren) {
            return parse_case(word, input);
        }
        if word.text == "versus" && input.peek(Paren) {
            let content;
            parenthesized!(content in input);
            return VersusItem::parse(word.tokens, &content).map(Item::Versus);
        }
        if word.text == "mix" && input.peek(Paren) {
            return MixItem::parse(word.tokens, input).map(Item::Mix);
        }
        let label = if input.peek(Paren) { Some(input.parse::<TokenTree>()?) } else { None };
        if let Some(comparison) = parse_comparison(input)? {
            let endpoint = label.as_ref().map(Label::parse).transpose()?;
            refuse_nothing(&word, &start, input)?;
            let bound = parse_bound(input)?;
            let reference = Literal::parse_reference(input)?;
            let tokens = tokens_between(&start, input);
            return Ok(Item::Threshold(ThresholdItem { metric: word, endpoint, comparison, bound, reference, tokens }));
        }
        if let (Some(TokenTree::Group(group)), Ok(key)) = (&label, word.text.parse::<SettingKey>())
            && key.takes().has_parentheses()
        {
            return Ok(Item::Setting(SettingItem { word, value: Value::Parentheses(group.clone()) }));
        }
        if label.is_none() && input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            refuse_nothing(&word, &start, input)?;
            return Ok(Item::Setting(SettingItem { word, value: input.parse()? }));
        }
        Err(Error::new_spanned(tokens_between(&start, input), lone_word(&word.text, label.is_some())))
    }
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> Result<Word, Error> {
        let expected =
            "expected a setting, a threshold or a case, as in `users = 100`, `p95 < 800ms`, `case(users = 10)`";
        let ident = input.call(Ident::parse_any).map_err(|mistake| Error::new(mistake.span(), expected))?;
        let mut word = Word { text: ident.to_string(), tokens: ident.into_token_stream() };
        if input.peek(Token![.]) {
            let point: Token![.] = input.parse()?;
            let digits: RawLiteral =
                input.parse().map_err(|_| input.error("expected digits after the point, as in `p99.9`"))?;
            word.text.push_str(&format!(".{digits}"));
            word.tokens.extend(quote!(#point #digits));
        }
        Ok(word)
    }
}

fn parse_case(word: Word, input: ParseStream<'_>) -> Result<Item, Error> {
    let content;
    parenthesized!(content in input);
    Ok(Item::Case(CaseItem { word, items: content.parse()? }))
}

fn parse_comparison(input: ParseStream<'_>) -> Result<Option<Comparison>, Error> {
    if input.peek(Token![=>]) {
        return Err(Error::new_spanned(input.parse::<Token![=>]>()?, "did you mean `>=`?"));
    }
    if input.peek(Token![!=]) {
        return Err(Error::new_spanned(input.parse::<Token![!=]>()?, "a threshold compares with <, <=, >, >= or =="));
    }
    if input.peek(Token![=]) && input.peek2(Token![<]) {
        let sign: TokenStream = [input.parse::<TokenTree>()?, input.parse()?].into_iter().collect();
        return Err(Error::new_spanned(sign, "did you mean `<=`?"));
    }
    Ok(if input.peek(Token![<=]) {
        input.parse::<Token![<=]>().map(|_| Some(Comparison::LessOrEqual))?
    } else if input.peek(Token![>=]) {
        input.parse::<Token![>=]>().map(|_| Some(Comparison::GreaterOrEqual))?
    } else if input.peek(Token![==]) {
        input.parse::<Token![==]>().map(|_| Some(Comparison::Equal))?
    } else if input.peek(Token![<]) {
        input.parse::<Token![<]>().map(|_| Some(Comparison::Less))?
    } else if input.peek(Token![>]) {
        input.parse::<Token![>]>().map(|_| Some(Comparison::Greater))?
    } else {
        None
    })
}

fn parse_bound(input: ParseStream<'_>) -> Result<Literal, Error> {
    if input.peek(Ident::peek_any) {
        let constant = input.parse::<TokenTree>()?;
        return Err(Error::new_spanned(constant, "a bound is written out, such as `800ms`: it cannot be a constant"));
    }
    input.parse()
}

/// `users = ,`
fn refuse_nothing(word: &Word, start: ParseStream<'_>, input: ParseStream<'_>) -> Result<(), Error> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new_spanned(tokens_between(start, input), lone_word(&word.text, false)));
    }
    Ok(())
}

/// What `start` had before it and `end` has no more.
fn tokens_between(start: ParseStream<'_>, end: ParseStream<'_>) -> TokenStream {
    let fork = start.fork();
    let mut tokens = TokenStream::new();
    while fork.cursor() != end.cursor() {
        match fork.parse::<TokenTree>() {
            Ok(tree) => tree.to_tokens(&mut tokens),
            Err(_) => break,
        }
    }
    tokens
}

/// `users`, `mean` or `cases(…)` with nothing after it.
fn lone_word(word: &str, with_parentheses: bool) -> String {
    if word == "versus" {
        return format!("`versus` is followed by parentheses, as in {}", versus::EXAMPLE);
    }
    if word == "mix" {
        return format!("`mix` is followed by parentheses, as in {}", mix::EXAMPLE);
    }
    if let Ok(metric) = word.parse::<Metric>() {
        return format!(
            "`{metric}` is a metric: a threshold needs a comparison and a bound, such as {}",
            threshold_example(metric)
        );
    }
    if let Ok(key) = word.parse::<SettingKey>() {
        if key.takes().has_parentheses() {
            return format!("`{key}` is followed by parentheses: expected {}", key.takes().describe());
        }
        return format!("`{key}` needs a value: `{key} = …` expects {}", key.takes().describe());
    }
    if with_parentheses {
        let known = SettingKey::ALL.into_iter().filter(|key| key.takes().has_parentheses()).map(SettingKey::name);
        return format!("unknown item `{word}(…)`{}", did_you_mean(word, known.chain(["case", "versus", "mix"])));
    }
    let known = SettingKey::ALL.map(SettingKey::name).into_iter().chain(Metric::NAMES).chain(["case", "versus", "mix"]);
    format!("unknown item `{word}`{}", did_you_mean(word, known))
}

/// `mean < 800ms`, in the words of the metric's own dimension and direction.
pub(crate) fn threshold_example(metric: Metric) -> String {
    use proofload_vocabulary::metric::{Dimension, Direction};
    let bound = match metric.dimension() {
        Dimension::Time => "800ms",
        Dimension::Ratio => "99%",
        Dimension::Rate => "1000/s",
        Dimension::Count | Dimension::Number => "10",
        Dimension::Bytes => "200MiB",
        Dimension::BytesPerSecond => "1MiB/min",
    };
    let (comparison, bound) = match (metric.direction(), metric) {
        (_, Metric::ErrorRate) => ("<=", "1%"),
        (_, Metric::Degradation) => ("<", "20%"),
        (Direction::Either, _) => ("<", "5%"),
        (Direction::HigherIsBetter, _) => (">=", bound),
        (Direction::LowerIsBetter, _) => ("<", bound),
    };
    format!("`{metric} {comparison} {bound}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<String> {
        let describe = |item: Result<Item, Error>| match item {
            Ok(Item::Setting(item)) => format!("{} = {}", item.word.text, item.value.written()),
            Ok(Item::Threshold(item)) => {
                let endpoint = item.endpoint.map(|label| format!(" of {}", label.name.value())).unwrap_or_default();
                let share = item.reference.map(|of| format!(" of {}", of.text)).unwrap_or_default();
                format!("{}{endpoint} {} {}{share}", item.metric.text, item.comparison, item.bound.text)
            }
            Ok(Item::Mix(item)) => format!("{} of {}", item.word, item.classes.len()),
            Ok(Item::Versus(item)) => format!("{} of {}", item.word, item.values.len()),
            Ok(Item::Case(item)) => format!("{} of {}", item.word.text, item.items.0.len()),
            Err(mistake) => format!("refused: {mistake}"),
        };
        syn::parse_str::<Items>(text).unwrap().0.into_iter().map(describe).collect()
    }

    #[test]
    fn a_setting_a_threshold_and_a_case_differ_in_their_sign() {
        assert_eq!(
            items("users = 10, p99.9(\"GET /a, b\") <= 1.5s, success_rate>=99%, case(users = 1, mean < 1s),"),
            ["users = 10", "p99.9 of GET /a, b <= 1.5s", "success_rate >= 99%", "case of 2"]
        );
    }

    #[test]
    fn a_word_with_parentheses_is_a_setting_or_a_metric_of_an_endpoint() {
        assert_eq!(
            items(
                "stages(0/s -> 5/s over 1s, 5/s for 2s), capacity(start = 5/s), capacity >= 800/s, rate = 50% of capacity"
            ),
            [
                "stages = (0/s -> 5/s over 1s, 5/s for 2s)",
                "capacity = (start = 5/s)",
                "capacity >= 800/s",
                "rate = 50% of capacity",
            ]
        );
        assert_eq!(items("stage(5 for 5s)"), ["refused: unknown item `stage(…)`, did you mean `stages`?"]);
    }

    #[test]
    fn a_bound_may_be_a_share_of_another_figure() {
        assert_eq!(
            items("p95 <= 50% of \"sequential\", p95(\"a\") <= 110% of baseline, mean <= 2s of a, p95 <= 5% of"),
            ["p95 <= 50% of \"sequential\"", "p95 of a <= 110% of baseline", "mean <= 2s of a", "p95 <= 5% of ",]
        );
    }

    #[test]
    fn reading_goes_on_after_the_comma_behind_a_mistake() {
        assert_eq!(
            items("users 10, mean < [1, 2] 3, max => 1s, seed = 1"),
            [
                "refused: `users` needs a value: `users = …` expects a whole number of at least 1, such as `100`",
                "refused: expected a number with its unit, such as `800ms`, `99.9%`, `3000/s` or `12`",
                "refused: did you mean `>=`?",
                "seed = 1",
            ]
        );
    }
}
