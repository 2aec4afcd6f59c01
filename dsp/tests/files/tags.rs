//! What files say about their sound.

use crate::support::{analyse, fixture, wav};

#[test]
fn tags_are_read() {
    for name in ["wav16.wav", "flac16.flac", "mp3.mp3", "vorbis.ogg", "aac.m4a"] {
        let outcome = analyse(name, fixture(name)).unwrap();
        let tags = &outcome.analysis.source.tags;
        let value = |key: &str| tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.as_str());
        assert_eq!(value("track_title"), Some("Tone and chirp"), "{name}: {tags:?}");
        assert_eq!(value("artist"), Some("DAS"), "{name}: {tags:?}");
    }
}

#[test]
fn tags_that_stand_behind_the_sound_are_read() {
    let list = b"LIST\x1e\0\0\0INFOINAM\x06\0\0\0Robin\0IART\x04\0\0\0DAS\0";
    let mut id3 = b"TAGRobin".to_vec();
    id3.resize(33, 0);
    id3.extend(b"DAS");
    id3.resize(128, 0);
    let bare = wav(8_000, 1, 2_000, &[0x10; 2_000]);
    for (file, sound, tags, title) in [
        ("wave.wav", bare, &list[..], "Robin"),
        ("cbr.mp3", fixture("cbr.mp3"), &id3, "Robin"),
        ("aiff16.aiff", fixture("aiff16.aiff"), b"AUTH\0\0\0\x03DAS\0", "Tone and chirp"),
    ] {
        let source = analyse(file, [&sound, tags].concat()).unwrap().analysis.source;
        let value = |key: &str| source.tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.as_str());
        assert_eq!((value("track_title"), value("artist")), (Some(title), Some("DAS")), "{file}: {:?}", source.tags);
    }
    // What a better tag says whole is not repeated.
    let known = analyse("mp3.mp3", [fixture("mp3.mp3"), id3].concat()).unwrap().analysis.source.tags;
    assert_eq!(known.iter().filter(|tag| tag.key == "track_title").count(), 1);
    assert!(known.iter().any(|tag| tag.value == "Tone and chirp"));
}

#[test]
fn tags_behind_the_sound_are_no_damage() {
    for name in ["mp3.mp3", "cbr.mp3", "aac.aac", "vorbis.ogg"] {
        let mut tagged = fixture(name);
        tagged.extend(b"TAG");
        tagged.extend([b' '; 125]);
        let (plain, tagged) = (analyse(name, fixture(name)).unwrap(), analyse(name, tagged).unwrap());
        assert_eq!(plain.analysis.source.frames, tagged.analysis.source.frames, "{name}");
    }
}
