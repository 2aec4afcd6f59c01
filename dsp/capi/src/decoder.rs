//! Files, block by block.

use std::{ffi::c_char, fs::File, io::Cursor, path::Path};

use dsp::{
    decode::{Decoder, Limits, MediaSource, StreamInfo},
    engine::EngineError,
};

use crate::{
    boundary::{Caller, Exclusive, Failure, Kind, das_status, elements, enter, quietly},
    options::{das_limits, limits},
    pending::Pending,
    text::{das_text, text},
};

/// Reads a file block by block, in memory that does not grow with its length.
pub struct das_decoder(());

impl Kind for das_decoder {
    type Value = Opened;
    const TAG: [u8; 8] = *b"das.deco";
}

/// A decoder and what it said when it was opened.
pub(crate) struct Opened {
    info: StreamInfo,
    stream: Exclusive<Reading>,
}

pub(crate) struct Reading {
    decoder: Decoder,
    pending: Pending,
    /// Nothing more will come: the whole file is read, or it is damaged here.
    end: Option<End>,
}

enum End {
    Whole,
    /// With the reason, until it has been told.
    Damaged(Option<Failure>),
}

/// What the header of a file says.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct das_stream_info {
    /// Frames that the header promises, 0 where it does not say.
    pub frames: u64,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Bits of one sample, 0 where the codec does not state them.
    pub bits_per_sample: u32,
    /// Always 0.
    pub reserved: u32,
}

fn open(source: Box<dyn MediaSource>, name: Option<&str>, limits: &Limits) -> Result<Opened, Failure> {
    let decoder = Decoder::open(source, name, limits).map_err(EngineError::from)?;
    let info = decoder.info().clone();
    let reading = Reading { decoder, pending: Pending::default(), end: None };
    Ok(Opened { info, stream: Exclusive::new(reading) })
}

fn open_file(path: &Path, limits: &Limits) -> Result<Opened, Failure> {
    let input = |source| EngineError::Input { path: path.to_path_buf(), source };
    // Opening a pipe would wait for its writer.
    if !std::fs::metadata(path).map_err(input)?.is_file() {
        return Err(input(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file")).into());
    }
    let file = File::open(path).map_err(input)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    open(Box::new(file), name.as_deref(), limits)
}

/// Opens the file `path` and checks its header against `limits`, which may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_decoder_open(
    path: *const c_char,
    limits: *const das_limits,
    decoder: *mut *mut das_decoder,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (slot, path) = (caller.slot(decoder, "decoder")?, caller.path(path, "path")?);
        slot.fill(open_file(path, &self::limits(&caller, limits)?)?);
        Ok(())
    })
}

/// As das_decoder_open() for the `length` bytes of a file in memory, which are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_decoder_open_memory(
    bytes: *const u8,
    length: usize,
    limits: *const das_limits,
    decoder: *mut *mut das_decoder,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (slot, bytes) = (caller.slot(decoder, "decoder")?, caller.slice(bytes, length, "bytes")?);
        slot.fill(open(Box::new(Cursor::new(bytes.to_vec())), None, &self::limits(&caller, limits)?)?);
        Ok(())
    })
}

/// Writes what the header says to *info.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_decoder_get_info(decoder: *const das_decoder, info: *mut das_stream_info) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (known, out) = (&caller.get(decoder, "decoder")?.info, caller.out(info, "info")?);
        out.set(das_stream_info {
            frames: known.frames.unwrap_or(0),
            sample_rate_hz: known.sample_rate_hz,
            channels: known.channels,
            bits_per_sample: known.bits_per_sample.unwrap_or(0),
            reserved: 0,
        });
        Ok(())
    })
}

/// Everything the header says as JSON: container, codec, sample_rate_hz, channels, bits_per_sample, frames, and tags, a list
/// of {"key", "value"}.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_decoder_describe(decoder: *const das_decoder, json: *mut *mut das_text) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (opened, slot) = (caller.get(decoder, "decoder")?, caller.slot(json, "json")?);
        let json = serde_json::to_string(&opened.info).map_err(|error| Failure::internal(error.to_string()))?;
        slot.fill(text(json)?);
        Ok(())
    })
}

/// Decodes `capacity` frames of interleaved sound into `interleaved` (room for capacity x channels samples) and writes their
/// number to *frames: fewer only where the sound ends, 0 only at the end of a whole file or where the capacity is 0. A file
/// that turns out to be damaged or cut off is DAS_STATUS_REFUSED, after the sound before the damage; later calls then
/// fail with DAS_STATUS_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_decoder_read(
    decoder: *mut das_decoder,
    interleaved: *mut f32,
    capacity: usize,
    frames: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let opened = caller.get(decoder, "decoder")?;
        let channels = opened.info.channels as usize;
        let room = elements(capacity, channels, "interleaved")?;
        let (out, buffer) = (caller.out(frames, "frames")?, caller.slice_mut(interleaved, room, "interleaved")?);
        out.set(opened.stream.with(|reading| reading.read(buffer, channels))?);
        Ok(())
    })
}

impl Reading {
    /// Fills the buffer, which holds whole frames, as far as there is sound; the number of frames.
    fn read(&mut self, buffer: &mut [f32], channels: usize) -> Result<usize, Failure> {
        let mut frames = 0;
        loop {
            frames += self.pending.read(&mut buffer[frames * channels..], channels);
            if frames * channels == buffer.len() {
                return Ok(frames);
            }
            match &mut self.end {
                // What was decoded before the damage comes first, then the reason, once.
                Some(_) if frames > 0 => return Ok(frames),
                Some(End::Whole) => return Ok(0),
                Some(End::Damaged(why)) => {
                    return Err(why
                        .take()
                        .unwrap_or_else(|| Failure::state("the file is damaged; there is no more sound")));
                }
                None => self.decode()?,
            }
        }
    }

    /// One block more, or the end.
    fn decode(&mut self) -> Result<(), Failure> {
        self.pending.expect(0)?;
        match self.decoder.next_block() {
            Ok(Some(block)) => self.pending.interleave(block),
            Ok(None) => self.end = Some(End::Whole),
            Err(error) => self.end = Some(End::Damaged(Some(EngineError::from(error).into()))),
        }
        Ok(())
    }
}

/// Gives a decoder back and closes its file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_decoder_free(decoder: *mut das_decoder) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(decoder, "decoder")
    });
}
