//! The HTML document around the application.

use leptos::{prelude::*, tachys::html::InertElement};
use leptos_meta::MetaTags;

use crate::App;

/// The style sheets, from general to particular.
const STYLES: [&str; 7] = ["tokens", "base", "frame", "parts", "recordings", "upload", "instrument"];

/// Renders the document. `head_html` holds the tags that load the browser bundle, as Trunk wrote them; without them the pages
/// work as plain HTML.
pub fn shell(options: LeptosOptions, head_html: &str) -> impl IntoView + use<> {
    let bundle = (!head_html.is_empty()).then(|| InertElement::new(head_html.to_owned()));
    provide_context(options);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f4f1"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d1113"/>
                <link rel="icon" type="image/svg+xml" href="/static/favicon.svg"/>
                {STYLES.map(|name| view! { <link rel="stylesheet" href=format!("/static/{name}.css")/> }).to_vec()}
                <script src="/static/theme.js"></script>
                {bundle}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
