//! Calls that fail as tasks.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn bad_sounds_fail_by_name_and_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(small_calls(&folder)).await;
    let not_a_number = Wav::FLOAT.file(&f32::NAN.to_le_bytes().repeat(200_000), 800_000);
    let mut cut = sine(25.0);
    cut.truncate(700_000);
    for (path, sound, name) in
        [("analysis", cut.clone(), "truncated"), ("mix", cut, "truncated"), ("spectrogram", not_a_number, "not_finite")]
    {
        let reply = call(&server, path, sound).await;
        // What the header shows is refused at once.
        if reply.status != StatusCode::ACCEPTED {
            assert_eq!(code(&reply), name, "{path}: {}", reply.text());
            continue;
        }
        let call = ended(&server, &reply.json::<CallView>().id).await;
        let problem = call.task.problem.unwrap_or_else(|| panic!("{path} has {:?}", call.result));
        assert_eq!((call.task.state, problem.code.as_str()), (TaskState::Failed, name), "{path}: {}", problem.detail);
        assert!(result(&server, &call.id).await.problem().detail.contains(&problem.detail));
        assert_eq!(call.attempts.len(), 1, "it is not tried again");
    }
    without_files(&server).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_have_limits_too() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { max_bytes: 1_000_000, max_duration_s: 40.0, ..Limits::default() };
    let balancer = Balancer { max_queued: 2, ..Balancer::default() };
    let settings = Config { limits, balancer, ..small_calls(&folder) };
    let server = Server::start_without_engines(settings).await;
    let reply = call(&server, "mix", sine(35.0)).await;
    assert_eq!((reply.status, code(&reply)), (StatusCode::PAYLOAD_TOO_LARGE, "too_large".to_owned()));
    let slow = Wav { rate_hz: 8_000, bits: 8, ..Wav::PCM16 };
    let reply = call(&server, "mix", slow.file(&[128; 400_000], 400_000)).await;
    assert_eq!(code(&reply), "too_long");
    // The same key is the same call.
    let keyed = async || {
        let request = Request::post("/api/engine/mix?task=true").header("idempotency-key", "k");
        server.send(request.body(Body::from(sine(0.1))).unwrap()).await.json::<CallView>().id
    };
    let first = keyed().await;
    assert_eq!(keyed().await, first);
    for (operation, seconds) in [("mix", 0.2), ("fft", 0.1)] {
        let request = Request::post(format!("/api/engine/{operation}?task=true")).header("idempotency-key", "k");
        let reply = server.send(request.body(Body::from(sine(seconds))).unwrap()).await;
        assert_eq!((reply.status, code(&reply)), (StatusCode::CONFLICT, "key_reused".to_owned()), "{operation}");
    }
    queued(&server, "mix", sine(20.0)).await;
    assert_eq!(server.files().len(), 2);
    let reply = call(&server, "fft", sine(21.0)).await;
    assert_eq!((reply.status, code(&reply)), (StatusCode::TOO_MANY_REQUESTS, "queue_full".to_owned()));
    assert!(!reply.header("retry-after").is_empty());
    assert_eq!(call(&server, "mix", sine(0.1)).await.status, StatusCode::OK, "small ones do not wait in that queue");
    assert_eq!(keyed().await, first, "however full the queue is");
    assert_eq!(server.files().len(), 2, "what was refused is not kept");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_as_a_task_while_tasks_have_all_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine { memory_bytes: 100 << 20, ..Engine::default() };
    let server = Server::start_without_engines(Config { engine, ..config(&folder) }).await;
    assert_eq!(call(&server, "fft", sine(0.1)).await.status, StatusCode::OK);
    server.accepted("a.wav", &sine(0.3)).await;
    let seat = server::balancer::Seat::new("cpu-0", web::model::TaskClass::Cpu);
    server.backend().attend(&seat, true);
    let held = server.backend().lease(&seat).await.unwrap().unwrap();
    let waiting = queued(&server, "fft", sine(0.1)).await;
    let wait = server.get(&waiting.links.call).await.json::<CallView>().outlook.wait.unwrap();
    assert_eq!(wait.cause, web::model::WaitCause::EnginesBusy, "{}", wait.sentence);
    server.backend().release(&held).await.unwrap();
    assert_eq!(call(&server, "fft", sine(0.1)).await.status, StatusCode::OK);
    server.stop().await;
}
