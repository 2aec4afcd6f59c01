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
    Affected, BalancerView, CallView, DecisionLog, PolicyName, RecordingDetails, TaskPage, TaskReport, TaskState,
    TaskView, WaitCause,
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
    let first = &log.items[1];
    assert_eq!((&first.attempt.task_id, &first.subject), (&late.id, &late.subject), "{log:?}");
    assert_eq!(
        (first.attempt.policy, first.attempt.because.as_str()),
        (PolicyName::Priority, "priority 9 is the highest of 2")
    );
    let page = server.get("/admin/balancer").await.text();
    assert!(page.contains("Latest decisions") && page.contains("priority 9 is the highest of 2"), "{page}");
    assert!(page.contains(&format!("href=\"/das/{}\"", late.subject)), "the way to what it is about");
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

/// What browsers accept.
const PAGES: [(&str, &str); 1] = [("accept", "text/html,*/*;q=0.8")];

async fn form(server: &Server, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// The page of the Balancer, with the problem on it.
fn is_page_with(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status.as_u16(), status, "{code}: {}", reply.text());
    assert!(reply.header("content-type").starts_with("text/html"), "{code}: {}", reply.text());
    for part in [format!("data-code=\"{code}\""), "data-testid=\"policy\"".into(), "chart-throughput".into()] {
        assert!(reply.text().contains(&part), "{part} in {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_not_understood_cancels_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    for user in ["ann", "bob", "bob"] {
        assert_eq!(upload_with(&server, "", &[("das-user", user)]).await.status, StatusCode::CREATED);
    }
    let first = server.get("/api/balancer/tasks").await.json::<TaskPage>().items[2].id.clone();
    for (query, word) in [
        ("usr=bob".to_owned(), "usr"),
        ("limit=1".to_owned(), "limit"),
        (format!("after={first}"), "after"),
        (format!("limit=1&after={first}"), "limit"),
        ("user=ann&user=bob".to_owned(), "user"),
        ("state=wait".to_owned(), "states"),
    ] {
        let problem = post(&server, &format!("/api/balancer/tasks/cancel?{query}")).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (400, "bad_request"), "{query}");
        assert!(problem.detail.contains(word), "{query}: {}", problem.detail);
    }
    assert_eq!(server.get("/api/balancer").await.json::<BalancerView>().counts.queued, 3);
    for (query, expected) in [("?user=ann&class=cpu&state=queued", 1), ("?state=running", 0), ("", 2)] {
        let cancelled = post(&server, &format!("/api/balancer/tasks/cancel{query}")).await;
        assert_eq!(cancelled.json::<Affected>().tasks, expected, "{query}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_what_they_cannot_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    for name in ["a.wav", "b.wav"] {
        server.accepted(name, &sine(0.3)).await;
    }
    for path in [
        "tasks?stat=queued",
        "tasks?limit=0",
        "tasks?limit=501",
        "tasks?limit=-1",
        "tasks?after=nonsense",
        "tasks?after=",
        "tasks?after=01890000-0000-7000-8000-000000000000",
        "decisions?limit=0",
        "decisions?limit=501",
        "decisions?limt=3",
    ] {
        let problem = server.get(&format!("/api/balancer/{path}")).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (400, "bad_request"), "{path}");
    }
    let problem = server.get("/api/balancer/tasks?limit=501").await.problem();
    assert_eq!((problem.limit, problem.actual), (Some(500.0), Some(501.0)));
    let page: TaskPage = server.get("/api/balancer/tasks?limit=1").await.json();
    let rest = format!("/api/balancer/tasks?limit=500&after={}", page.next.unwrap());
    let page: TaskPage = server.get(&rest).await.json();
    assert_eq!((page.items.len(), page.next), (1, None));
    // Behind the oldest task there is nothing, which is no error.
    let behind = format!("/api/balancer/tasks?after={}", page.items[0].id);
    assert_eq!(server.get(&behind).await.json::<TaskPage>().items, []);
    assert_eq!(server.get("/api/balancer/decisions?limit=500").await.status, StatusCode::OK);
    for (path, body) in [
        ("policy".to_owned(), "{\"policy\":\"fifo\",\"until\":\"noon\"}"),
        (format!("tasks/{}/priority", page.items[0].id), "{\"priority\":1,\"user\":\"ann\"}"),
    ] {
        let refused = order(&server, "PUT", &format!("/api/balancer/{path}"), Some(body)).await;
        assert_eq!(refused.problem().code, "bad_request", "{body}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_order_comes_back_with_the_page() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::write(folder.path().join("dist/index.html"), "<html><head><script>start()</script></head></html>")
        .unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let id = server.accepted("a.wav", &sine(0.3)).await;
    let task = server.details(&id).await.task.id;
    let gone = "01890000-0000-7000-8000-000000000000";
    for (path, body, status, code, word) in [
        ("policy".to_owned(), "policy=lottery", 400, "unknown_policy", "lottery"),
        ("policy".to_owned(), "polcy=fifo", 400, "bad_request", "policy"),
        ("classes/quantum/pause".to_owned(), "", 400, "unknown_class", "quantum"),
        ("classes/quantum/resume".to_owned(), "", 400, "unknown_class", "quantum"),
        (format!("tasks/{task}/priority"), "priority=abc", 400, "bad_request", "priority"),
        (format!("tasks/{task}/priority"), "priority=900", 400, "bad_priority", "-100"),
        (format!("tasks/{gone}/priority"), "priority=1", 404, "not_found", "no task"),
        (format!("tasks/{gone}/cancel"), "", 404, "not_found", "no task"),
        (format!("tasks/{gone}/retry"), "", 404, "not_found", "no task"),
        ("tasks/no-id/cancel".to_owned(), "", 404, "not_found", "no id"),
    ] {
        let path = format!("/admin/balancer/{path}");
        let page = form(&server, &path, body, &PAGES).await;
        is_page_with(&page, status, code);
        assert!(page.text().contains(word), "{path}: {word} in {}", page.text());
        assert!(!page.text().contains("start()"), "no page of the bundle has this address");
        let problem = form(&server, &path, body, &[]).await.problem();
        assert_eq!((problem.status, problem.code.as_str()), (status, code), "{path}");
        assert!(problem.detail.contains(word), "{path}: {}", problem.detail);
    }
    assert!(server.get("/admin/balancer").await.text().contains("start()"));
    let request =
        Request::post("/admin/balancer/policy").header("content-type", "text/plain").header("accept", "text/html");
    is_page_with(&server.send(request.body(Body::from("policy=fifo")).unwrap()).await, 415, "unsupported_media_type");
    let large = format!("policy={}", "x".repeat(100 << 10));
    is_page_with(&form(&server, "/admin/balancer/policy", &large, &PAGES).await, 413, "too_large");
    let large = format!("{{\"policy\":\"{}\"}}", "x".repeat(100 << 10));
    let problem = order(&server, "PUT", "/api/balancer/policy", Some(&large)).await.problem();
    assert_eq!((problem.status, problem.code.as_str(), problem.limit), (413, "too_large", Some(65_536.0)));
    assert_eq!(server.details(&id).await.task.state, TaskState::Queued);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_try_is_offered_where_it_can_help() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let mut cut = sine(5.0);
    cut.truncate(100_000);
    let bad = server.accepted("cut.wav", &cut).await;
    let engines = server.engines(1);
    let bad = server.ended(&bad).await.task;
    assert!(engines.stop(Duration::from_secs(20)).await);
    let good = server.accepted("a.wav", &sine(0.3)).await;
    let lease = server.lease().await;
    server.backend().fail(&lease, &web::problem::internal("It broke."), None).await.unwrap();
    let good = server.details(&good).await.task;
    assert_eq!((bad.state, good.state), (TaskState::Failed, TaskState::Failed));

    let page = server.get("/admin/balancer").await.text();
    let offered = |task: &TaskView| page.contains(&format!("action=\"/admin/balancer/tasks/{}/retry\"", task.id));
    assert!(offered(&good), "{page}");
    assert!(!offered(&bad), "{page}");
    let listed: serde_json::Value = server.get("/api/balancer/tasks?state=failed").await.json();
    assert_eq!(listed["spent"], serde_json::json!([bad.id]));
    // From a page that is older.
    let refused = form(&server, &format!("/admin/balancer/tasks/{}/retry", bad.id), "", &PAGES).await;
    is_page_with(&refused, 409, "source_gone");
    let again = form(&server, &format!("/admin/balancer/tasks/{}/retry", good.id), "", &PAGES).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(server.details(&good.subject).await.task.state, TaskState::Queued);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_gives_up_its_sound_whoever_cancels_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    for way in ["/api/balancer/tasks/{id}/cancel", "/admin/balancer/tasks/{id}/cancel", "/api/balancer/tasks/cancel"] {
        let request = Request::post("/api/engine/mix?task=true").header("content-type", "audio/wav");
        let call: CallView = server.send(request.body(sine(0.3).into()).unwrap()).await.json();
        assert_eq!(server.files().len(), 1);
        let cancelled = post(&server, &way.replace("{id}", &call.task.id)).await;
        assert!(cancelled.status.is_success() || cancelled.status.is_redirection(), "{way}: {}", cancelled.text());
        let begun = Instant::now();
        while !server.files().is_empty() {
            // All of them may be many: nobody waits for that.
            assert!(!way.contains("{id}") && begun.elapsed() < Duration::from_secs(10), "{way}: the sound stays");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let report: TaskReport = server.get(&call.links.task).await.json();
        let problem = report.task.problem.unwrap();
        assert_eq!(problem.detail, "Somebody cancelled the task while it was waiting.", "{way}");
        assert_eq!(post(&server, &format!("{}/retry", call.links.task)).await.problem().code, "source_gone", "{way}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_never_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    let request = Request::post("/api/engine/mix?task=true").header("content-type", "audio/wav");
    let call: CallView = server.send(request.body(sine(0.3).into()).unwrap()).await.json();
    let lease = server.lease().await;
    // Its sound is there until somebody tidies; nothing may hang on how soon that is.
    server.backend().fail(&lease, &web::problem::internal("It broke."), None).await.unwrap();
    assert_eq!(server.files().len(), 1);
    let listed: serde_json::Value = server.get("/api/balancer/tasks?state=failed").await.json();
    assert_eq!(listed["spent"], serde_json::json!([call.task.id]));
    assert_eq!(post(&server, &format!("{}/retry", call.links.task)).await.problem().code, "source_gone");
    server.stop().await;
}
