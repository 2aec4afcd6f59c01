//! Everything that was made from a recording, as files.

use dsp::analysis::Geometry;
use leptos::prelude::*;

use crate::components::icons::{DOWNLOAD, Icon};

/// End of the address, name for people, what it is.
type File = (String, &'static str, String);

fn original() -> File {
    ("original?download=1".to_owned(), "Original", "the file as it came".to_owned())
}

fn files(Geometry { columns, bins, .. }: &Geometry) -> [File; 5] {
    [
        ("analysis.json".to_owned(), "Analysis", "JSON, schema 2".to_owned()),
        (
            format!("spectrogram.png?width={columns}&height={bins}"),
            "Spectrogram",
            format!("PNG, {columns} × {bins}, one pixel per cell"),
        ),
        ("spectrogram.bin".to_owned(), "Spectrogram grid", "binary, 1/128 dB steps".to_owned()),
        ("waveform.json".to_owned(), "Waveform", "JSON: min, max, RMS".to_owned()),
        original(),
    ]
}

/// Links to all of them.
#[component]
pub fn Downloads(
    /// Recording id.
    id: String,
    /// Shape of the spectrogram; while there is no result only the original is offered.
    geometry: Option<Geometry>,
) -> impl IntoView {
    let links = geometry
        .map_or_else(|| vec![original()], |geometry| files(&geometry).into())
        .into_iter()
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
