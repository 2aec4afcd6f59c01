//! The Balancer at a glance, again with every change.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{sleep, timeout},
};
use web::model::{BalancerView, Problem};

use super::{App, failure::Failure};
use crate::balancer::Change;

/// Shortest time between two events: a view costs more than a change.
const AT_MOST_EVERY: Duration = Duration::from_millis(500);
/// Longest time between two events: waits grow without any change.
const AT_LEAST_EVERY: Duration = Duration::from_secs(3);

/// Queues, engines, users and the last hour: at once, after every change (at most twice a second), and every few seconds.
#[utoipa::path(get, path = "/api/balancer/events", tag = "balancer",
    responses((status = 200, body = BalancerView, content_type = "text/event-stream", description = "Events named `balancer`"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn events(State(app): State<App>) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let changes = app.services.backend.subscribe();
    let first = app.services.balancer().await?;
    let events = stream::unfold((app, changes, Some(first)), |(app, mut changes, first)| async move {
        let view = match first {
            Some(view) => view,
            None => next(&app, &mut changes).await?,
        };
        let event = Event::default().event("balancer").data(serde_json::to_string(&view).unwrap_or_default());
        Some((Ok(event), (app, changes, None)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new()))
}

async fn next(app: &App, changes: &mut broadcast::Receiver<Change>) -> Option<BalancerView> {
    tokio::select! {
        () = app.shutdown.cancelled() => return None,
        () = sleep(AT_MOST_EVERY) => {}
    }
    tokio::select! {
        () = app.shutdown.cancelled() => return None,
        changed = timeout(AT_LEAST_EVERY, changes.recv()) => match changed {
            Ok(Err(RecvError::Closed)) => return None,
            // What was missed does not matter, where it stands now does.
            Ok(Ok(_) | Err(RecvError::Lagged(_))) | Err(_) => {}
        },
    }
    while changes.try_recv().is_ok() {}
    app.services.balancer().await.ok()
}
