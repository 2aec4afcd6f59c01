//! Live state of a task as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;
use web::model::{Problem, TaskEvent, TaskView};

use super::{App, extract::Id, failure::Failure};
use crate::{balancer::Change, service::Services};

const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Changes of the task behind a recording: its state at once, then every change; ends after a final state.
#[utoipa::path(get, path = "/api/das/{id}/events", tag = "recordings", params(("id" = String, Path, description = "Recording id")),
    responses((status = 200, body = TaskEvent, content_type = "text/event-stream", description = "Events named `task`"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn events(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    // Subscribed before the first look, so that nothing falls in between.
    let changes = app.services.backend.subscribe();
    let first = app.services.recording(&id).await?.task;
    let feed = Feed { services: app.services, id, changes, stop: app.shutdown, first: Some(first), is_over: false };
    let events = stream::unfold(feed, |mut feed| async move {
        let task = feed.next().await?;
        Some((Ok(event(task)), feed))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn event(task: TaskView) -> Event {
    let data = serde_json::to_string(&TaskEvent { task }).unwrap_or_default();
    Event::default().event("task").data(data)
}

struct Feed {
    services: Services,
    id: String,
    changes: broadcast::Receiver<Change>,
    stop: CancellationToken,
    first: Option<TaskView>,
    is_over: bool,
}

impl Feed {
    async fn next(&mut self) -> Option<TaskView> {
        if self.is_over {
            return None;
        }
        let task = match self.first.take() {
            Some(task) => task,
            None => self.changed().await?,
        };
        self.is_over = task.state.is_final();
        Some(task)
    }

    async fn changed(&mut self) -> Option<TaskView> {
        loop {
            let change = tokio::select! {
                () = self.stop.cancelled() => return None,
                change = self.changes.recv() => change,
            };
            match change {
                Ok(change) if change.recording_id == self.id => return Some(change.task),
                Ok(_) => {}
                // Too slow: what was missed does not matter, where it stands now does.
                Err(RecvError::Lagged(_)) => {
                    return self.services.recording(&self.id).await.ok().map(|details| details.task);
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
