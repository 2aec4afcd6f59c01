//! What stands in the table.

use dsp::analysis::{ChannelLevel, Level, Loudness, Noise, Partial, SpectralFrames, Statistics};

use super::music;
use crate::{
    format::{self, frequency, level, signed},
    model::Analysis,
};

/// A line: term, value, meaning.
pub(super) struct Line {
    pub(super) term: String,
    pub(super) value: String,
    pub(super) meaning: &'static str,
}

/// Lines that belong together.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
}

pub(super) fn line(term: &str, value: String, meaning: &'static str) -> Line {
    Line { term: term.to_owned(), value, meaning }
}

fn hz(value: Option<f64>) -> String {
    value.map_or("none (silence)".to_owned(), frequency)
}

/// All groups of a document, those of absent sections left out.
pub(super) fn groups(analysis: &Analysis) -> Vec<Group> {
    let mut groups = vec![source(analysis), levels(analysis)];
    groups.extend(analysis.loudness.as_ref().map(loudness));
    groups.extend((analysis.level.channels.len() > 1).then(|| channels(&analysis.level.channels)));
    groups.extend(analysis.noise.as_ref().map(noise));
    groups.push(spectrum(analysis));
    groups.extend(analysis.spectral_frames.as_ref().map(frames));
    groups.extend(analysis.partials.as_deref().filter(|partials| !partials.is_empty()).map(partials));
    groups.extend(analysis.rhythm.as_ref().map(music::rhythm));
    groups.extend(analysis.tonal.as_ref().map(music::tones));
    groups.push(method(analysis));
    groups
}

fn source(Analysis { source, .. }: &Analysis) -> Group {
    Group {
        title: "Source",
        lines: vec![
            line("Length", format::duration(source.duration_s), "counted while decoding, not taken from the header"),
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
    }
}

fn levels(Analysis { source, level: levels, .. }: &Analysis) -> Group {
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
            line(
                "Clipped runs",
                clipped_runs(levels, source.sample_rate_hz),
                "three or more of them in a row in one channel",
            ),
        ],
    }
}

fn clipped_runs(levels: &Level, sample_rate_hz: u32) -> String {
    match levels.longest_clipped_run {
        None => "none".to_owned(),
        Some(longest) => {
            let at_s = longest.offset_frames as f64 / f64::from(sample_rate_hz.max(1));
            let runs = format::count(levels.clipped_runs);
            format!("{runs}; longest {} at {}", format::count(longest.length_frames), format::clock(at_s, 0.01))
        }
    }
}

fn loudness(found: &Loudness) -> Group {
    Group {
        title: "Loudness",
        lines: vec![
            line("Integrated", level(found.integrated_lufs, "LUFS"), "EBU R 128: gated loudness of the whole"),
            line("Range", level(found.range_lu, "LU"), "from the soft to the loud parts, EBU Tech 3342"),
            line("Momentary", level(found.momentary_max_lufs, "LUFS"), "loudest 400 ms"),
            line("Short-term", level(found.short_term_max_lufs, "LUFS"), "loudest 3 s"),
            line("True peak", level(found.true_peak_dbtp, "dBTP"), "highest point of the sound between its samples"),
        ],
    }
}

fn channels(channels: &[ChannelLevel]) -> Group {
    let lines = channels.iter().zip(1..).map(|(channel, number)| {
        let value = format!("{} / {}", level(channel.peak_dbfs, "dBFS"), level(channel.rms_dbfs, "dBFS"));
        line(&format!("Channel {number}"), value, "peak / RMS")
    });
    Group { title: "Channels", lines: lines.collect() }
}

fn noise(found: &Noise) -> Group {
    Group {
        title: "Noise",
        lines: vec![
            line(
                "Noise floor",
                level(found.noise_floor_dbfs, "dBFS"),
                "10th percentile of the level of 20 ms: of the pauses, where there are any",
            ),
            line("Signal to noise", level(found.snr_db, "dB"), "95th percentile above the noise floor: an estimate"),
            line(
                "Digital silence",
                format!("{:.1} %", 100.0 * found.digital_silence),
                "share of the time in which every sample is zero",
            ),
            line(
                "Zero crossings",
                format!("{:.0} per s", found.zero_crossings_per_s),
                "changes of sign: many in noise and hiss",
            ),
        ],
    }
}

fn spectrum(Analysis { spectral, .. }: &Analysis) -> Group {
    Group {
        title: "Spectrum",
        lines: vec![
            line(
                "Strongest partial",
                hz(spectral.peak_frequency_hz),
                "frequency of the highest peak of the mean spectrum",
            ),
            line("Its level", level(spectral.peak_level_dbfs, "dBFS"), "a sine of full amplitude would have 0 dBFS"),
            line("Centroid", hz(spectral.centroid_hz), "centre of mass of the power: heard as brightness"),
            line("Bandwidth", hz(spectral.bandwidth_hz), "standard deviation of the power around the centroid"),
            line("Roll-off", hz(spectral.rolloff_85_hz), "85 % of the power lies below"),
            line(
                "Flatness",
                spectral.flatness.map_or("none (silence)".to_owned(), |value| format!("{value:.4}")),
                "0 for a single tone, 1 for white noise",
            ),
        ],
    }
}

/// Mean and standard deviation.
fn spread(found: Option<Statistics>, number: impl Fn(f64) -> String) -> String {
    match found {
        Some(found) => format!("{} ± {}", number(found.mean), number(found.standard_deviation)),
        None => "none (silence)".to_owned(),
    }
}

fn frames(found: &SpectralFrames) -> Group {
    let decimals = |decimals: usize| move |value: f64| signed(value, decimals);
    let contrasts: Vec<f64> = found.contrast.iter().filter_map(|band| band.contrast_db).map(|db| db.mean).collect();
    let contrast = match contrasts.len() {
        0 => "none (silence)".to_owned(),
        bands => format!("{:.1} dB", contrasts.iter().sum::<f64>() / bands as f64),
    };
    Group {
        title: "Spectra over time (mean ± deviation)",
        lines: vec![
            line("Centroid", spread(found.centroid_hz, frequency), "how bright, and how much that changes"),
            line("Bandwidth", spread(found.bandwidth_hz, frequency), "how widely the power is spread"),
            line("Roll-off 85 %", spread(found.rolloff_85_hz, frequency), "85 % of the power lies below"),
            line("Roll-off 95 %", spread(found.rolloff_95_hz, frequency), "95 % of the power lies below"),
            line("Flatness", spread(found.flatness, decimals(4)), "0 for a single tone, 1 for white noise"),
            line("Flux", spread(found.flux, decimals(3)), "change from one spectrum to the next, 0 to 1.414"),
            line(
                "Slope",
                format!("{} dB/octave", spread(found.slope_db_per_octave, decimals(1))),
                "0 for white noise, −3 for pink",
            ),
            line("Contrast", contrast, "partials above the noise between them, mean of the octave bands"),
        ],
    }
}

fn partials(partials: &[Partial]) -> Group {
    const SHOWN: usize = 8;
    let lines = partials.iter().take(SHOWN).zip(1..).map(|(partial, number)| {
        let value = format!("{:.1} Hz, {}", partial.frequency_hz, level(Some(partial.level_dbfs), "dBFS"));
        line(&format!("Partial {number}"), value, "")
    });
    Group { title: "Strongest partials", lines: lines.collect() }
}

fn method(Analysis { engine, parameters, spectrogram, timing, .. }: &Analysis) -> Group {
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
    }
}
