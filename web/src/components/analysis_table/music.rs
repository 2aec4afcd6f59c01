//! Lines about rhythm and tones.

use dsp::analysis::{KeyMatch, Rhythm, Tonal};

use super::groups::{Group, line};
use crate::format;

pub(super) fn rhythm(found: &Rhythm) -> Group {
    let tempo = found.tempo.map_or("none".to_owned(), |tempo| format!("{:.1} BPM", tempo.bpm));
    let confidence = found.tempo.map_or("none".to_owned(), |tempo| format!("{:.2}", tempo.confidence));
    Group {
        title: "Rhythm",
        lines: vec![
            line("Tempo", tempo, "beats per minute; none where nothing repeats, or in less than 4 s of sound"),
            line("Its confidence", confidence, "1 where every beat is like the next, 0.1 where it may be chance"),
            line("Beats", format::count(found.beats.count), "found by following the tempo from onset to onset"),
            line("Onsets", format::count(found.onsets.count), "beginnings of notes, strokes and syllables"),
        ],
    }
}

pub(super) fn tones(found: &Tonal) -> Group {
    let key = |key: Option<KeyMatch>| {
        key.map_or("none".to_owned(), |key| format!("{} {} ({:.2})", key.tonic, key.mode, key.correlation))
    };
    let tuning = found.tuning.map_or("none".to_owned(), |tuning| {
        let cents = format::signed(tuning.deviation_cents, 1);
        format!("A = {:.1} Hz ({cents} cents)", tuning.a4_hz())
    });
    let mut lines = vec![
        line("Key", key(found.key.map(|key| key.best)), "best fit of the notes, and its correlation"),
        line("Next key", key(found.key.map(|key| key.second)), "the closer its correlation, the less sure the key"),
        line("Tuning", tuning, "none where the partials lie anywhere, as in noise and speech"),
    ];
    if let Some(pitch) = &found.pitch {
        let hz = |value: Option<f64>| value.map_or("none".to_owned(), |hz| format!("{hz:.1} Hz"));
        let range = format!("{} to {}", hz(pitch.low_hz), hz(pitch.high_hz));
        lines.extend([
            line("Pitch", hz(pitch.median_hz), "median fundamental; means something where one voice sounds"),
            line("Its range", range, "nine tenths of the voiced time lie within"),
            line("Voiced", format!("{:.1} %", 100.0 * pitch.voiced_fraction), "share of the time that has a pitch"),
        ]);
    }
    Group { title: "Tones", lines }
}
