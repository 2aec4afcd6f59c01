//! The result as a table, every term with its meaning.

use leptos::prelude::*;

use crate::{
    format::{self, frequency, level, signed},
    model::Analysis,
};

/// A line: term, value, meaning.
struct Line {
    term: &'static str,
    value: String,
    meaning: &'static str,
}

/// Lines that belong together.
struct Group {
    title: &'static str,
    lines: Vec<Line>,
}

fn line(term: &'static str, value: String, meaning: &'static str) -> Line {
    Line { term, value, meaning }
}

fn groups(analysis: &Analysis) -> Vec<Group> {
    let hz = |value: Option<f64>| value.map_or("none (silence)".to_owned(), frequency);
    let Analysis { engine, source, parameters, level: levels, spectral, spectrogram, timing, .. } = analysis;
    vec![
        Group {
            title: "Source",
            lines: vec![
                line(
                    "Length",
                    format::duration(source.duration_s),
                    "counted while decoding, not taken from the header",
                ),
                line("Sample rate", format::sample_rate(source.sample_rate_hz), "frames per second in the file"),
                line("Channels", source.channels.to_string(), "mixed to mono before the spectral analysis"),
                line("Container", source.container.clone(), "how the file is laid out"),
                line("Codec", source.codec.clone(), "how the samples are coded"),
                line(
                    "Sample size",
                    source.bits_per_sample.map_or("not stated".to_owned(), |bits| format!("{bits} bit")),
                    "resolution that the codec states",
                ),
                line("Frames", format::count(source.frames), "one frame holds a sample of every channel"),
                line("SHA-256", source.sha256.clone(), "hash of the file's bytes"),
            ],
        },
        Group {
            title: "Level",
            lines: vec![
                line("Peak", level(levels.peak_dbfs, "dBFS"), "largest sample; full scale is 0 dBFS"),
                line(
                    "RMS",
                    level(levels.rms_dbfs, "dBFS"),
                    "root mean square of all samples; a full-scale sine has −3.0 dBFS",
                ),
                line(
                    "Crest factor",
                    level(levels.crest_factor_db, "dB"),
                    "peak minus RMS: how much louder the peaks are than the whole",
                ),
                line("DC offset", signed(levels.dc_offset, 6), "mean of all samples, in full scales"),
                line("Clipped samples", format::count(levels.clipped_samples), "samples at or beyond full scale"),
            ],
        },
        Group {
            title: "Spectrum",
            lines: vec![
                line(
                    "Strongest partial",
                    hz(spectral.peak_frequency_hz),
                    "frequency of the highest peak of the mean spectrum",
                ),
                line(
                    "Its level",
                    level(spectral.peak_level_dbfs, "dBFS"),
                    "a sine of full amplitude would have 0 dBFS",
                ),
                line("Centroid", hz(spectral.centroid_hz), "centre of mass of the power: heard as brightness"),
                line("Bandwidth", hz(spectral.bandwidth_hz), "standard deviation of the power around the centroid"),
                line("Roll-off", hz(spectral.rolloff_85_hz), "85 % of the power lies below"),
                line(
                    "Flatness",
                    spectral.flatness.map_or("none (silence)".to_owned(), |value| format!("{value:.4}")),
                    "0 for a single tone, 1 for white noise",
                ),
            ],
        },
        Group {
            title: "Method",
            lines: vec![
                line(
                    "Analysis rate",
                    format::sample_rate(parameters.analysis_rate_hz),
                    "sample rate at which spectra are computed",
                ),
                line(
                    "Transform",
                    format!("{} / {} frames", parameters.window_length_frames, parameters.hop_frames),
                    "window length and hop of the short-time Fourier transform, periodic Hann window",
                ),
                line(
                    "Spectrogram",
                    format!("{} × {} cells", spectrogram.columns, spectrogram.bins),
                    "columns in time, and frequencies in each",
                ),
                line(
                    "One column",
                    format!("{:.1} ms", spectrogram.column_duration_s * 1000.0),
                    "time that one column stands for",
                ),
                line("One cell", format!("{:.3} Hz", spectrogram.bin_width_hz), "distance of neighbouring frequencies"),
                line(
                    "Engine",
                    format!("{} {}", engine.name, engine.version),
                    "the same crate in the browser and on the server",
                ),
                line(
                    "Work",
                    format!("{:.0} ms, {:.0} × real time", timing.elapsed_ms, timing.realtime_factor),
                    "time from opening the file to the finished analysis",
                ),
            ],
        },
    ]
}

/// The analysis, readable.
#[component]
pub fn AnalysisTable(
    /// The result.
    analysis: Analysis,
) -> impl IntoView {
    let tags = (!analysis.source.tags.is_empty()).then(|| {
        let rows = analysis
            .source
            .tags
            .iter()
            .map(|tag| view! { <tr><th scope="row">{tag.key.replace('_', " ")}</th><td colspan="2" class="tag-value">{tag.value.clone()}</td></tr> })
            .collect_view();
        view! { <tbody><tr class="group"><th colspan="3" scope="rowgroup">"Tags"</th></tr>{rows}</tbody> }
    });
    let groups = groups(&analysis)
        .into_iter()
        .map(|group| {
            let rows = group
                .lines
                .into_iter()
                .map(|line| {
                    view! {
                        <tr>
                            <th scope="row">{line.term}</th>
                            <td class="value">{line.value}</td>
                            <td class="meaning">{line.meaning}</td>
                        </tr>
                    }
                })
                .collect_view();
            view! { <tbody><tr class="group"><th colspan="3" scope="rowgroup">{group.title}</th></tr>{rows}</tbody> }
        })
        .collect_view();
    view! {
        <table class="analysis" data-testid="analysis-table">
            <caption class="visually-hidden">"Analysis of the recording"</caption>
            {groups}
            {tags}
        </table>
    }
    .into_any()
}
