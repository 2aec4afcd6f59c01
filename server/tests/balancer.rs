//! The Balancer through its API: orders, explanations, refusals.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use common::{Reply, Server, config, sine};
use server::config::{Balancer, Config, Engine};
use web::model::{
    Affected, BalancerView, DecisionLog, PolicyName, RecordingDetails, TaskPage, TaskReport, TaskState, TaskView,
    WaitCause,
};

async fn order(server: &Server, method: &str, path: &str, body: Option<&str>) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    server.send(request.body(body.map_or_else(Body::empty, |body| body.to_owned().into())).unwrap()).await
}

async fn post(server: &Server, path: &str) -> Reply {
    order(server, "POST", path, None).await
}

async fn upload_with(server: &Server, query: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(format!("/api/das/upload?name=a.wav&{query}")).header("content-type", "audio/wav");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(sine(0.3).into()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_analysis_is_cancelled_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(config(&folder)).await;
    let id = server.accepted("long.wav", &sine(3_000.0)).await;
    while server.details(&id).await.task.state != TaskState::Running {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let cancelled = post(&server, &format!("/api/das/{id}/cancel")).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text());
    let task: TaskView = cancelled.json();
    assert_eq!(task.state, TaskState::Cancelled);
    assert!(task.problem.unwrap().detail.contains("while it was running"));
    // The engine puts the task down at its next step; nothing of the result stays.
    let begun = Instant::now();
    while server.get("/api/balancer").await.json::<BalancerView>().engines.iter().any(|engine| engine.task_id.is_some())
    {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let details = server.details(&id).await;
    assert_eq!(details.attempts[0].end.as_deref(), Some("cancelled"));
    assert!(details.analysis.is_none());
    assert_eq!(server.files().len(), 1, "the source alone");

    let again = post(&server, &format!("/api/das/{id}/cancel")).await;
    assert_eq!((again.status, again.problem().code.as_str()), (StatusCode::CONFLICT, "wrong_state"));
    assert!(again.problem().detail.contains("cancelled already"), "{}", again.text());
    let unknown = post(&server, "/api/das/01890000-0000-7000-8000-000000000000/cancel").await;
    assert_eq!(unknown.problem().code, "not_found");

    let retried = post(&server, &format!("/api/das/{id}/retry")).await;
    assert_eq!(retried.json::<TaskView>().problem, None, "{}", retried.text());
    assert_eq!(server.finished(&id).await.attempts.len(), 2);
    let finished = post(&server, &format!("/api/das/{id}/cancel")).await;
    assert!(finished.problem().detail.contains("finished already"), "{}", finished.text());
    assert_eq!(post(&server, &format!("/api/das/{id}/retry")).await.problem().code, "wrong_state");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_cancel_and_retry_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    let page = server.get(&format!("/das/{id}")).await.text();
    assert!(page.contains(&format!("action=\"/das/{id}/cancel\"")), "{page}");
    assert!(page.contains("data-cause=\"no_engine\""), "{page}");
    for _ in 0..2 {
        let request = Request::post(format!("/das/{id}/cancel")).header("accept", "text/html");
        let reply = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, format!("/das/{id}").as_str()));
    }
    let page = server.get(&format!("/das/{id}")).await.text();
    assert!(page.contains(&format!("action=\"/das/{id}/retry\"")) && page.contains("while it was waiting"), "{page}");
    post(&server, &format!("/das/{id}/retry")).await;
    assert_eq!(server.details(&id).await.task.state, TaskState::Queued);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_cannot_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(config(&folder)).await;
    let mut cut = sine(5.0);
    cut.truncate(100_000);
    let id = server.accepted("cut.wav", &cut).await;
    assert_eq!(server.ended(&id).await.task.state, TaskState::Failed);
    let refused = post(&server, &format!("/api/das/{id}/retry")).await;
    assert_eq!((refused.status, refused.problem().code.as_str()), (StatusCode::CONFLICT, "source_gone"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_are_checked_before_a_byte_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    for (query, code) in [
        ("class=quantum", "unknown_class"),
        ("class=accelerator", "no_engine"),
        ("delay_s=-1", "bad_delay"),
        ("delay_s=NaN", "bad_delay"),
        ("delay_s=1e99", "bad_delay"),
        ("deadline_s=0", "bad_deadline"),
        ("deadline_s=1e12", "bad_deadline"),
        ("priority=101", "bad_priority"),
        ("priority=high", "bad_request"),
    ] {
        assert_eq!(upload_with(&server, query, &[]).await.problem().code, code, "{query}");
    }
    for (header, value, code) in
        [("das-user", "a b", "bad_user"), ("das-user", "ä", "bad_user"), ("idempotency-key", "", "bad_key")]
    {
        assert_eq!(upload_with(&server, "", &[(header, value)]).await.problem().code, code, "{header}: {value}");
    }
    assert!(server.files().is_empty());
    let reply = upload_with(&server, "priority=7&delay_s=60", &[("das-user", "ann")]).await;
    let details: RecordingDetails = reply.json();
    assert_eq!((details.task.user.as_str(), details.task.priority), ("ann", 7));
    assert_eq!(details.outlook.wait.unwrap().cause, WaitCause::Delayed);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_upload_under_one_key_is_one_recording() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let key = [("idempotency-key", "k1")];
    let first: RecordingDetails = upload_with(&server, "", &key).await.json();
    let second: RecordingDetails = upload_with(&server, "", &key).await.json();
    assert_eq!(first.recording.id, second.recording.id);
    // Other bytes under the same key: the first recording, and nothing stays of the bytes.
    let request = Request::post("/api/das/upload?name=b.wav")
        .header("content-type", "audio/wav")
        .header("idempotency-key", "k1")
        .body(sine(0.7).into())
        .unwrap();
    let third: RecordingDetails = server.send(request).await.json();
    assert_eq!((third.recording.id, server.files().len()), (first.recording.id, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_when_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let balancer = Balancer { max_queued: 3, max_queued_per_user: 2, ..Balancer::default() };
    let server = Server::start_without_engines(Config { balancer, ..config(&folder) }).await;
    for _ in 0..2 {
        assert_eq!(upload_with(&server, "", &[]).await.status, StatusCode::CREATED);
    }
    let refused = upload_with(&server, "", &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let problem = refused.problem();
    assert_eq!((problem.code.as_str(), problem.limit, problem.actual), ("queue_full", Some(2.0), Some(2.0)));
    assert_eq!(refused.header("retry-after"), problem.retry_after_s.unwrap().to_string());
    let ann = [("das-user", "ann")];
    assert_eq!(upload_with(&server, "", &ann).await.status, StatusCode::CREATED);
    let problem = upload_with(&server, "", &ann).await.problem();
    assert!(problem.detail.contains("in all"), "{}", problem.detail);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_sees_and_orders() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let view: BalancerView = server.get("/api/balancer").await.json();
    assert_eq!((view.policy, view.policies.len(), view.classes.len()), (PolicyName::FairShare, 5, 1));
    let changed = order(&server, "PUT", "/api/balancer/policy", Some("{\"policy\":\"priority\"}")).await;
    assert_eq!(changed.json::<BalancerView>().policy, PolicyName::Priority);
    for (body, code) in [("{\"policy\":\"lottery\"}", "unknown_policy"), ("{}", "bad_request"), ("[", "bad_request")] {
        let refused = order(&server, "PUT", "/api/balancer/policy", Some(body)).await;
        assert_eq!(refused.problem().code, code, "{body}");
    }

    let ids = [server.accepted("a.wav", &sine(0.3)).await, server.accepted("b.wav", &sine(0.4)).await];
    let page: TaskPage = server.get("/api/balancer/tasks?state=queued&limit=1").await.json();
    let late = &page.items[0];
    assert_eq!((late.subject.as_str(), page.next.as_deref()), (ids[1].as_str(), Some(late.id.as_str())));
    let path = format!("/api/balancer/tasks/{}", late.id);
    let raised = order(&server, "PUT", &format!("{path}/priority"), Some("{\"priority\":9}")).await;
    assert_eq!(raised.json::<TaskView>().priority, 9);
    let refused = order(&server, "PUT", &format!("{path}/priority"), Some("{\"priority\":900}")).await;
    assert_eq!(refused.problem().code, "bad_priority");
    assert_eq!(server.get("/api/balancer/tasks?state=lost").await.problem().code, "bad_request");
    assert_eq!(server.get("/api/balancer/tasks?class=lost").await.problem().code, "unknown_class");

    assert_eq!(post(&server, "/api/balancer/classes/quantum/pause").await.problem().code, "unknown_class");
    let drained: BalancerView = post(&server, "/api/balancer/drain").await.json();
    assert!(drained.classes.iter().all(|class| class.paused));
    let engines = server.engines(1);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let report: TaskReport = server.get(&path).await.json();
    assert_eq!(report.outlook.wait.unwrap().cause, WaitCause::Paused);
    let resumed: BalancerView = post(&server, "/api/balancer/classes/cpu/resume").await.json();
    assert!(!resumed.classes[0].paused);
    for id in &ids {
        server.finished(id).await;
    }
    let log: DecisionLog = server.get("/api/balancer/decisions").await.json();
    // Newest first: the urgent one went before the old one.
    assert_eq!(log.items[1].task_id, late.id, "{log:?}");
    assert_eq!(
        (log.items[1].policy, log.items[1].because.as_str()),
        (PolicyName::Priority, "priority 9 is the highest of 2")
    );
    let view: BalancerView = server.get("/api/balancer").await.json();
    assert_eq!((view.counts.finished, view.minutes.iter().map(|minute| minute.finished).sum::<u32>()), (2, 2));

    post(&server, "/api/balancer/drain").await;
    for _ in 0..3 {
        server.accepted("c.wav", &sine(0.3)).await;
    }
    assert_eq!(post(&server, "/api/balancer/tasks/cancel?user=nobody").await.json::<Affected>().tasks, 0);
    assert_eq!(post(&server, "/api/balancer/tasks/cancel?state=queued").await.json::<Affected>().tasks, 3);
    assert!(engines.stop(Duration::from_secs(10)).await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_balancer_works_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    let page = server.get("/admin/balancer").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["chart-throughput", "chart-waits", "data-testid=\"queue\"", "/admin/balancer/tasks/", "fair_share"] {
        assert!(page.text().contains(part), "{part} in {}", page.text());
    }
    let form = |path: &str, body: &'static str| {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        server.send(request.body(Body::from(body)).unwrap())
    };
    let task = server.details(&id).await.task.id;
    for (path, body) in [
        ("/admin/balancer/policy".to_owned(), "policy=fifo"),
        ("/admin/balancer/drain".to_owned(), ""),
        ("/admin/balancer/classes/cpu/resume".to_owned(), ""),
        ("/admin/balancer/classes/cpu/pause".to_owned(), ""),
        (format!("/admin/balancer/tasks/{task}/priority"), "priority=5"),
        (format!("/admin/balancer/tasks/{task}/cancel"), ""),
        (format!("/admin/balancer/tasks/{task}/cancel"), ""),
        (format!("/admin/balancer/tasks/{task}/retry"), ""),
    ] {
        let reply = form(&path, body).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/admin/balancer"), "{path}");
    }
    let view: BalancerView = server.get("/api/balancer").await.json();
    assert_eq!((view.policy, view.classes[0].paused), (PolicyName::Fifo, true));
    assert_eq!(server.details(&id).await.task.priority, 5);
    assert_eq!(form("/admin/balancer/policy", "policy=lottery").await.problem().code, "unknown_policy");
    let metrics = server.get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in ["das_tasks{state=\"queued\"} 1", "das_queue_paused{class=\"cpu\"} 1", "das_policy{policy=\"fifo\"} 1"]
    {
        assert!(metrics.text().lines().any(|known| known == line), "{line} in {}", metrics.text());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_learned_outlasts_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(config(&folder)).await;
    let id = first.accepted("a.wav", &sine(2.0)).await;
    first.finished(&id).await;
    first.stop().await;
    let settings = Config { engine: Engine { slots: 1, ..Engine::default() }, ..config(&folder) };
    let second = Server::start(settings).await;
    post(&second, "/api/balancer/drain").await;
    let id = second.accepted("b.wav", &sine(2.0)).await;
    let report: TaskReport = second.get(&format!("/api/das/{id}/task")).await.json();
    assert_eq!(report.outlook.estimate, None, "who is paused promises nothing");
    post(&second, "/api/balancer/classes/cpu/resume").await;
    second.finished(&id).await;
    second.stop().await;
}
