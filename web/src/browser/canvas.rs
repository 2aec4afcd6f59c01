//! Pixels on a canvas.

use js_sys::{ArrayBuffer, Uint8ClampedArray};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::preview::protocol::CanvasSize;

/// Wider canvases cost memory that no screen shows.
const LARGEST_PX: f64 = 4096.0;

/// The size that a canvas should have where it stands: one pixel of the device each.
pub fn wanted_size(canvas: &HtmlCanvasElement) -> CanvasSize {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    let rect = canvas.get_bounding_client_rect();
    let pixels = |length: f64| (length * ratio).round().clamp(1.0, LARGEST_PX) as u32;
    CanvasSize { width: pixels(rect.width()), height: pixels(rect.height()) }
}

/// The drawing context.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Gives the canvas a size; a canvas that has it already keeps its picture.
pub fn resize(canvas: &HtmlCanvasElement, size: CanvasSize) {
    if canvas.width() != size.width || canvas.height() != size.height {
        canvas.set_width(size.width);
        canvas.set_height(size.height);
    }
}

/// Puts a transferred RGBA picture on the canvas, without copying it through this module's memory.
pub fn put(canvas: &HtmlCanvasElement, pixels: &ArrayBuffer, size: CanvasSize) -> bool {
    resize(canvas, size);
    let pixels = Uint8ClampedArray::new(pixels);
    let Ok(picture) = ImageData::new_with_js_u8_clamped_array_and_sh(&pixels, size.width, size.height) else {
        return false;
    };
    context(canvas).is_some_and(|context| context.put_image_data(&picture, 0.0, 0.0).is_ok())
}

/// The value of a CSS custom property where the element stands.
pub fn css_color(element: &web_sys::Element, property: &str) -> String {
    web_sys::window()
        .and_then(|window| window.get_computed_style(element).ok().flatten())
        .and_then(|style| style.get_property_value(property).ok())
        .unwrap_or_default()
}
