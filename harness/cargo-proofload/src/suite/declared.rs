//! One test and its fixtures as the library has them: what an attribute leaves in a binary, made at run time.

use std::any::TypeId;
use std::sync::Arc;

use proofload::__command::{
    ArmDecl, BoundFixtures, CrateBuild, FixtureDecl, Give, Handover, Instances, LocalFuture, Place, Result, Scope,
    Server, SettingDecl, SharedValue, TestDecl, Travel, Written, identity, offer, travel_of,
};

use super::fingerprint::fingerprint;
use crate::load::LoadSpec;
use crate::request::{RequestCode, RequestPlan};

const BUILT: CrateBuild =
    CrateBuild { package: env!("CARGO_PKG_NAME"), opt_level: Some(env!("COMMAND_BUILD_OPT_LEVEL")) };

/// A declaration lives as long as the process, so it is leaked; a command makes a handful of them.
fn kept<T: ?Sized>(value: Box<T>) -> &'static T {
    Box::leak(value)
}

fn kept_text(text: &str) -> &'static str {
    kept(text.to_owned().into_boxed_str())
}

/// A test that can be handed to the library.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredTest {
    pub(crate) declaration: &'static TestDecl,
    /// The thresholds that a person gave, without those that hold unless one is given.
    pub(crate) required: Vec<String>,
}

impl DeclaredTest {
    /// A test that sends `requests` as `load` says: to `servers`, or to the addresses of the requests if there are none. Two or
    /// more servers are compared.
    pub(crate) fn new(load: &LoadSpec, requests: RequestPlan, servers: &[&'static FixtureDecl]) -> DeclaredTest {
        DeclaredTest::of_plans(load, vec![requests], servers)
    }

    /// The same, where each server is sent requests of its own.
    pub(crate) fn of_plans(load: &LoadSpec, plans: Vec<RequestPlan>, servers: &[&'static FixtureDecl]) -> DeclaredTest {
        let mut needs = servers.to_vec();
        if servers.is_empty() {
            needs.push(addresses_fixture(&plans));
        }
        needs.extend(plans.into_iter().map(requests_fixture));
        let arms = |fixture: &&'static FixtureDecl| ArmDecl { name: fixture.name, fixture };
        let is_compared = servers.len() > 1;
        let arms: Vec<ArmDecl> = servers.iter().filter(|_| is_compared).map(arms).collect();
        let setting =
            |(key, value): (_, &str)| SettingDecl { key, values: kept(Box::new([Written::Text(kept_text(value))])) };
        let declaration = kept(Box::new(TestDecl {
            function: kept_text(&load.name),
            ident: kept_text(&load.name),
            identity: identity(declared_here),
            module_path: "proofload",
            place: Place { file: "command line", line: 0, column: 0 },
            manifest_dir: current_folder(),
            package: "proofload",
            built: BUILT,
            doc: "",
            kind: load.kind,
            markers: &[],
            ignore: None,
            never_ignored: true,
            settings: kept(load.settings().map(setting).collect::<Box<[_]>>()),
            thresholds: kept(load.thresholds().iter().map(|text| kept_text(text)).collect::<Box<[_]>>()),
            cases: &[],
            needs: kept(needs.into_boxed_slice()),
            needed_tests: &[],
            arms: kept(arms.into_boxed_slice()),
            classes: &[],
            offer: offer::<RequestCode>,
        }));
        DeclaredTest { declaration, required: load.required().to_vec() }
    }
}

/// Distinguishes these tests from functions with an attribute, of which this program has none.
fn declared_here() {}

fn current_folder() -> &'static str {
    kept_text(&std::env::current_dir().unwrap_or_default().to_string_lossy())
}

/// What sets a server up: started or attached to, once for a run.
pub(crate) fn server_fixture(
    name: &str,
    set_up: impl Fn() -> LocalFuture<Result<Server>> + Send + Sync + 'static,
) -> &'static FixtureDecl {
    fixture::<Server>(name, "", travel_of!(Server), move || set_up())
}

/// What sends the requests. Each worker is started with the same arguments, but may read other files: the fingerprint shows it.
fn requests_fixture(requests: RequestPlan) -> &'static FixtureDecl {
    made_by_each("requests", &fingerprint(&requests), requests)
}

/// The servers that requests name, so that the library knows whether each worker would load its own machine. None of them is one of the
/// test's servers, which are watched.
fn addresses_fixture(plans: &[RequestPlan]) -> &'static FixtureDecl {
    let mut bases: Vec<&str> =
        plans.iter().flat_map(|plan| &plan.requests).map(|request| request.address.base.as_str()).collect();
    bases.sort_unstable();
    bases.dedup();
    let servers: Vec<Server> = bases.into_iter().filter_map(|base| Server::attach(base).ok()).collect();
    made_by_each("addresses", "", servers)
}

/// A value that each process makes itself.
fn made_by_each<T: Clone + Send + Sync + 'static>(name: &str, doc: &str, value: T) -> &'static FixtureDecl {
    let made = value.clone();
    let travel = Travel::MadeByEach(kept(Box::new(move || Arc::new(made.clone()) as SharedValue)));
    fixture::<T>(name, doc, travel, move || {
        let value = value.clone();
        Box::pin(async move { Ok(value) })
    })
}

fn fixture<T: Send + Sync + 'static>(
    name: &str,
    doc: &str,
    travel: Travel,
    set_up: impl Fn() -> LocalFuture<Result<T>> + Send + Sync + 'static,
) -> &'static FixtureDecl {
    let live = move |_: BoundFixtures, handover: Handover<SharedValue>| -> LocalFuture<Result<()>> {
        let value = set_up();
        Box::pin(async move {
            let give = Give::<T>::to_all(handover);
            give.to_tests(value.await?).await;
            Ok(())
        })
    };
    kept(Box::new(FixtureDecl {
        name: kept_text(name),
        module_path: "proofload",
        file: "command line",
        line: 0,
        built: BUILT,
        scope: Scope::Session,
        set_up_timeout: None,
        doc: kept_text(doc),
        needs: &[],
        value_type: TypeId::of::<T>,
        value_type_name: std::any::type_name::<T>,
        instances: Instances::Shared(kept(Box::new(live))),
        travel,
    }))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use proofload_vocabulary::kind::Kind;

    use super::*;
    use crate::request::RequestArguments;

    #[derive(Parser)]
    struct AskedTest {
        url: Option<String>,
        #[command(flatten)]
        request: RequestArguments,
    }

    fn test_of(arguments: &[&str], servers: &[&'static FixtureDecl]) -> DeclaredTest {
        let asked = AskedTest::parse_from(["asked"].iter().chain(arguments));
        let plan = asked.request.plan(asked.url.as_deref()).unwrap();
        DeclaredTest::new(&LoadSpec::new("closed", Kind::Load), plan, servers)
    }

    /// The value that each process makes for this fixture.
    fn made<T: Send + Sync + 'static>(test: &DeclaredTest, name: &str) -> Option<Arc<T>> {
        let fixture = test.declaration.needs.iter().find(|need| need.name == name)?;
        let Travel::MadeByEach(make) = fixture.travel else { panic!("{fixture:?}") };
        make().downcast().ok()
    }

    #[test]
    fn the_library_knows_the_servers_that_requests_name_unless_the_test_has_a_server() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "/a\n/b\nhttp://other:81/c\n").unwrap();
        let arguments = ["http://127.0.0.1:8000", "--urls", file.path().to_str().unwrap()];
        let test = test_of(&arguments, &[]);
        let servers = made::<Vec<Server>>(&test, "addresses").unwrap();
        let urls: Vec<&str> = servers.iter().map(Server::url).collect();
        assert_eq!(urls, ["http://127.0.0.1:8000", "http://other:81"]);
        let server = server_fixture("server", || Box::pin(std::future::pending()));
        assert!(made::<Vec<Server>>(&test_of(&arguments, &[server]), "addresses").is_none());
    }

    #[test]
    fn a_fixture_says_what_its_requests_are() {
        let doc = |url: &str| test_of(&[url], &[]).declaration.needs.iter().map(|need| need.doc).collect::<String>();
        assert_eq!(doc("http://shop/a"), doc("http://shop/a"));
        assert_ne!(doc("http://shop/a"), doc("http://shop/b"));
    }
}
