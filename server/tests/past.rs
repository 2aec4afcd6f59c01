//! What has happened in a data folder, as a trace for the simulator.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{
    path::Path,
    process::{Command, Output},
};

use axum::{body::Body, http::Request};
use common::{Server, config, sine};
use server::balancer::{TaskKind, simulate};
use web::model::CallView;

fn das(arguments: &[&str], folder: &Path) -> Output {
    let mut das = Command::new(env!("CARGO_BIN_EXE_das"));
    das.args(["balancer"]).args(arguments).arg(folder).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_happened_can_be_played_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_without_engines(config(&folder)).await;
    for (user, seconds, priority) in [("ann", 2.0, 0), ("ben", 0.5, 7), ("ann", 1.0, -3)] {
        let request = Request::post(format!("/api/das/upload?name=a.wav&priority={priority}"))
            .header("content-type", "audio/wav")
            .header("das-user", user);
        assert!(server.send(request.body(Body::from(sine(seconds))).unwrap()).await.status.is_success());
    }
    let request = Request::post("/api/engine/mix?task=true").header("content-type", "audio/wav");
    let call: CallView = server.send(request.body(Body::from(sine(0.3))).unwrap()).await.json();
    let cancelled = server.accepted("b.wav", &sine(0.2)).await;
    server.backend().cancel(&server.details(&cancelled).await.task.id).await.unwrap();
    let engines = server.engines(1);
    while server.backend().counts().await.unwrap().finished < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }

    let data = folder.path().join("data");
    let running = das(&["trace", "--data"], &data);
    assert!(running.status.success(), "{running:?}");
    let trace = simulate::read(running.stdout.as_slice()).unwrap();
    let told: Vec<_> = trace.iter().map(|task| (&*task.user, task.priority, task.kind)).collect();
    let expected = [
        ("ann", 0, TaskKind::Analysis),
        ("ben", 7, TaskKind::Analysis),
        ("ann", -3, TaskKind::Analysis),
        ("local", 0, TaskKind::Call),
    ];
    assert_eq!(told, expected, "the cancelled one took nothing");
    assert!((trace[0].work - 2.0).abs() < 1e-6 && trace[0].at_s == 0.0, "{trace:?}");
    assert!(trace.is_sorted_by_key(|task| task.at_s.to_bits()));
    for (task, id) in [(&trace[3], &call.task.id)] {
        let took_s = server.backend().attempts(id).await.unwrap()[0].duration_s;
        assert!((task.cost_s - took_s).abs() < 1e-6, "{} for {took_s}", task.cost_s);
    }

    assert!(engines.stop(std::time::Duration::from_secs(10)).await);
    server.stop().await;
    let file = folder.path().join("trace.csv");
    let stopped = das(&["trace", "--data"], &data);
    assert_eq!(stopped.stdout, running.stdout, "whether the server runs or not");
    std::fs::write(&file, &stopped.stdout).unwrap();
    let played = das(&["simulate", "--engines", "1", "--policy", "fifo", "--trace"], &file);
    assert!(played.status.success(), "{played:?}");
}

#[test]
fn a_folder_without_a_database_tells_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ended = das(&["trace", "--data"], folder.path());
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("has no database"), "{ended:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made there");
}
