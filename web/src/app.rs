//! All pages and their addresses.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    browser::{drag, scripts},
    pages::{
        balancer::BalancerPage, details::DetailsPage, index::IndexPage, not_found::NotFoundPage, upload::UploadPage,
    },
    templates::frame::Frame,
    upload::queue::Queue,
};

/// The application: one frame, and in it the page of the address.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Queue::default());
    drag::ignore_strays();
    // Effects run in the browser only, and there after the page has been hydrated.
    Effect::new(|_| scripts::ready());
    view! {
        <Title formatter=document_title/>
        <Router>
            <Frame>
                // In order: the content stands in the first response and needs no script to be read.
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/das") view=IndexPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/das/upload") view=UploadPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/admin/balancer") view=BalancerPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/das/:id") view=DetailsPage ssr=SsrMode::InOrder/>
                </Routes>
            </Frame>
        </Router>
    }
}

/// Title of the browser's tab.
///
/// `leptos_meta` writes the title into the page as it is, and a file may be named `</title><script>`; in the browser it
/// is set as text, where entities would be seen.
fn document_title(title: String) -> String {
    let title = if cfg!(feature = "ssr") { title.replace('&', "&amp;").replace('<', "&lt;") } else { title };
    if title.is_empty() { "DAS".to_owned() } else { format!("{title} · DAS") }
}
