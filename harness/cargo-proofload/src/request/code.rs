//! The code of a virtual user: it sends one request of the plan in each iteration.

use std::pin::pin;
use std::sync::Arc;

use proofload::__command::{
    BoundFixtures, Result, Server, User, UserCode, UserFuture, UserSlot, UserSteps, iteration_end,
};

use super::plan::{PlannedBody, PlannedRequest, PlannedText, RequestPlan};
use super::template::Template;

/// The requests of a test with the server that they go to, if the test has one of its own.
pub(crate) struct RequestCode {
    plan: Arc<RequestPlan>,
    server: Option<Arc<Server>>,
}

/// Memory for the texts of one user's request, which the next request reuses.
#[derive(Default)]
struct FilledTexts {
    path: Vec<u8>,
    /// The values of the headers that are filled, one after the other.
    headers: Vec<u8>,
    /// Where each of them ends.
    header_ends: Vec<usize>,
    body: Vec<u8>,
}

impl UserCode for RequestCode {
    fn bind(bound: &BoundFixtures) -> RequestCode {
        // Servers that are compared may each have requests of their own.
        let plans: Vec<_> = bound.all::<RequestPlan>().map(|(_, plan)| plan).collect();
        let plan = plans.get(bound.arm()).or(plans.first()).cloned();
        let server = bound.all::<Server>().nth(bound.arm()).map(|(_, server)| server);
        RequestCode { plan: plan.expect("each test of a command has a fixture with its requests"), server }
    }

    fn user<'s>(&'s self, slot: UserSlot, steps: &'s UserSteps) -> UserFuture<'s> {
        let mut user = User::new(slot);
        Box::pin(async move {
            let mut filled = FilledTexts::default();
            steps.entered();
            while steps.goes_on().await {
                steps.run(pin!(self.iterate(&mut user, &mut filled)), iteration_end).await;
            }
            steps.left();
        })
    }
}

impl RequestCode {
    async fn iterate(&self, user: &mut User, filled: &mut FilledTexts) -> Result<()> {
        let planned = self.plan.choose(user);
        if planned.has_templates {
            let row = match &self.plan.data {
                Some(data) if planned.needs_row => data.next(user)?,
                _ => &[],
            };
            filled.fill(planned, user, row);
        }
        self.send(planned, user, filled).await
    }

    async fn send(&self, planned: &PlannedRequest, user: &mut User, filled: &FilledTexts) -> Result<()> {
        let path = match &planned.path {
            PlannedText::Fixed(path) => path,
            PlannedText::Filled(_) => text(&filled.path),
        };
        let mut request = match &self.server {
            Some(server) => user.request(planned.method.clone(), &**server, path),
            None => user.request(planned.method.clone(), planned.address.base.as_str(), path),
        };
        if let Some(name) = &planned.name {
            request = request.named(name);
        }
        let mut filled_headers = filled.headers();
        for header in &planned.headers {
            request = match &header.value {
                PlannedText::Fixed(value) => request.header(&header.name, value),
                PlannedText::Filled(_) => request.header(&header.name, filled_headers.next().unwrap_or_default()),
            };
        }
        request = match &planned.body {
            None => request,
            Some(PlannedBody::Fixed(body)) => request.body(body),
            Some(PlannedBody::Filled(_)) => request.bytes(&filled.body),
        };
        if let Some(expected) = &planned.expected {
            request = request.expect(expected);
        }
        request = if planned.keeps_body { request.body_limit(u64::MAX) } else { request.discard_body() };
        request.await?;
        Ok(())
    }
}

impl FilledTexts {
    fn fill(&mut self, planned: &PlannedRequest, user: &mut User, row: &[String]) {
        for memory in [&mut self.path, &mut self.headers, &mut self.body] {
            memory.clear();
        }
        self.header_ends.clear();
        let mut fill = |template: &Template, memory: &mut Vec<u8>| template.fill(memory, user, row);
        if let PlannedText::Filled(path) = &planned.path {
            fill(path, &mut self.path);
        }
        for header in &planned.headers {
            if let PlannedText::Filled(value) = &header.value {
                fill(value, &mut self.headers);
                self.header_ends.push(self.headers.len());
            }
        }
        if let Some(PlannedBody::Filled(body)) = &planned.body {
            fill(body, &mut self.body);
        }
    }

    fn headers(&self) -> impl Iterator<Item = &str> {
        let begins = std::iter::once(0).chain(self.header_ends.iter().copied());
        begins.zip(&self.header_ends).map(|(begin, end)| text(&self.headers[begin..*end]))
    }
}

/// What is filled is text, put together from texts.
fn text(filled: &[u8]) -> &str {
    std::str::from_utf8(filled).unwrap_or_default()
}
