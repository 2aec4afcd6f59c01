//! The orders on the Balancer's page: forms that lead back to it.

use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};

use super::{
    App,
    balancer::{PolicyOrder, PriorityOrder},
    extract::Id,
    failure::Failure,
};
use crate::problem::Code;

const PAGE: &str = "/admin/balancer";

/// Another policy.
pub async fn policy(State(app): State<App>, Form(order): Form<PolicyOrder>) -> Result<Redirect, Failure> {
    app.services.set_policy(&order.policy).await?;
    Ok(Redirect::to(PAGE))
}

/// Starts nothing more.
pub async fn drain(State(app): State<App>) -> Result<Redirect, Failure> {
    app.services.drain(true).await?;
    Ok(Redirect::to(PAGE))
}

/// Pauses a class.
pub async fn pause(State(app): State<App>, Path(class): Path<String>) -> Result<Redirect, Failure> {
    app.services.pause(&class, true).await?;
    Ok(Redirect::to(PAGE))
}

/// Lets a class go on.
pub async fn resume(State(app): State<App>, Path(class): Path<String>) -> Result<Redirect, Failure> {
    app.services.pause(&class, false).await?;
    Ok(Redirect::to(PAGE))
}

/// Cancels a task. One that has ended meanwhile is fine: the page says how it stands.
pub async fn cancel(State(app): State<App>, Id(id): Id) -> Result<Redirect, Failure> {
    back(app.services.cancel_task(&id).await.map(drop).map_err(Failure::from))
}

/// Tries a task again.
pub async fn retry(State(app): State<App>, Id(id): Id) -> Result<Redirect, Failure> {
    back(app.services.retry_task(&id).await.map(drop).map_err(Failure::from))
}

/// Changes the priority of a task.
pub async fn priority(
    State(app): State<App>,
    Id(id): Id,
    Form(order): Form<PriorityOrder>,
) -> Result<Redirect, Failure> {
    back(app.services.set_priority(&id, order.priority).await.map(drop).map_err(Failure::from))
}

fn back(done: Result<(), Failure>) -> Result<Redirect, Failure> {
    match done {
        Err(failure) if failure.0.code != Code::WrongState.name() => Err(failure),
        _ => Ok(Redirect::to(PAGE)),
    }
}
