//! What is still being sent, on every page but the upload page itself.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

use crate::{browser::observe, upload::queue::Queue};

/// A line with the way back to the cards, and the question before the visitor leaves for good.
#[component]
pub fn SendingLine() -> impl IntoView {
    let queue = Queue::of_visit();
    let path = use_location().pathname;
    let count = Memo::new(move |_| queue.on_the_way());
    let elsewhere = move || path.with(|path| path.trim_end_matches('/') != "/das/upload");
    let text = move || match count.get() {
        1 => "Sending 1 file".to_owned(),
        count => format!("Sending {count} files"),
    };
    ask_before_leaving(count);
    view! {
        <div role="status">
            <p class="sending-line" data-testid="sending-line" hidden=move || count.get() == 0 || !elsewhere()>
                <A href="/das/upload">{text}</A>
            </p>
        </div>
    }
    .into_any()
}

/// Leaving the site stops what is on its way, and nothing of it would be stored.
fn ask_before_leaving(count: Memo<usize>) {
    Effect::new(move |_| {
        let asked = observe::listen(&window(), "beforeunload", move |event| {
            if count.get_untracked() > 0 {
                event.prevent_default();
                // Some browsers ask only when this is set; none shows the text any more.
                let _ = js_sys::Reflect::set(&event, &"returnValue".into(), &true.into());
            }
        });
        on_cleanup(move || observe::stop(asked));
    });
}
