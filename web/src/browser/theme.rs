//! The choice between light and dark. `static/theme.js` applies the stored choice before the first paint.

use web_sys::{Element, Storage};

const KEY: &str = "das-theme";

/// What the visitor chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The choice that follows on the toggle.
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// Name for the attribute and the storage.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The stored choice.
pub fn stored() -> Theme {
    let name = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    [Theme::Light, Theme::Dark].into_iter().find(|theme| Some(theme.name()) == name.as_deref()).unwrap_or_default()
}

/// Stores and applies a choice.
pub fn choose(theme: Theme) {
    if let Some(storage) = storage() {
        // Private windows may refuse; the choice then lasts for this page.
        let _ = storage.set_item(KEY, theme.name());
    }
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme.name());
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}
