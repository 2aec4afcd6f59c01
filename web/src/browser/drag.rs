//! What is dragged over the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, DragEvent, File};

use super::observe;
use crate::upload::files;

/// What was dropped.
#[derive(Default)]
pub struct Dropped {
    /// Files, ready to read.
    pub files: Vec<File>,
    /// Names of folders. Browsers list them among the files, but there is nothing to read.
    pub folders: Vec<String>,
}

/// The dragged things, if there are files among them; text and links are none of our business.
pub fn with_files(event: &web_sys::Event) -> Option<DataTransfer> {
    let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    transfer.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")).then_some(transfer)
}

/// Tells files and folders apart. Only while the drop is being handled: afterwards browsers hide the items.
pub fn dropped(transfer: &DataTransfer) -> Dropped {
    let mut dropped = Dropped::default();
    let items = transfer.items();
    let entries = (0..items.length()).filter_map(|index| items.get(index)).filter(|item| item.kind() == "file");
    let is_folder: Vec<bool> = entries
        .map(|item| item.webkit_get_as_entry().ok().flatten().is_some_and(|entry| entry.is_directory()))
        .collect();
    for (index, file) in files::of_list(transfer.files()).into_iter().enumerate() {
        match is_folder.get(index) {
            Some(true) => dropped.folders.push(file.name()),
            _ => dropped.files.push(file),
        }
    }
    dropped
}

/// A file that is dropped where nobody takes it would be opened by the browser in place of the page.
pub fn ignore_strays() {
    Effect::new(|_| {
        for name in ["dragover", "drop"] {
            // The application listens as long as the page lives.
            let _ = observe::listen(&window(), name, |event| {
                if let Some(transfer) = with_files(&event) {
                    event.prevent_default();
                    transfer.set_drop_effect("none");
                }
            });
        }
    });
}
