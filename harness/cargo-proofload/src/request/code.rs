//! The code of a virtual user: it sends one request of the plan in each iteration.

use std::pin::pin;
use std::sync::Arc;

use proofload::__command::{
    BoundFixtures, Result, Server, User, UserCode, UserFuture, UserSlot, UserSteps, iteration_end,
};

use super::plan::{PlannedRequest, RequestPlan};

/// The requests of a test with the server that they go to, if the test has one of its own.
pub(crate) struct RequestCode {
    plan: Arc<RequestPlan>,
    server: Option<Arc<Server>>,
}

impl UserCode for RequestCode {
    fn bind(bound: &BoundFixtures) -> RequestCode {
        let plan = bound.all::<RequestPlan>().next().map(|(_, plan)| plan);
        let server = bound.all::<Server>().nth(bound.arm()).map(|(_, server)| server);
        RequestCode { plan: plan.expect("each test of a command has a fixture with its requests"), server }
    }

    fn user<'s>(&'s self, slot: UserSlot, steps: &'s UserSteps) -> UserFuture<'s> {
        let mut user = User::new(slot);
        Box::pin(async move {
            steps.entered();
            while steps.goes_on().await {
                steps.run(pin!(self.iterate(&mut user)), iteration_end).await;
            }
            steps.left();
        })
    }
}

impl RequestCode {
    async fn iterate(&self, user: &mut User) -> Result<()> {
        let planned = &self.plan.requests[0];
        self.send(planned, user).await
    }

    async fn send(&self, planned: &PlannedRequest, user: &mut User) -> Result<()> {
        let PlannedRequest { method, address, headers } = planned;
        let mut request = match &self.server {
            Some(server) => user.request(method.clone(), &**server, &address.path),
            None => user.request(method.clone(), address.base.as_str(), &address.path),
        };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.discard_body().await?;
        Ok(())
    }
}
