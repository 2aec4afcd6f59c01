//! The canvas on which a file's preview was last painted. It outlives its page: the worker goes on painting it, and the next
//! canvas of the file begins with its picture.

use std::{cell::RefCell, collections::BTreeMap};

use web_sys::HtmlCanvasElement;

use crate::{browser::canvas, preview::protocol::CanvasSize};

thread_local! {
    static SCREENS: RefCell<BTreeMap<u32, HtmlCanvasElement>> = const { RefCell::new(BTreeMap::new()) };
}

/// The canvas of the file of that number.
pub fn get(number: u32) -> Option<HtmlCanvasElement> {
    SCREENS.with_borrow(|screens| screens.get(&number).cloned())
}

/// From now on the file is painted on this canvas, which takes over the picture of the one before.
pub fn replace(number: u32, screen: &HtmlCanvasElement) {
    let before = SCREENS.with_borrow_mut(|screens| screens.insert(number, screen.clone()));
    let Some(before) = before.filter(|before| before != screen) else { return };
    canvas::resize(screen, CanvasSize { width: before.width(), height: before.height() });
    if let Some(context) = canvas::context(screen) {
        // Without it the canvas is empty until the worker paints it.
        let _ = context.draw_image_with_html_canvas_element(&before, 0.0, 0.0);
    }
}

/// The size in which the file is to be painted: as its canvas stands on the page, or as it last stood there.
pub fn size(number: u32) -> CanvasSize {
    match get(number) {
        Some(screen) if screen.is_connected() => canvas::wanted_size(&screen),
        Some(screen) => CanvasSize { width: screen.width(), height: screen.height() },
        None => CanvasSize { width: 1, height: 1 },
    }
}

/// Lets go of a canvas.
pub fn forget(number: u32) {
    SCREENS.with_borrow_mut(|screens| screens.remove(&number));
}
