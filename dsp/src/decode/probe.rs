//! Finding the reader and the decoder of a file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions},
    },
    formats::{FormatOptions, FormatReader, Track, TrackType, probe::Hint},
    io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use super::{DecodeError, Limits};

/// Read-ahead buffer of symphonia.
const BUFFER_BYTES: usize = 256 * 1024;

/// Runs a piece of a decoder library. A panic in it is damage to this file, not to the program; where a panic cannot be
/// caught (in the browser), it ends the worker, and the page starts another.
pub(super) fn guarded<T>(offset_frames: u64, work: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(DecodeError::panicked(offset_frames)))
}

/// A reader, the decoder of its track with sound, and what the reader says of both.
pub(super) type Opened = (Box<dyn FormatReader>, Box<dyn AudioDecoder>, Track, AudioCodecParameters);

/// Asks symphonia what `source` is. `file_name` is a hint, never trusted.
pub(super) fn probe(
    source: Box<dyn MediaSource>,
    file_name: Option<&str>,
    limits: &Limits,
) -> Result<Opened, DecodeError> {
    let mut hint = Hint::new();
    if let Some((_, extension)) = file_name.and_then(|name| name.rsplit_once('.')) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions { buffer_len: BUFFER_BYTES });
    let reader = symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(DecodeError::while_probing)?;
    let no_track = || DecodeError::UnsupportedCodec { reason: "no track with sound".into() };
    let track = reader.default_track(TrackType::Audio).ok_or_else(no_track)?.clone();
    let Some(CodecParameters::Audio(params)) = track.codec_params.clone() else { return Err(no_track()) };
    // Checked before the decoder is made: some divide by it.
    if params.sample_rate == Some(0) {
        return Err(DecodeError::SampleRate { limit_hz: limits.max_sample_rate_hz, actual_hz: 0 });
    }
    let decoder = symphonia::default::get_codecs()
        .make_audio_decoder(&params, &AudioDecoderOptions::default().verify(true))
        .map_err(|error| DecodeError::UnsupportedCodec { reason: error.to_string() })?;
    Ok((reader, decoder, track, params))
}
