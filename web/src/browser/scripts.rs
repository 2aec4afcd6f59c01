//! Whether the page answers: `static/theme.js` says `data-loading` while it hopes so, this says `data-scripts` when it is so.

/// Whether the server has made this page for the address that it has now. If not, it is loaded anew: whoever goes back before
/// the bundle has started changes the address alone, and another page's HTML cannot be made interactive.
pub fn are_wanted() -> bool {
    let Some(window) = web_sys::window() else { return true };
    let location = window.location();
    let root = window.document().and_then(|document| document.document_element());
    let made_for = root.and_then(|root| root.get_attribute("data-address"));
    let (Some(made_for), Ok(path), Ok(query)) = (made_for, location.pathname(), location.search()) else { return true };
    let are_wanted = made_for == path + &query;
    if !are_wanted {
        // Where it cannot be, the page stays as it is and works without scripts.
        let _ = location.reload();
    }
    are_wanted
}

/// The page is interactive from now on; what is for visitors without scripts goes away.
pub fn ready() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        // The bundle has no other way to say so; without the attribute the page stays a plain form, which works.
        let _ = root.set_attribute("data-scripts", "");
        let _ = root.remove_attribute("data-loading");
    }
}
