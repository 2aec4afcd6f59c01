//! Drawings, all of our own, in the colour of the text around them.

use leptos::prelude::*;

/// The mark of DAS: three columns of a spectrogram, the middle one loud.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
            <rect class="logo-screen" x="1" y="1" width="30" height="30" rx="7"/>
            <g class="logo-cells">
                <rect x="6" y="20" width="3.4" height="6" rx="1.2" opacity=".55"/>
                <rect x="10.2" y="15" width="3.4" height="11" rx="1.2" opacity=".8"/>
                <rect x="14.4" y="6" width="3.4" height="20" rx="1.2"/>
                <rect x="18.6" y="12" width="3.4" height="14" rx="1.2" opacity=".8"/>
                <rect x="22.8" y="18" width="3.4" height="8" rx="1.2" opacity=".55"/>
            </g>
        </svg>
    }
}

/// A line drawing on a grid of 24.
#[component]
pub fn Icon(
    /// Path data.
    path: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=path fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/>
        </svg>
    }
}

/// A half-filled circle: light and dark.
pub const THEME: &str = "M12 3a9 9 0 1 0 0 18V3zM12 3a9 9 0 0 1 0 18";
/// A sun.
pub const LIGHT: &str = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4";
/// A moon.
pub const DARK: &str = "M20.5 14.2A8.5 8.5 0 1 1 9.8 3.5a7 7 0 0 0 10.7 10.7z";
/// An arrow into a tray, upwards.
pub const UPLOAD: &str = "M12 15V4M7.5 8.5 12 4l4.5 4.5M4 15v3.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V15";
/// An arrow into a tray, downwards.
pub const DOWNLOAD: &str = "M12 4v11M7.5 10.5 12 15l4.5-4.5M4 15v3.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V15";
/// A waveform.
pub const WAVE: &str = "M3 12h1.5M7 8v8M10.5 4v16M14 7v10M17.5 9.5v5M20.5 12h.01";
/// A cross.
pub const CROSS: &str = "M6 6l12 12M18 6 6 18";
/// A plus sign.
pub const PLUS: &str = "M12 5v14M5 12h14";
/// A minus sign.
pub const MINUS: &str = "M5 12h14";
/// Arrows to both sides.
pub const WHOLE: &str = "M4 12h16M8 8l-4 4 4 4M16 8l4 4-4 4";
/// A triangle to the left.
pub const EARLIER: &str = "M15 6l-7 6 7 6z";
/// A triangle to the right.
pub const LATER: &str = "M9 6l7 6-7 6z";
