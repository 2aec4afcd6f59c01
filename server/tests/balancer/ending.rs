//! Tasks are cancelled and tried again.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_running_analysis_is_cancelled_and_its_engine_stops() {
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
    // The engine puts the task down at its next step: until it asks for another one, its memory is not free.
    let begun = Instant::now();
    loop {
        let view = server.get("/api/balancer").await.json::<BalancerView>();
        assert!(view.engines.iter().all(|engine| engine.task_id.is_none()));
        if view.memory_used_bytes == 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("the engine has stopped {} ms after the answer", begun.elapsed().as_millis());
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
