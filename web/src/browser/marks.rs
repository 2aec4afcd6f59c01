//! Marks on the browser's performance timeline.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Files were chosen.
pub const CHOSEN: &str = "das:preview:chosen";
/// The first picture of a preview stands on its canvas.
pub const FIRST_COLUMNS: &str = "das:preview:first-columns";
/// The last picture of a preview stands on its canvas.
pub const DONE: &str = "das:preview:done";

/// Sets a mark with the name of the file as its detail.
pub fn mark(name: &str, file_name: &str) {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else { return };
    let options = Object::new();
    let detail = Object::new();
    // A mark that cannot be set is a measurement less, nothing else.
    let _ = Reflect::set(&detail, &"file".into(), &file_name.into());
    let _ = Reflect::set(&options, &"detail".into(), &detail);
    if let Ok(function) = Reflect::get(&performance, &"mark".into()).and_then(JsCast::dyn_into::<Function>) {
        let _ = function.call2(&performance, &JsValue::from_str(name), &options);
    }
}
