//! The last hour as two charts: tasks ended in each minute, and how long tasks waited that were started in it.

use leptos::prelude::*;

use crate::model::{BalancerView, MinuteView};

/// Size of a chart in its own units.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 90.0;

/// The next 1, 2 or 5 times a power of ten: the top of an axis.
fn top(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * decade).find(|top| *top >= value).unwrap_or(value)
}

/// Path of bars, one for each minute.
fn bars(values: &[f64], top: f64) -> String {
    let width = WIDTH / values.len().max(1) as f64;
    let mut path = String::new();
    for (index, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        let (x, height) = (index as f64 * width, (value / top).min(1.0) * HEIGHT);
        path.push_str(&format!("M{x:.1} {HEIGHT}v{:.1}h{:.1}v{height:.1}z", -height, width * 0.8));
    }
    path
}

/// Names of one and of several.
type Unit = [&'static str; 2];

fn amount(value: f64, unit: Unit) -> String {
    let [one, several] = unit;
    format!("{value} {}", if value == 1.0 { one } else { several })
}

/// One chart. The title says the numbers too, for whoever does not see it.
fn chart(title: &'static str, testid: &'static str, unit: Unit, values: Vec<f64>) -> impl IntoView {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let top = top(highest);
    let highest = amount((highest * 10.0).round() / 10.0, unit);
    let label = format!("{title}: at most {highest} within a minute of the last hour");
    view! {
        <figure class="balancer-chart">
            <figcaption>{title} ": " <span class="muted">{format!("a minute, the last hour; up to {}", amount(top, unit))}</span></figcaption>
            <svg
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-label=label
                data-testid=testid
            >
                <path d=bars(&values, top)></path>
            </svg>
        </figure>
    }
}

fn of(minutes: &[MinuteView], value: fn(&MinuteView) -> f64) -> Vec<f64> {
    minutes.iter().map(value).collect()
}

/// Both charts.
#[component]
pub fn Charts(
    /// The Balancer now.
    now: RwSignal<BalancerView>,
) -> impl IntoView {
    let minutes = Memo::new(move |_| now.with(|view| view.minutes.clone()));
    view! {
        <section class="panel balancer-charts" aria-label="The last hour">
            {move || minutes.with(|minutes| {
                chart("Tasks ended", "chart-throughput", ["task", "tasks"], of(minutes, |minute| {
                    f64::from(minute.finished + minute.ended_otherwise)
                }))
            })}
            {move || minutes.with(|minutes| chart("Mean wait", "chart-waits", ["s", "s"], of(minutes, |minute| minute.mean_wait_s)))}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!([0.0, f64::NAN, 0.3, 1.0, 7.0, 120.0].map(top), [1.0, 1.0, 0.5, 1.0, 10.0, 200.0]);
    }

    #[test]
    fn one_task_is_no_tasks() {
        let unit = ["task", "tasks"];
        assert_eq!([0.0, 1.0, 2.5].map(|value| amount(value, unit)), ["0 tasks", "1 task", "2.5 tasks"]);
    }

    #[test]
    fn bars_stay_inside() {
        assert_eq!(bars(&[0.0, 0.0], 1.0), "");
        assert_eq!(bars(&[], 1.0), "");
        assert_eq!(bars(&[1.0, 2.0], 2.0), "M0.0 90v-45.0h240.0v45.0zM300.0 90v-90.0h240.0v90.0z");
    }
}
