//! `/admin/balancer`: queues, engines, users and the last hour, live; and the orders of an administrator, as forms.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api,
    browser::balancer_events,
    components::{
        balancer::{
            charts::Charts,
            decisions::Decisions,
            engines::Engines,
            lists::{DECISIONS, List, Lists, Log, Refresh},
            orders::Orders,
            queues::Queues,
            tasks::{Order, Tasks},
            users::Users,
        },
        problem_notice::ProblemNotice,
    },
    model::{BalancerView, DecisionLog, TaskPage},
};

/// States of the tasks that are listed.
const WAITING: &str = "queued";
const FAILED: &str = "failed";

/// The page of the Balancer.
#[component]
pub fn BalancerPage() -> impl IntoView {
    let refused = Resource::new(|| (), |()| async { api::form_problem() });
    let view = Resource::new(|| (), |()| api::balancer());
    let waiting = Resource::new(|| (), |()| api::tasks(WAITING.to_owned()));
    let failed = Resource::new(|| (), |()| api::tasks(FAILED.to_owned()));
    let decisions = Resource::new(|| (), |()| api::decisions(DECISIONS));
    view! {
        <Title text="Balancer"/>
        <div class="page-head"><h1>"Balancer"</h1></div>
        <Suspense fallback=|| view! { <p class="loading">"Asking the Balancer…"</p> }>
            {move || Suspend::new(async move {
                refused.await.map(|problem| view! { <ProblemNotice problem/> })
            })}
            {move || Suspend::new(async move {
                let answers = (view.await, waiting.await, failed.await, decisions.await);
                match answers {
                    (Ok(view), Ok(waiting), Ok(failed), Ok(decisions)) => {
                        view! { <Board view waiting failed decisions/> }.into_any()
                    }
                    (Err(problem), ..) | (_, Err(problem), ..) | (_, _, Err(problem), _) | (.., Err(problem)) => {
                        view! { <ProblemNotice problem/> }.into_any()
                    }
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Board(view: BalancerView, waiting: TaskPage, failed: TaskPage, decisions: DecisionLog) -> impl IntoView {
    let now = RwSignal::new(view);
    let waiting = List { state: WAITING, id: "waiting", tasks: RwSignal::new(waiting) };
    let failed = List { state: FAILED, id: "failed", tasks: RwSignal::new(failed) };
    let log = Log { id: "decisions", decisions: RwSignal::new(decisions) };
    let is_live = RwSignal::new(false);
    Effect::new(move |_| {
        let refresh = Refresh::default();
        let following = balancer_events::follow(move |view| {
            now.try_set(view);
            is_live.try_set(true);
            refresh.soon(Lists { waiting, failed, log });
        });
        on_cleanup(move || balancer_events::close(following));
    });
    view! {
        <div class="balancer">
        {move || now.with(|view| view.hold.clone()).map(|hold| view! { <p class="notice" role="status">{hold}</p> })}
        <Orders now/>
        <Charts now/>
        <Queues now/>
        <Engines now/>
        <Users now/>
        <Tasks title="Waiting tasks, newest first" list=waiting order=Order::Cancel is_live/>
        <Tasks title="Failed tasks, newest first" list=failed order=Order::Retry is_live/>
        <Decisions log is_live/>
        </div>
    }
    .into_any()
}
