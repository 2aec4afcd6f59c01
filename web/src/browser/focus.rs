//! Where the keyboard is, and where it goes after something has gone away.

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

use super::observe;

/// Focuses the element of an id once the page has been brought up to date; of several the first that is there and visible.
pub fn soon<const N: usize>(ids: [String; N]) {
    spawn_local(async move {
        observe::sleep(0).await;
        let document = web_sys::window().and_then(|window| window.document());
        let visible = |id: &String| {
            let element: HtmlElement = document.as_ref()?.get_element_by_id(id)?.dyn_into().ok()?;
            (element.offset_height() > 0).then_some(element)
        };
        if let Some(element) = ids.iter().find_map(visible) {
            // Where the focus lands is a courtesy; nothing depends on it.
            let _ = element.focus();
        }
    });
}

/// True while somebody points at the element of an id, or has the keyboard in it.
pub fn is_attended(id: &str) -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .is_some_and(|element| element.matches(":hover, :focus-within").unwrap_or(false))
}

/// Focuses the content of the page, without moving it on the screen.
pub fn content() {
    let content = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("content"))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(content) = content {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = content.focus_with_options(&options);
    }
}
