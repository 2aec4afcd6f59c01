//! Orders and questions that are refused.

use super::*;

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
async fn nothing_is_ordered_for_a_deleted_recording() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    for cancelled_before in [false, true] {
        let id = server.accepted("a.wav", &sine(0.3)).await;
        let task = server.details(&id).await.task.id;
        if cancelled_before {
            assert_eq!(post(&server, &format!("/api/das/{id}/cancel")).await.status, StatusCode::OK);
        }
        // Another try and the deletion at once: whichever comes first, nothing is left behind.
        let retry = format!("/api/das/{id}/retry");
        let (_, deleted) = tokio::join!(post(&server, &retry), server.delete(&id));
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
        for path in [
            format!("/api/das/{id}/retry"),
            format!("/api/das/{id}/cancel"),
            format!("/api/balancer/tasks/{task}/retry"),
            format!("/api/balancer/tasks/{task}/cancel"),
        ] {
            let refused = post(&server, &path).await;
            assert_eq!(
                (refused.status, refused.problem().code.as_str()),
                (StatusCode::NOT_FOUND, "not_found"),
                "{path}"
            );
        }
        let counts = server.get("/api/balancer").await.json::<BalancerView>().counts;
        assert_eq!((counts.queued, counts.running, counts.cancelled), (0, 0, 0));
        assert!(server.files().is_empty(), "{:?}", server.files());
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
    let request = Request::put("/api/balancer/policy").header("content-type", "text/plain");
    let problem = server.send(request.body(Body::from("{\"policy\":\"fifo\"}")).unwrap()).await.problem();
    assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported_media_type"));
    let large = format!("policy={}", "x".repeat(100 << 10));
    is_page_with(&form(&server, "/admin/balancer/policy", &large, &PAGES).await, 413, "too_large");
    let large = format!("{{\"policy\":\"{}\"}}", "x".repeat(100 << 10));
    let problem = order(&server, "PUT", "/api/balancer/policy", Some(&large)).await.problem();
    assert_eq!((problem.status, problem.code.as_str(), problem.limit), (413, "too_large", Some(65_536.0)));
    assert_eq!(server.details(&id).await.task.state, TaskState::Queued);
    server.stop().await;
}
