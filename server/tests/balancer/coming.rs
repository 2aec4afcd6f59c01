//! What an upload may wish for, and when there is no room.

use super::*;

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
    // Under another name it is the same sound still.
    let renamed = Request::post("/api/das/upload?name=c.wav").header("content-type", "audio/wav");
    let renamed = server.send(renamed.header("idempotency-key", "k1").body(sine(0.3).into()).unwrap()).await;
    assert_eq!(renamed.json::<RecordingDetails>().recording.id, first.recording.id);
    // Other bytes under the same key are refused aloud, and nothing stays of them.
    let request = Request::post("/api/das/upload?name=b.wav")
        .header("content-type", "audio/wav")
        .header("idempotency-key", "k1")
        .body(sine(0.7).into())
        .unwrap();
    let problem = server.send(request).await.problem();
    assert_eq!((problem.status, problem.code.as_str()), (409, "key_reused"));
    assert!(problem.detail.contains("used before for another file. Nothing was stored"), "{}", problem.detail);
    assert_eq!(server.files().len(), 1);
    // A key of somebody else, and one whose recording is gone, are free.
    let other = Request::post("/api/das/upload?name=b.wav").header("content-type", "audio/wav");
    let other = other.header("idempotency-key", "k1").header("das-user", "ann").body(sine(0.7).into()).unwrap();
    assert_eq!(server.send(other).await.status, StatusCode::CREATED);
    server.delete(&first.recording.id).await;
    let again = Request::post("/api/das/upload?name=b.wav").header("content-type", "audio/wav");
    let again = again.header("idempotency-key", "k1").body(sine(0.9).into()).unwrap();
    assert_eq!(server.send(again).await.status, StatusCode::CREATED);
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
