//! Users that ask, through the engine, as a declared test does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proofload::__internals::clock::WaitUntil;
use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::http::HttpResources;
use proofload::__internals::measure::{IterationEnd, Measured};
use proofload::__internals::runner::http_resources;
use proofload::__internals::stop::Stop;
use proofload::__internals::user::{Response, User, UserSlot};
use proofload::__internals::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};

/// The result of a load.
pub(crate) struct Asked {
    pub(crate) measured: Measured,
    /// The bodies of the answers.
    pub(crate) answers: Vec<String>,
    /// The errors of the function.
    pub(crate) errors: Vec<String>,
}

/// One user sends this many requests.
pub(crate) fn ask(
    options: &HttpOptions,
    times: u64,
    test: impl AsyncFn(&mut User) -> proofload::Result<Response> + Sync,
) -> Asked {
    ask_over(Connections::PerUser, options, (1, times), test)
}

/// This many users send this many requests in all. Every request is in exactly one place.
pub(crate) fn ask_over(
    connections: Connections,
    options: &HttpOptions,
    (users, times): (usize, u64),
    test: impl AsyncFn(&mut User) -> proofload::Result<Response> + Sync,
) -> Asked {
    let workload = Workload {
        model: LoadModel::Closed(Users::at_once(users)),
        warmup: Warmup::Requests(0),
        length: RunLength::Requests(times),
        timeout: Duration::from_secs(20),
        seed: 7,
        connections,
        http: options.clone(),
        mix: Mix::default(),
    };
    let (answers, errors) = (Mutex::default(), Mutex::default());
    let test = Test { test, workload: &workload, answers: &answers, errors: &errors };
    let measured = offer(&test, &workload, &Stop::default(), &Arc::default());
    let total = measured.total.requests;
    assert!(total.is_conserved(), "{total:?}");
    let taken = |texts: Mutex<Vec<String>>| texts.into_inner().expect("no thread panics while it holds the lock");
    Asked { measured, answers: taken(answers), errors: taken(errors) }
}

struct Test<'a, F> {
    test: F,
    workload: &'a Workload,
    answers: &'a Mutex<Vec<String>>,
    errors: &'a Mutex<Vec<String>>,
}

impl<F: AsyncFn(&mut User) -> proofload::Result<Response> + Sync> Scenario for Test<'_, F> {
    type User = User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, share: WorkerShare) -> HttpResources {
        http_resources(self.workload, share)
    }

    async fn run_worker_resources(&self, resources: &HttpResources, timer: &impl WaitUntil) {
        resources.run(timer).await;
    }

    fn transports(&self, resources: &HttpResources) -> Vec<String> {
        resources.transports()
    }

    async fn enter(&self, slot: UserSlot) -> Result<User, String> {
        Ok(User::new(slot))
    }

    async fn iterate(&self, user: &mut User) -> IterationEnd {
        let push = |texts: &Mutex<Vec<String>>, text| {
            texts.lock().expect("no thread panics while it holds the lock").push(text);
        };
        match (self.test)(user).await {
            Ok(answer) => {
                push(self.answers, String::from_utf8_lossy(answer.bytes()).into_owned());
                IterationEnd::Completed
            }
            Err(error) => {
                let text = error.to_string();
                push(self.errors, text.clone());
                IterationEnd::FailedItself(text)
            }
        }
    }

    async fn leave(&self, _user: User) -> Result<(), String> {
        Ok(())
    }
}
