//! The pages: rendered by Leptos on the server, hydrated by the bundle that Trunk built.

use std::{path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::provide_context};
use leptos_axum::{ResponseOptions, render_app_to_stream_in_order_with_context};
use web::{
    backend::{Backend, FormProblem},
    model::Problem,
};

use super::{App, extract::Id, failure::Failure, headers::page_policy, upload::page_form};
use crate::problem::Code;

/// The tags that load the bundle, as Trunk wrote them into the head of its page.
#[derive(Debug, Clone, Default)]
pub struct PageHead(Arc<str>);

impl PageHead {
    /// Reads `index.html` of the bundle. Without it the pages are plain HTML.
    pub fn read(dist: &Path) -> Self {
        let path = dist.join("index.html");
        match std::fs::read_to_string(&path) {
            Ok(html) => Self(tags(&html).into()),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "no browser bundle: pages work without scripts");
                Self::default()
            }
        }
    }

    /// The tags with this response's nonce on every script and preload.
    fn with_nonce(&self, nonce: &str) -> String {
        let attribute = format!(" nonce=\"{nonce}\"");
        self.0.replace("<script", &format!("<script{attribute}")).replace("<link", &format!("<link{attribute}"))
    }
}

/// What stands between `<head>` and `</head>`, only scripts and links.
fn tags(html: &str) -> String {
    let head = html.split_once("<head>").and_then(|(_, rest)| rest.split_once("</head>")).map_or("", |(head, _)| head);
    let mut kept = String::new();
    let mut rest = head;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or_default();
        let end_of = |mark: &str| rest.find(mark).map(|at| at + mark.len());
        let (end, keep) = if rest.starts_with("<script") {
            (end_of("</script>"), true)
        } else {
            (end_of(">"), rest.starts_with("<link"))
        };
        let Some((tag, after)) = end.and_then(|end| rest.split_at_checked(end)) else { break };
        if keep {
            kept.push_str(tag);
        }
        rest = after;
    }
    kept
}

/// Tells the pages where to run what they wait for.
pub fn prepare() {
    // An error means that it was told before.
    let _ = any_spawner::Executor::init_tokio();
}

/// `/` leads to the index.
pub async fn home() -> Redirect {
    Redirect::to("/das")
}

/// Every page; the application knows which one belongs to the address.
pub async fn page(State(app): State<App>, request: Request) -> Response {
    render(app, request, None).await
}

/// The upload form of a browser without scripts.
pub async fn submit_form(State(app): State<App>, request: Request) -> Response {
    let again = blank(&request);
    match page_form(&app, request).await {
        Ok(stored) => match stored.as_slice() {
            [details] => Redirect::to(&format!("/das/{}", details.recording.id)).into_response(),
            _ => Redirect::to("/das").into_response(),
        },
        Err(problem) => render(app, again, Some(problem)).await,
    }
}

/// The delete button of a browser without scripts.
pub async fn delete_form(State(app): State<App>, id: Result<Id, Failure>, request: Request) -> Response {
    let deleted = match id {
        Ok(Id(id)) => app.services.delete(&id).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match deleted {
        Ok(()) => Redirect::to("/das").into_response(),
        // Pressed twice, or deleted meanwhile in another tab. No page lives at this address, so the one of none is shown.
        Err(failure) if failure.0.code == Code::NotFound.name() && wants_html(request.headers()) => {
            render_not_found(app, blank(&request)).await
        }
        Err(failure) => failure.into_response(),
    }
}

/// The cancel button of a browser without scripts.
pub async fn cancel_form(State(app): State<App>, id: Result<Id, Failure>, request: Request) -> Response {
    let id = id.map(|Id(id)| id);
    let done = match &id {
        Ok(id) => app.services.cancel(id).await.map(drop).map_err(Failure::from),
        Err(_) => Ok(()),
    };
    back_to_recording(app, id, done, request).await
}

/// The retry button of a browser without scripts.
pub async fn retry_form(State(app): State<App>, id: Result<Id, Failure>, request: Request) -> Response {
    let id = id.map(|Id(id)| id);
    let done = match &id {
        Ok(id) => app.services.retry(id).await.map(drop).map_err(Failure::from),
        Err(_) => Ok(()),
    };
    back_to_recording(app, id, done, request).await
}

/// The page of the recording, which shows where the task stands now.
async fn back_to_recording(
    app: App,
    id: Result<String, Failure>,
    done: Result<(), Failure>,
    request: Request,
) -> Response {
    let request = blank(&request);
    let failure = match (id, done) {
        (Ok(id), Ok(())) => return Redirect::to(&format!("/das/{id}")).into_response(),
        // Pressed twice, or the task ended meanwhile: the page says how it stands.
        (Ok(id), Err(failure)) if failure.0.code == Code::WrongState.name() && wants_html(request.headers()) => {
            return Redirect::to(&format!("/das/{id}")).into_response();
        }
        (Err(failure), _) | (_, Err(failure)) => failure,
    };
    if failure.0.code == Code::NotFound.name() && wants_html(request.headers()) {
        return render_not_found(app, request).await;
    }
    failure.into_response()
}

/// Unknown addresses: a page for people, a problem for programs.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let is_page_view = request.method() == Method::GET && wants_html(request.headers());
    let is_data = ["/api", "/dist", "/static"].iter().any(|prefix| request.uri().path().starts_with(prefix));
    if !is_page_view || is_data {
        return Failure::from(Code::NotFound.problem("There is nothing at this address.")).into_response();
    }
    render_not_found(app, request).await
}

/// The page for an address that no page has.
async fn render_not_found(app: App, request: Request) -> Response {
    let mut response = render(app, request, None).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A refused order: for people the page that it came from, with the problem on it; for programs the problem.
pub(super) async fn refused(app: App, page: &'static str, headers: &HeaderMap, failure: Failure) -> Response {
    if !wants_html(headers) {
        return failure.into_response();
    }
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static(page);
    *request.headers_mut() = headers.clone();
    // The bundle would look for a page of the address that the browser shows, which is that of the order.
    let app = App { head: PageHead::default(), ..app };
    let retry_after = failure.0.retry_after_s;
    let mut response = render(app, request, Some(*failure.0)).await;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// A request for the same page without the body.
fn blank(request: &Request) -> Request {
    let mut blank = Request::new(Body::empty());
    *blank.uri_mut() = request.uri().clone();
    *blank.headers_mut() = request.headers().clone();
    blank
}

async fn render(app: App, request: Request, problem: Option<Problem>) -> Response {
    let status = problem.as_ref().and_then(|problem| StatusCode::from_u16(problem.status).ok());
    let backend: Arc<dyn Backend> = Arc::new(app.services.clone());
    let head = app.head.clone();
    let context = move || {
        provide_context(Arc::clone(&backend));
        if let Some(problem) = problem.clone() {
            provide_context(FormProblem(problem));
        }
        let policy =
            use_nonce().map(|nonce| page_policy(&nonce)).and_then(|policy| HeaderValue::from_str(&policy).ok());
        if let (Some(response), Some(policy)) = (leptos::prelude::use_context::<ResponseOptions>(), policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
            response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    };
    let shell = move || {
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        let options = LeptosOptions::builder().output_name("das").build();
        web::shell::shell(options, &head.with_nonce(&nonce))
    };
    let mut response = render_app_to_stream_in_order_with_context(context, shell)(request).await;
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_tags_of_the_bundle_and_gives_them_the_nonce() {
        let html = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>x</title>\n<link rel=\"modulepreload\" href=\"/dist/a.js\">\
                    <script type=\"module\">if (1 < 2) { init() }</script><!-- <b> --></head><body></body></html>";
        let head = PageHead(tags(html).into());
        assert_eq!(
            head.with_nonce("n"),
            "<link nonce=\"n\" rel=\"modulepreload\" href=\"/dist/a.js\"><script nonce=\"n\" type=\"module\">if (1 < 2) { init() }</script>"
        );
        for broken in ["", "<head>", "<head><script></head>", "<head><link", "<head><</head>"] {
            assert_eq!(tags(broken), "", "{broken}");
        }
    }
}
