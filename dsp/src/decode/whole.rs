//! Whether all the sound is there that a file promises.

use symphonia::core::formats::Track;

use super::{DecodeError, StreamInfo, mpeg};

/// Codecs whose headers count frames to the last one; the others may be off by encoder delay and padding.
const EXACT_CODECS: [&str; 2] = ["flac", "alac"];
/// What a lossy codec's frame count may be off: delay and padding of the encoder.
const LOSSY_TOLERANCE_FRAMES: u64 = 4_608;

/// Refuses a file that has ended, after `actual_frames`, before what its header promises.
pub(super) fn check_end(info: &StreamInfo, actual_frames: u64) -> Result<(), DecodeError> {
    let exact = info.codec.starts_with("pcm") || EXACT_CODECS.contains(&info.codec.as_str());
    let tolerance = if exact { 0 } else { LOSSY_TOLERANCE_FRAMES };
    if actual_frames.saturating_add(tolerance) < info.frames.unwrap_or(0) {
        return Err(DecodeError::Truncated { expected_frames: info.frames, actual_frames: Some(actual_frames) });
    }
    if actual_frames == 0 { Err(DecodeError::Empty) } else { Ok(()) }
}

/// Refuses MP3 and ADTS files with a hole or a cut last frame.
pub(super) fn check_walk(walk: mpeg::Walk) -> Result<(), DecodeError> {
    if let Some(offset_frames) = walk.gap {
        return Err(DecodeError::Corrupt { offset_frames, reason: "a stretch that is no sound".into() });
    }
    if walk.cut_off {
        return Err(DecodeError::Truncated { expected_frames: None, actual_frames: Some(walk.frames) });
    }
    Ok(())
}

/// What an MP3 or ADTS file holds: by its own header (which knows delay and padding) where that fits the walk.
pub(super) fn walked_frames(walk: mpeg::Walk, track: &Track) -> Result<u64, DecodeError> {
    let Some(declared) = track.num_frames else { return Ok(walk.frames) };
    let trimmed = u64::from(track.delay.unwrap_or(0)) + u64::from(track.padding.unwrap_or(0));
    // The reader would stop where its header says, and leave the rest unheard.
    if declared + trimmed + LOSSY_TOLERANCE_FRAMES < walk.frames {
        let reason = format!("its header counts {declared} frames, but {} are there", walk.frames);
        return Err(DecodeError::Corrupt { offset_frames: declared, reason });
    }
    Ok(declared)
}
