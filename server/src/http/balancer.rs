//! The Balancer's own API: the view, the log, and orders.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::model::{Affected, BalancerView, DecisionLog, Problem, TaskPage, TaskReport, TaskView};

use super::{
    App,
    extract::{Body, Id, Params},
    failure::Failure,
};
use crate::service::balancer::{DEFAULT_PAGE, Which};

/// Which tasks are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only tasks in this state: `queued`, `running`, `finished`, `failed` or `cancelled`.
    state: Option<String>,
    /// Only tasks of this class: `cpu`, `accelerator` or `browser`.
    class: Option<String>,
    /// Only tasks of this user.
    user: Option<String>,
    /// Id of a task: only older ones than it. `next` of the page before.
    after: Option<String>,
    /// Tasks of a page, 1 to 500; 50 unless stated.
    limit: Option<u32>,
}

/// Which tasks are cancelled. A word that is not understood must not widen the order, so pages are refused like the unknown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CancelQuery {
    /// Only tasks in this state: `queued` or `running`; those in another have ended.
    state: Option<String>,
    /// Only tasks of this class: `cpu`, `accelerator` or `browser`.
    class: Option<String>,
    /// Only tasks of this user.
    user: Option<String>,
}

/// Query of the decision log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// Decisions, 1 to 500; 50 unless stated.
    limit: Option<u32>,
}

/// Another policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyOrder {
    /// `fifo`, `priority`, `fair_share`, `shortest_first` or `affinity`.
    pub policy: String,
}

/// Another priority.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityOrder {
    /// -100 to 100.
    pub priority: i64,
}

/// Queues, engines, users, and the last hour.
#[utoipa::path(get, path = "/api/balancer", tag = "balancer",
    responses((status = 200, body = BalancerView, description = "The Balancer at a glance"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn view(State(app): State<App>) -> Result<Json<BalancerView>, Failure> {
    Ok(Json(app.services.balancer().await?))
}

/// Chooses another policy, until the next restart.
#[utoipa::path(put, path = "/api/balancer/policy", tag = "balancer", request_body = PolicyOrder,
    responses((status = 200, body = BalancerView, description = "The policy is in force"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn policy(State(app): State<App>, Body(order): Body<PolicyOrder>) -> Result<Json<BalancerView>, Failure> {
    Ok(Json(app.services.set_policy(&order.policy).await?))
}

/// Starts nothing more of a class; what runs is finished. Outlasts a restart.
#[utoipa::path(post, path = "/api/balancer/classes/{class}/pause", tag = "balancer",
    params(("class" = String, Path, description = "`cpu`, `accelerator` or `browser`")),
    responses((status = 200, body = BalancerView, description = "The class is paused"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn pause(State(app): State<App>, Path(class): Path<String>) -> Result<Json<BalancerView>, Failure> {
    Ok(Json(app.services.pause(&class, true).await?))
}

/// Lets a class go on.
#[utoipa::path(post, path = "/api/balancer/classes/{class}/resume", tag = "balancer",
    params(("class" = String, Path, description = "`cpu`, `accelerator` or `browser`")),
    responses((status = 200, body = BalancerView, description = "The class goes on"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn resume(State(app): State<App>, Path(class): Path<String>) -> Result<Json<BalancerView>, Failure> {
    Ok(Json(app.services.pause(&class, false).await?))
}

/// Pauses every class: what runs is finished, nothing else is started.
#[utoipa::path(post, path = "/api/balancer/drain", tag = "balancer",
    responses((status = 200, body = BalancerView, description = "All classes are paused"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn drain(State(app): State<App>) -> Result<Json<BalancerView>, Failure> {
    Ok(Json(app.services.drain(true).await?))
}

/// Lets every class go on.
#[utoipa::path(post, path = "/api/balancer/resume", tag = "balancer",
    responses((status = 200, body = BalancerView, description = "All classes go on"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn resume_all(State(app): State<App>) -> Result<Json<BalancerView>, Failure> {
    Ok(Json(app.services.drain(false).await?))
}

/// Tasks, newest first.
#[utoipa::path(get, path = "/api/balancer/tasks", tag = "balancer", params(ListQuery),
    responses((status = 200, body = TaskPage, description = "A page of tasks"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn tasks(State(app): State<App>, Params(query): Params<ListQuery>) -> Result<Json<TaskPage>, Failure> {
    let which = Which { state: query.state, class: query.class, user: query.user };
    Ok(Json(app.services.tasks(which, query.after.as_deref(), query.limit.unwrap_or(DEFAULT_PAGE)).await?))
}

/// Cancels all waiting and running tasks, or those of a state, class or user.
#[utoipa::path(post, path = "/api/balancer/tasks/cancel", tag = "balancer", params(CancelQuery),
    responses((status = 200, body = Affected, description = "They are cancelled"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn cancel_all(State(app): State<App>, Params(query): Params<CancelQuery>) -> Result<Json<Affected>, Failure> {
    let which = Which { state: query.state, class: query.class, user: query.user };
    Ok(Json(app.services.cancel_tasks(which).await?))
}

/// One task: why it waits, when it is expected to end, and its attempts.
#[utoipa::path(get, path = "/api/balancer/tasks/{id}", tag = "balancer", params(("id" = String, Path, description = "Task id")),
    responses((status = 200, body = TaskReport, description = "The task"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn task(State(app): State<App>, Id(id): Id) -> Result<Json<TaskReport>, Failure> {
    Ok(Json(app.services.report_task(&id).await?))
}

/// Cancels a task, whether it waits or runs.
#[utoipa::path(post, path = "/api/balancer/tasks/{id}/cancel", tag = "balancer",
    params(("id" = String, Path, description = "Task id")),
    responses((status = 200, body = TaskView, description = "It is cancelled"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has ended already"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn cancel(State(app): State<App>, Id(id): Id) -> Result<Json<TaskView>, Failure> {
    Ok(Json(app.services.cancel_task(&id).await?))
}

/// Tries a task again that has failed or was cancelled, unless what it works on is not kept: bad files and the sounds of calls.
#[utoipa::path(post, path = "/api/balancer/tasks/{id}/retry", tag = "balancer",
    params(("id" = String, Path, description = "Task id")),
    responses((status = 200, body = TaskView, description = "It waits again"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has not ended, or well"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn retry(State(app): State<App>, Id(id): Id) -> Result<Json<TaskView>, Failure> {
    Ok(Json(app.services.retry_task(&id).await?))
}

/// Changes the priority of a waiting task.
#[utoipa::path(put, path = "/api/balancer/tasks/{id}/priority", tag = "balancer", request_body = PriorityOrder,
    params(("id" = String, Path, description = "Task id")),
    responses((status = 200, body = TaskView, description = "It has the priority"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It does not wait"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn priority(
    State(app): State<App>,
    Id(id): Id,
    Body(order): Body<PriorityOrder>,
) -> Result<Json<TaskView>, Failure> {
    Ok(Json(app.services.set_priority(&id, order.priority).await?))
}

/// Which policy chose which engine for which task, when and why; newest first.
#[utoipa::path(get, path = "/api/balancer/decisions", tag = "balancer", params(LogQuery),
    responses((status = 200, body = DecisionLog, description = "The latest decisions"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn decisions(State(app): State<App>, Params(query): Params<LogQuery>) -> Result<Json<DecisionLog>, Failure> {
    Ok(Json(app.services.decisions(query.limit.unwrap_or(DEFAULT_PAGE)).await?))
}
