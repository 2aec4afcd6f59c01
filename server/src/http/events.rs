//! Live state of a task as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use web::model::{Problem, TaskEvent, TaskState, TaskView};

use super::{App, extract::Id, failure::Failure};
use crate::{
    balancer::{Change, TaskKind},
    service::Services,
};

/// How often the place in the queue is told anew.
const OUTLOOK_EVERY: Duration = Duration::from_secs(2);
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
    let feed = Feed {
        services: app.services,
        id,
        changes,
        stop: app.shutdown,
        first: Some(first),
        waiting: None,
        is_over: false,
    };
    let events = stream::unfold(feed, |mut feed| async move {
        let task = feed.next().await?;
        let outlook = feed.services.backend.outlook(&task.id);
        Some((Ok(event(TaskEvent { task, outlook })), feed))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn event(event: TaskEvent) -> Event {
    let data = serde_json::to_string(&event).unwrap_or_default();
    Event::default().event("task").data(data)
}

struct Feed {
    services: Services,
    id: String,
    changes: broadcast::Receiver<Change>,
    stop: CancellationToken,
    first: Option<TaskView>,
    /// The task while it waits: what is ahead of it changes without a change of its own.
    waiting: Option<TaskView>,
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
        self.waiting = (task.state == TaskState::Queued).then(|| task.clone());
        Some(task)
    }

    async fn changed(&mut self) -> Option<TaskView> {
        loop {
            let change = tokio::select! {
                () = self.stop.cancelled() => return None,
                () = sleep(OUTLOOK_EVERY), if self.waiting.is_some() => return self.waiting.clone(),
                change = self.changes.recv() => change,
            };
            match change {
                Ok(change) if change.subject == self.id && change.task.kind == TaskKind::Analysis.name() => {
                    return Some(change.task);
                }
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
