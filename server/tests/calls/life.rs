//! Calls wait, are cancelled, expire and outlast a restart.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_call_says_so_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(small_calls(&folder)).await;
    let call = queued(&server, "analysis", sine(20.0)).await;
    assert_eq!(call.task.state, TaskState::Queued);
    assert!(call.outlook.wait.is_some() && call.result.is_none() && call.links.result.is_none());
    assert_eq!(call.operation["operation"], "analysis");
    let early = result(&server, &call.id).await.problem();
    assert_eq!((early.status, early.code.as_str()), (409, "not_ready"));

    let reply = cancel(&server, &call.id).await;
    assert_eq!(reply.json::<CallView>().task.state, TaskState::Cancelled);
    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "its sound is given up");
    assert_eq!(cancel(&server, &call.id).await.problem().code, "wrong_state");
    let late = result(&server, &call.id).await.problem();
    assert!(late.code == "not_ready" && late.detail.contains("cancelled"), "{late:?}");
    let again = Request::post(format!("/api/balancer/tasks/{}/retry", call.task.id)).body(Body::empty()).unwrap();
    assert_eq!(server.send(again).await.problem().code, "source_gone");
    assert_eq!(delete(&server, &call.id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete(&server, &call.id).await.problem().code, "not_found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_call_stops_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(small_calls(&folder)).await;
    let sound = sine(600.0);
    // At several moments, by each of the ways.
    for (pause_ms, path) in [(0, "analysis"), (30, "resample"), (150, "analysis"), (0, "mix")] {
        let call = queued(&server, path, sound.clone()).await;
        running(&server, &call.id).await;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        let reply = cancel(&server, &call.id).await;
        // A fast machine may be through already.
        if reply.status == StatusCode::OK {
            without_files(&server).await;
            assert_eq!(view(&server, &call.id).await.task.state, TaskState::Cancelled);
        }
        assert_eq!(delete(&server, &call.id).await.status, StatusCode::NO_CONTENT);
        without_files(&server).await;

        let call = queued(&server, path, sound.clone()).await;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        assert_eq!(delete(&server, &call.id).await.status, StatusCode::NO_CONTENT);
        without_files(&server).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_expire_and_take_nothing_of_others_along() {
    let folder = tempfile::tempdir().unwrap();
    let calls = Calls { keep_s: 1.0, ..Calls::default() };
    let server = Server::start_without_engines(Config { calls, ..config(&folder) }).await;
    let sound = sine(1.0);
    let recording = server.accepted("a.wav", &sound).await;
    let first = queued(&server, "mix?task=true", sound.clone()).await;
    let second = queued(&server, "mix?task=true", sound.clone()).await;
    assert_eq!(server.files().len(), 1, "the sound is stored once");
    let engines = server.engines(2);
    server.finished(&recording).await;
    finished(&server, &first.id).await;
    finished(&server, &second.id).await;
    // Sound, grid and waveform of the recording; the result of both calls is one file too.
    has_files(&server, 4).await;
    assert_eq!(delete(&server, &first.id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(result(&server, &second.id).await.status, StatusCode::OK);
    let waiting = server.services.tidy_calls().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(waiting + server.services.tidy_calls().await.unwrap(), 1);
    assert_eq!(result(&server, &second.id).await.problem().code, "not_found");
    assert_eq!(server.get(&second.links.task).await.problem().code, "not_found");
    assert_eq!(server.files().len(), 3);
    assert!(server.get(&format!("/api/das/{recording}/original")).await.body == sound);
    assert!(engines.stop(Duration::from_secs(20)).await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_no_call_and_leaves_no_orphan() {
    let folder = tempfile::tempdir().unwrap();
    let dead = Server::start_without_engines(small_calls(&folder)).await;
    let under_way = queued(&dead, "resample", sine(20.0)).await;
    // An engine takes it, writes half of its result, and is never heard of again.
    dead.lease().await;
    let scratch = dead.services.storage.scratch().await.unwrap();
    std::fs::write(scratch.path().join("half.wav"), b"half").unwrap();
    std::mem::forget(scratch);
    let result_blob = folder.path().join("data/blobs/ab").join("c".repeat(62));
    std::fs::create_dir_all(result_blob.parent().unwrap()).unwrap();
    std::fs::write(&result_blob, b"a result whose row was not written").unwrap();
    // The Balancer cancels another, and nobody is left to give its sound up.
    let cancelled = queued(&dead, "mix", sine(25.0)).await;
    dead.backend().cancel(&cancelled.task.id).await.unwrap();
    assert_eq!(dead.files().len(), 4);
    drop(dead);

    let next = Server::start_without_engines(small_calls(&folder)).await;
    assert_eq!(next.files().len(), 1, "the sound that is still needed: {:?}", next.files());
    let call = view(&next, &under_way.id).await;
    assert_eq!((call.task.state, call.task.attempt), (TaskState::Queued, 1));
    let engines = next.engines(1);
    assert_eq!(finished(&next, &under_way.id).await.task.attempt, 2);
    has_files(&next, 1).await;
    assert_eq!(view(&next, &cancelled.id).await.task.state, TaskState::Cancelled);
    assert!(engines.stop(Duration::from_secs(20)).await);
    next.stop().await;

    // What has ended stays, and what has expired goes, over a restart.
    let third = Server::start_without_engines(small_calls(&folder)).await;
    assert_eq!(result(&third, &under_way.id).await.status, StatusCode::OK);
    third.stop().await;
    let calls = Calls { keep_s: 0.0, ..Calls::default() };
    let fourth = Server::start_without_engines(Config { calls, ..config(&folder) }).await;
    assert_eq!(result(&fourth, &under_way.id).await.problem().code, "not_found");
    assert_eq!(fourth.files(), Vec::<std::path::PathBuf>::new());
    fourth.stop().await;
}
