//! Whether the page answers: `static/theme.js` says `data-loading` while it hopes so, this says `data-scripts` when it is so.

/// The page is interactive from now on; what is for visitors without scripts goes away.
pub fn ready() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        // The bundle has no other way to say so; without the attribute the page stays a plain form, which works.
        let _ = root.set_attribute("data-scripts", "");
        let _ = root.remove_attribute("data-loading");
    }
}
