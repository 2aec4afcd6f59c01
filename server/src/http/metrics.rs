//! The Balancer's numbers for Prometheus (text exposition format 0.0.4).

use std::fmt::Write;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use web::model::{BalancerView, ClassView, Problem};

use super::{App, failure::Failure};
use crate::{
    balancer::{Totals, WAIT_BOUNDS_S},
    db::attempt::End,
};

/// Counters and gauges for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain", description = "Prometheus text format"),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "Refused")))]
pub async fn metrics(State(app): State<App>) -> Result<Response, Failure> {
    let view = app.services.balancer().await?;
    let text = text(&view, &app.services.backend.totals());
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

/// A number of a class.
type OfClass = fn(&ClassView) -> f64;

/// Writes one family of samples.
fn family(text: &mut String, name: &str, kind: &str, help: &str, samples: &[(String, f64)]) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in samples {
        let _ = writeln!(text, "{name}{labels} {value}");
    }
}

fn label(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{{{name}=\"{value}\"}}")
}

fn text(view: &BalancerView, totals: &Totals) -> String {
    let mut text = String::new();
    let counts = &view.counts;
    let states = [
        ("queued", counts.queued),
        ("running", counts.running),
        ("finished", counts.finished),
        ("failed", counts.failed),
        ("cancelled", counts.cancelled),
    ];
    let samples = states.map(|(state, count)| (label("state", state), count as f64));
    family(&mut text, "das_tasks", "gauge", "Tasks in the database by state.", &samples);
    let by_class = |value: OfClass| -> Vec<(String, f64)> {
        view.classes.iter().map(|class| (label("class", class.class.name()), value(class))).collect()
    };
    let classes: [(&str, &str, OfClass); 8] = [
        ("das_queue_ready", "Tasks that can be chosen.", |class| f64::from(class.ready)),
        ("das_queue_delayed", "Tasks that are to start later.", |class| f64::from(class.delayed)),
        ("das_queue_blocked", "Tasks that need the result of others.", |class| f64::from(class.blocked)),
        ("das_queue_oldest_wait_seconds", "How long the oldest of them has waited.", |class| {
            class.oldest_wait_s.unwrap_or(0.0)
        }),
        ("das_queue_paused", "1 while nothing of the class is started.", |class| f64::from(u8::from(class.paused))),
        ("das_engine_slots", "Engine slots.", |class| f64::from(class.slots)),
        ("das_engine_busy", "Engine slots that hold a task.", |class| f64::from(class.busy)),
        ("das_engine_stuck", "Engines that do not stop though their tasks were taken from them.", |class| {
            f64::from(class.stuck)
        }),
    ];
    for (name, help, value) in classes {
        family(&mut text, name, "gauge", help, &by_class(value));
    }
    let policies: Vec<_> = view
        .policies
        .iter()
        .map(|policy| (label("policy", policy.name()), f64::from(u8::from(*policy == view.policy))))
        .collect();
    family(&mut text, "das_policy", "gauge", "1 for the policy in force.", &policies);
    let single = |value: f64| [(String::new(), value)];
    let held = f64::from(u8::from(view.hold.is_some()));
    family(&mut text, "das_held", "gauge", "1 while nothing at all is started.", &single(held));
    let (used, limit) = (view.memory_used_bytes as f64, view.memory_limit_bytes as f64);
    family(
        &mut text,
        "das_memory_used_bytes",
        "gauge",
        "Memory that running tasks are expected to use.",
        &single(used),
    );
    family(
        &mut text,
        "das_memory_limit_bytes",
        "gauge",
        "Most that they may use together; 0 for no limit.",
        &single(limit),
    );
    for (name, help, value) in [
        ("das_tasks_enqueued_total", "Tasks accepted since the start.", totals.enqueued as f64),
        ("das_leases_total", "Leases since the start.", totals.started as f64),
        ("das_tasks_finished_total", "Tasks ended well since the start.", totals.finished as f64),
        (
            "das_tasks_ended_otherwise_total",
            "Tasks failed or cancelled since the start.",
            totals.ended_otherwise as f64,
        ),
    ] {
        family(&mut text, name, "counter", help, &single(value));
    }
    let ends = End::ALL.into_iter().zip(totals.ends).map(|(end, count)| (label("end", end.name()), count as f64));
    let help = "Leases by how they ended since the start.";
    family(&mut text, "das_leases_ended_total", "counter", help, &ends.collect::<Vec<_>>());
    waits(&mut text, totals);
    text
}

/// The times from being ready to being leased, as a histogram.
fn waits(text: &mut String, totals: &Totals) {
    let name = "das_task_wait_seconds";
    let bounds = WAIT_BOUNDS_S.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
    let mut so_far = 0;
    let mut samples = Vec::new();
    for (bound, count) in bounds.zip(totals.waits) {
        so_far += count;
        samples.push((format!("_bucket{}", label("le", &bound)), so_far as f64));
    }
    samples.push(("_sum".to_owned(), totals.wait_ms as f64 / 1e3));
    samples.push(("_count".to_owned(), totals.started as f64));
    family(text, name, "histogram", "Time from being ready to being leased.", &samples);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_a_histogram() {
        let mut totals = Totals::default();
        for waited_ms in [50, 700, 100_000_000] {
            totals.started(waited_ms);
        }
        let mut text = String::new();
        waits(&mut text, &totals);
        for line in [
            "# TYPE das_task_wait_seconds histogram",
            "das_task_wait_seconds_bucket{le=\"0.1\"} 1",
            "das_task_wait_seconds_bucket{le=\"1\"} 2",
            "das_task_wait_seconds_bucket{le=\"14400\"} 2",
            "das_task_wait_seconds_bucket{le=\"+Inf\"} 3",
            "das_task_wait_seconds_sum 100000.75",
            "das_task_wait_seconds_count 3",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in {text}");
        }
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(label("a", "x\"y\\z\n"), "{a=\"x\\\"y\\\\z\\n\"}");
    }
}
