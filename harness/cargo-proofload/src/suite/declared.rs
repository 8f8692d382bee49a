//! One test and its fixtures as the library has them: what an attribute leaves in a binary, made at run time.

use std::any::TypeId;
use std::sync::Arc;

use proofload::__command::{
    ArmDecl, BoundFixtures, CrateBuild, FixtureDecl, Give, Handover, Instances, LocalFuture, Place, Result, Scope,
    Server, SettingDecl, SharedValue, TestDecl, Travel, Written, identity, offer, travel_of,
};

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
    fixture::<Server>(name, travel_of!(Server), move || set_up())
}

fn requests_fixture(requests: RequestPlan) -> &'static FixtureDecl {
    // Each worker is started with the same arguments.
    let plan = requests.clone();
    let travel = Travel::MadeByEach(kept(Box::new(move || Arc::new(plan.clone()) as SharedValue)));
    fixture::<RequestPlan>("requests", travel, move || {
        let requests = requests.clone();
        Box::pin(async move { Ok(requests) })
    })
}

fn fixture<T: Send + Sync + 'static>(
    name: &str,
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
        doc: "",
        needs: &[],
        value_type: TypeId::of::<T>,
        value_type_name: std::any::type_name::<T>,
        instances: Instances::Shared(kept(Box::new(live))),
        travel,
    }))
}
