//! Finders: functions of generated code that hand out a fixture, or fail to compile with a message of Proofload's.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::param::{FixtureParam, Param, fixture_params};

/// `&[agent's declaration, …]`
///
/// A name that is not a fixture has a declaration here too: its finder reports it.
pub(crate) fn needs(params: &[Param]) -> TokenStream {
    let declarations =
        fixture_params(params).map(|FixtureParam { fixture, .. }| quote_spanned!(fixture.span()=> #fixture().decl()));
    quote! {{
        #[allow(unused_imports)]
        use ::proofload::__private::NoDeclaration as _;
        &[#(#declarations),*]
    }}
}

/// A function for each fixture among the parameters, which hands it out, or makes the compiler report what is wrong with it.
///
/// They are outside of all functions that have variables, because a variable could hide a fixture of the same name.
/// `asker` is the scope of the fixture that asks.
pub(crate) fn finders(params: &[Param], asker: Option<&Ident>) -> TokenStream {
    let shared = |wanted: &FixtureParam, contract: Ident| {
        let (value, name) = (wanted.value_type(), &wanted.fixture);
        let given = quote_spanned! { name.span() =>
            ::proofload::__private::#contract::<#value, #name>::given(&__fixture, __bound)
        };
        finder(wanted, asker, &quote!(::std::sync::Arc), &given)
    };
    let finders = params.iter().map(|param| match param {
        Param::Shared(wanted) => shared(wanted, format_ident!("Gives")),
        Param::Compared(arms) => {
            let finders = arms.iter().map(|arm| shared(arm, format_ident!("TakesATurn")));
            quote!(#(#finders)*)
        }
        Param::Own(wanted) => {
            let (value, name) = (wanted.value_type(), &wanted.fixture);
            let own = quote_spanned! { name.span() =>
                ::proofload::__private::GivesEachUser::<#value, #name>::own(__fixture)
            };
            finder(wanted, asker, &quote!(::proofload::__private::UserFixture), &own)
        }
        Param::User(_) | Param::Give(..) => quote!(),
    });
    quote!(#(#finders)*)
}

/// If the module has a fixture with this name, the glob finds it. If not, the name means the empty function declared just
/// before, which is refused because it is not a fixture. Where `needs` uses the name, rustc itself suggests a similar one.
///
/// The type parameter is there for its name alone, which the compiler prints as it is.
fn finder(
    wanted: &FixtureParam,
    asker: Option<&Ident>,
    returned: &TokenStream,
    handed_out: &TokenStream,
) -> TokenStream {
    let FixtureParam { fixture, value, .. } = wanted;
    let (finder, value_type) = (wanted.finder(), wanted.value_type());
    let outlives = asker.map(|asker| {
        quote_spanned! { fixture.span() =>
            ::proofload::__private::Outlives::<::proofload::__private::scope_types::#asker, #fixture>::outlives(
                ::proofload::__private::scope_of(&__fixture)
            );
        }
    });
    quote_spanned! { fixture.span() =>
        type #value_type = #value;

        #[allow(non_camel_case_types, dead_code, unused_imports, unused_variables)]
        fn #finder<#fixture>(__bound: &::proofload::__private::BoundFixtures) -> #returned<#value_type> {
            fn #fixture() {}
            let __fixture = {
                use self::*;
                use ::proofload::__private::{ResolveFixture as _, ResolveOther as _};
                (&::proofload::__private::NamedItem(#fixture)).fixture()
            };
            let __fixture = ::proofload::__private::FixtureNamed::<#fixture>::exists(__fixture);
            #outlives
            #handed_out
        }
    }
}
