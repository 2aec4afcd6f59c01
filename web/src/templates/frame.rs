//! Header, navigation and footer.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

use crate::{
    browser::focus,
    components::{icons::Logo, theme_toggle::ThemeToggle, upload::sending_line::SendingLine},
};

/// The frame around every page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let path = use_location().pathname;
    // After navigation the keyboard and screen readers begin at the new content. The first page is the browser's business.
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            focus::content();
        }
        now
    });
    view! {
        <a class="skip-link" href="#content" rel="external">"Skip to content"</a>
        <header class="frame-header">
            <div class="frame-bar">
                <A href="/das" attr:class="brand" attr:aria-label="Digital Audio Server, recordings" exact=true>
                    <Logo/>
                    <span class="brand-name">"DAS"</span>
                    <span class="brand-claim">"Digital Audio Server"</span>
                </A>
                <nav class="frame-nav" aria-label="Main">
                    <A href="/das" exact=true>"Recordings"</A>
                    <A href="/das/upload">"Upload"</A>
                    <A href="/admin/balancer">"Balancer"</A>
                </nav>
                <ThemeToggle/>
            </div>
            <SendingLine/>
        </header>
        <main id="content" class="frame-content" tabindex="-1">{children()}</main>
        <footer class="frame-footer">
            <p>"One audio engine in the browser and on the server. Previews never leave your machine."</p>
            <p><a href="/api/openapi.json" rel="external">"API description"</a></p>
        </footer>
    }
    .into_any()
}
