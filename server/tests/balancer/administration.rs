//! What an administrator sees and orders.

use super::*;

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
    let resumed: BalancerView = post(&server, "/api/balancer/resume").await.json();
    assert!(resumed.classes.iter().all(|class| !class.paused));
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
    // What is drained goes on by the same button.
    form("/admin/balancer/drain", "").await;
    assert!(server.get("/admin/balancer").await.text().contains("action=\"/admin/balancer/resume\""));
    form("/admin/balancer/resume", "").await;
    assert!(server.get("/admin/balancer").await.text().contains("action=\"/admin/balancer/drain\""));
    form("/admin/balancer/classes/cpu/pause", "").await;
    let metrics = server.get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in [
        "das_tasks{state=\"queued\"} 1",
        "das_queue_paused{class=\"cpu\"} 1",
        "das_policy{policy=\"fifo\"} 1",
        "das_leases_ended_total{end=\"stalled\"} 0",
        "das_task_wait_seconds_count 0",
    ] {
        assert!(metrics.text().lines().any(|known| known == line), "{line} in {}", metrics.text());
    }
    // Everything of a user at once, and nothing of another.
    let page = server.get("/admin/balancer").await.text();
    assert!(page.contains("Cancel 1 task of local") && page.contains("name=\"user\" value=\"local\""), "{page}");
    form("/admin/balancer/tasks/cancel", "user=nobody").await;
    assert_eq!(server.details(&id).await.task.state, TaskState::Queued);
    assert_eq!(form("/admin/balancer/tasks/cancel", "").await.problem().code, "bad_request");
    let reply = form("/admin/balancer/tasks/cancel", "user=local").await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/admin/balancer"));
    assert_eq!(server.details(&id).await.task.state, TaskState::Cancelled);
    assert!(!server.get("/admin/balancer").await.text().contains("data-testid=\"cancel-all\""));
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
