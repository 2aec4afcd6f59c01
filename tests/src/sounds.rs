//! Sounds and headers that the fixtures do not have: long ones, extreme ones, lying ones.

/// How samples are written into a WAV file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Encoding {
    /// Unsigned 8 bit.
    U8,
    /// Signed 16 bit.
    S16,
    /// IEEE float 32 bit.
    F32,
}

impl Encoding {
    fn format_tag(self) -> u16 {
        if self == Self::F32 { 3 } else { 1 }
    }

    fn bytes(self) -> u16 {
        match self {
            Self::U8 => 1,
            Self::S16 => 2,
            Self::F32 => 4,
        }
    }
}

/// A WAV header, truthful or not.
#[derive(Debug, Clone, Copy)]
pub struct Header {
    /// Sample encoding.
    pub encoding: Encoding,
    /// Number of channels.
    pub channels: u16,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Length of the sample data that the header promises.
    pub data_bytes: u32,
}

impl Header {
    /// The 44 bytes in front of the samples.
    pub fn to_bytes(self) -> Vec<u8> {
        let frame_bytes = self.encoding.bytes().wrapping_mul(self.channels);
        let mut bytes = Vec::with_capacity(44);
        bytes.extend_from_slice(b"RIFF");
        bytes.extend_from_slice(&self.data_bytes.saturating_add(36).to_le_bytes());
        bytes.extend_from_slice(b"WAVEfmt ");
        bytes.extend_from_slice(&16_u32.to_le_bytes());
        bytes.extend_from_slice(&self.encoding.format_tag().to_le_bytes());
        bytes.extend_from_slice(&self.channels.to_le_bytes());
        bytes.extend_from_slice(&self.sample_rate_hz.to_le_bytes());
        bytes.extend_from_slice(&self.sample_rate_hz.wrapping_mul(u32::from(frame_bytes)).to_le_bytes());
        bytes.extend_from_slice(&frame_bytes.to_le_bytes());
        bytes.extend_from_slice(&(self.encoding.bytes() * 8).to_le_bytes());
        bytes.extend_from_slice(b"data");
        bytes.extend_from_slice(&self.data_bytes.to_le_bytes());
        bytes
    }
}

/// A mono WAV file from samples in full scales.
pub fn wav(encoding: Encoding, sample_rate_hz: u32, samples: impl ExactSizeIterator<Item = f32>) -> Vec<u8> {
    let data_bytes = samples.len() as u32 * u32::from(encoding.bytes());
    let mut bytes = Header { encoding, channels: 1, sample_rate_hz, data_bytes }.to_bytes();
    for sample in samples {
        match encoding {
            Encoding::U8 => bytes.push((128.0 + 127.0 * sample) as u8),
            Encoding::S16 => bytes.extend_from_slice(&((32767.0 * sample) as i16).to_le_bytes()),
            Encoding::F32 => bytes.extend_from_slice(&sample.to_le_bytes()),
        }
    }
    bytes
}

/// A stereo WAV file of signed 16-bit samples in full scales; as long as the shorter side.
pub fn stereo(
    sample_rate_hz: u32,
    left: impl ExactSizeIterator<Item = f32>,
    right: impl ExactSizeIterator<Item = f32>,
) -> Vec<u8> {
    let data_bytes = left.len().min(right.len()) as u32 * 4;
    let mut bytes = Header { encoding: Encoding::S16, channels: 2, sample_rate_hz, data_bytes }.to_bytes();
    bytes.reserve(data_bytes as usize);
    for (left, right) in left.zip(right) {
        for sample in [left, right] {
            bytes.extend_from_slice(&((32767.0 * sample) as i16).to_le_bytes());
        }
    }
    bytes
}

/// A sine of half amplitude.
pub fn sine(frequency_hz: f32, sample_rate_hz: u32, frames: u32) -> impl ExactSizeIterator<Item = f32> {
    let step = std::f32::consts::TAU * frequency_hz / sample_rate_hz as f32;
    (0..frames).map(move |frame| 0.5 * (step * frame as f32 % std::f32::consts::TAU).sin())
}

/// Flips bits of a file, more of them for higher seeds. Half of the seeds damage the first kilobyte, where the structure is.
pub fn damage(bytes: &mut [u8], seed: u32) {
    let mut random = Noise::new(seed);
    let reach = if seed.is_multiple_of(2) { 1024 } else { bytes.len() as u32 };
    for _ in 0..1 + seed * 4 {
        let place = random.below(reach) as usize;
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << random.below(8);
        }
    }
}

/// Codes that damaged bytes may get: which one depends on where the damage is.
pub const DAMAGE_CODES: [&str; 9] = [
    "empty",
    "not_audio",
    "truncated",
    "corrupt",
    "unsupported_codec",
    "not_finite",
    "sample_rate",
    "too_many_channels",
    "too_long",
];

/// Much sound in few bytes: minutes of noise at 8 kHz and 8 bit, different for every seed.
pub fn minutes(minutes: u32, seed: u32) -> Vec<u8> {
    let mut noise = Noise::new(seed);
    wav(Encoding::U8, 8_000, (0..minutes * 60 * 8_000).map(move |_| noise.next_sample()))
}

/// A small generator of noise and of choices that a failing test can repeat.
#[derive(Debug, Clone)]
pub struct Noise(u32);

impl Noise {
    /// The same seed gives the same noise.
    pub fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761) | 1)
    }

    /// Xorshift (Marsaglia 2003).
    pub fn next_u32(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// Uniform in ±0.5.
    pub fn next_sample(&mut self) -> f32 {
        self.next_u32() as f32 / u32::MAX as f32 - 0.5
    }

    /// Below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        self.next_u32() % end.max(1)
    }
}
