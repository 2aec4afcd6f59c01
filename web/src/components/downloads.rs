//! Everything that was made from a recording, as files.

use leptos::prelude::*;

use crate::components::icons::{DOWNLOAD, Icon};

/// End of the address, name for people, what it is.
const FILES: [(&str, &str, &str); 5] = [
    ("analysis.json", "Analysis", "JSON, schema 1"),
    ("spectrogram.png?width=2048&height=1025", "Spectrogram", "PNG, one pixel per cell"),
    ("spectrogram.bin", "Spectrogram grid", "binary, 1/128 dB steps"),
    ("waveform.json", "Waveform", "JSON: min, max, RMS"),
    ("original?download=1", "Original", "the file as it came"),
];

/// Links to all of them.
#[component]
pub fn Downloads(
    /// Recording id.
    id: String,
    /// False while there is no result: then only the original is offered.
    analysed: bool,
) -> impl IntoView {
    let links = FILES
        .into_iter()
        .filter(|(path, ..)| analysed || path.starts_with("original"))
        .map(|(path, name, what)| {
            view! {
                <li>
                    <a href=format!("/api/das/{id}/{path}") download rel="external">
                        <Icon path=DOWNLOAD/>
                        <span>{name}</span>
                        <small>{what}</small>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="downloads">{links}</ul> }
}
