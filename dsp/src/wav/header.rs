//! The header of a WAV file, always in the extensible form: one layout for every depth and number of channels.

use super::{Encoding, WavError};
use crate::mix::ChannelMask;

/// RIFF, WAVE, fmt (extensible, 40 bytes), fact, data: what stands before the samples.
pub(super) const HEADER_BYTES: u64 = 80;
/// What a RIFF length of 32 bits leaves for samples.
pub(super) const MAX_DATA_BYTES: u64 = u32::MAX as u64 - HEADER_BYTES - 1;

/// Tag of the extensible format, and the GUID that follows the sub-format's number.
const EXTENSIBLE: u16 = 0xfffe;
const GUID_TAIL: [u8; 14] = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/// Format of a WAV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavFormat {
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Loudspeakers of the channels; the usual ones of so many where there is none.
    pub channel_mask: Option<ChannelMask>,
    /// How one sample is written.
    pub encoding: Encoding,
}

impl WavFormat {
    /// Bytes of one frame.
    pub(super) fn frame_bytes(self) -> u32 {
        self.channels * self.encoding.bytes()
    }

    pub(super) fn check(self) -> Result<(), WavError> {
        let Self { sample_rate_hz, channels, encoding, .. } = self;
        let fits = channels > 0 && channels.saturating_mul(encoding.bytes()) <= u32::from(u16::MAX);
        if !fits || sample_rate_hz == 0 || sample_rate_hz.checked_mul(self.frame_bytes()).is_none() {
            return Err(WavError::Format { channels, sample_rate_hz });
        }
        Ok(())
    }

    /// The bytes before the samples, all numbers little-endian.
    pub(super) fn header(self, data_bytes: u32) -> [u8; HEADER_BYTES as usize] {
        let mut header = [0; HEADER_BYTES as usize];
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            header[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        let frame_bytes = self.frame_bytes();
        put(b"RIFF");
        put(&(data_bytes.next_multiple_of(2) + HEADER_BYTES as u32 - 8).to_le_bytes());
        put(b"WAVEfmt ");
        put(&40u32.to_le_bytes());
        put(&EXTENSIBLE.to_le_bytes());
        put(&(self.channels as u16).to_le_bytes());
        put(&self.sample_rate_hz.to_le_bytes());
        put(&(self.sample_rate_hz * frame_bytes).to_le_bytes());
        put(&(frame_bytes as u16).to_le_bytes());
        put(&(self.encoding.bytes() as u16 * 8).to_le_bytes());
        put(&22u16.to_le_bytes());
        put(&(self.encoding.bytes() as u16 * 8).to_le_bytes());
        put(&self.speakers().to_le_bytes());
        put(&if self.encoding == Encoding::Float32 { 3u16 } else { 1 }.to_le_bytes());
        put(&GUID_TAIL);
        put(b"fact");
        put(&4u32.to_le_bytes());
        put(&(data_bytes / frame_bytes.max(1)).to_le_bytes());
        put(b"data");
        put(&data_bytes.to_le_bytes());
        header
    }

    /// Speaker positions: centre for one channel, left and right for two, the usual order up to 7.1 (seven are 6.1: one
    /// behind, two beside), else unassigned.
    fn speakers(self) -> u32 {
        if let Some(mask) = self.channel_mask.filter(|mask| mask.channels() as u32 == self.channels) {
            return mask.bits();
        }
        match self.channels {
            1 => 0x4,
            2 => 0x3,
            3 => 0x7,
            4 => 0x33,
            5 => 0x37,
            6 => 0x3f,
            7 => 0x70f,
            8 => 0x63f,
            _ => 0,
        }
    }
}
