//! The orders on the Balancer's page: forms that lead back to it. A refused one comes back with the page and says why.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use serde::Deserialize;

use super::{
    App,
    balancer::{PolicyOrder, PriorityOrder},
    extract::{Form, Id},
    failure::Failure,
    pages,
};
use crate::{
    problem::Code,
    service::{balancer::Which, error::ServiceError},
};

const PAGE: &str = "/admin/balancer";

/// Another policy.
pub async fn policy(State(app): State<App>, headers: HeaderMap, order: Result<Form<PolicyOrder>, Failure>) -> Response {
    let done = match order {
        Ok(Form(order)) => ended(app.services.set_policy(&order.policy).await),
        Err(failure) => Err(failure),
    };
    back(app, &headers, done).await
}

/// Starts nothing more.
pub async fn drain(State(app): State<App>, headers: HeaderMap) -> Response {
    let done = ended(app.services.drain(true).await);
    back(app, &headers, done).await
}

/// Lets everything go on.
pub async fn resume_all(State(app): State<App>, headers: HeaderMap) -> Response {
    let done = ended(app.services.drain(false).await);
    back(app, &headers, done).await
}

/// Whose tasks are meant.
#[derive(Deserialize)]
pub struct UserOrder {
    user: String,
}

/// Cancels everything of a user that has not ended.
pub async fn cancel_of_user(
    State(app): State<App>,
    headers: HeaderMap,
    order: Result<Form<UserOrder>, Failure>,
) -> Response {
    let done = match order {
        Ok(Form(order)) => {
            let which = Which { user: Some(order.user), ..Which::default() };
            ended(app.services.cancel_tasks(which).await)
        }
        Err(failure) => Err(failure),
    };
    back(app, &headers, done).await
}

/// Pauses a class.
pub async fn pause(State(app): State<App>, Path(class): Path<String>, headers: HeaderMap) -> Response {
    let done = ended(app.services.pause(&class, true).await);
    back(app, &headers, done).await
}

/// Lets a class go on.
pub async fn resume(State(app): State<App>, Path(class): Path<String>, headers: HeaderMap) -> Response {
    let done = ended(app.services.pause(&class, false).await);
    back(app, &headers, done).await
}

/// Cancels a task.
pub async fn cancel(State(app): State<App>, id: Result<Id, Failure>, headers: HeaderMap) -> Response {
    let done = match id {
        Ok(Id(id)) => ended(app.services.cancel_task(&id).await),
        Err(failure) => Err(failure),
    };
    back(app, &headers, done).await
}

/// Tries a task again.
pub async fn retry(State(app): State<App>, id: Result<Id, Failure>, headers: HeaderMap) -> Response {
    let done = match id {
        Ok(Id(id)) => ended(app.services.retry_task(&id).await),
        Err(failure) => Err(failure),
    };
    back(app, &headers, done).await
}

/// Changes the priority of a task.
pub async fn priority(
    State(app): State<App>,
    id: Result<Id, Failure>,
    headers: HeaderMap,
    order: Result<Form<PriorityOrder>, Failure>,
) -> Response {
    let done = match (id, order) {
        (Ok(Id(id)), Ok(Form(order))) => ended(app.services.set_priority(&id, order.priority).await),
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    back(app, &headers, done).await
}

fn ended<T>(done: Result<T, ServiceError>) -> Result<(), Failure> {
    done.map(drop).map_err(Failure::from)
}

async fn back(app: App, headers: &HeaderMap, done: Result<(), Failure>) -> Response {
    match done {
        Ok(()) => Redirect::to(PAGE).into_response(),
        // Pressed twice, or the task ended meanwhile: the page says how it stands.
        Err(failure) if failure.0.code == Code::WrongState.name() => Redirect::to(PAGE).into_response(),
        Err(failure) => pages::refused(app, PAGE, headers, failure).await,
    }
}
