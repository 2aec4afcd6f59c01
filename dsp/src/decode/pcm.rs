//! 16-bit samples straight from the packet: symphonia reads them one by one, the loops here are vectors.

use symphonia::core::codecs::audio::{AudioCodecParameters, well_known::CODEC_ID_PCM_S16LE};

/// Little-endian 16-bit samples that fill their words, of so many channels.
#[derive(Clone, Copy)]
pub(super) struct Words {
    channels: usize,
}

impl Words {
    /// `None` where the codec is another, or uses only some of the bits.
    pub(super) fn of(params: &AudioCodecParameters, channels: u32) -> Option<Self> {
        let whole = |bits: Option<u32>| bits.is_none_or(|bits| bits == 16);
        let fits = params.codec == CODEC_ID_PCM_S16LE
            && whole(params.bits_per_sample)
            && whole(params.bits_per_coded_sample)
            && channels > 0;
        fits.then_some(Self { channels: channels as usize })
    }

    /// Writes the whole frames of a packet, full scale ±1.0 as symphonia has it; the number of frames.
    pub(super) fn decode(self, data: &[u8], planar: &mut Vec<Vec<f32>>) -> usize {
        planar.resize_with(self.channels, Vec::new);
        planar.iter_mut().for_each(Vec::clear);
        match planar.as_mut_slice() {
            [mono] => mono.extend(data.as_chunks::<2>().0.iter().map(|&word| sample(word))),
            [left, right] => {
                let frames = data.as_chunks::<4>().0;
                left.extend(frames.iter().map(|&[low, high, _, _]| sample([low, high])));
                right.extend(frames.iter().map(|&[_, _, low, high]| sample([low, high])));
            }
            more => {
                for frame in data.chunks_exact(2 * self.channels) {
                    for (channel, &word) in more.iter_mut().zip(frame.as_chunks::<2>().0) {
                        channel.push(sample(word));
                    }
                }
            }
        }
        planar.first().map_or(0, Vec::len)
    }
}

#[inline(always)]
fn sample(word: [u8; 2]) -> f32 {
    f32::from(i16::from_le_bytes(word)) / 32_768.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_its_words() {
        for channels in 1..=5usize {
            let value = |frame: usize, channel: usize| (frame * 7_919 + channel * 104_729 + 13) as u16 as i16;
            let frames = 37;
            let mut data: Vec<u8> =
                (0..frames * channels).flat_map(|at| value(at / channels, at % channels).to_le_bytes()).collect();
            // Half a frame at the end is no frame.
            data.push(1);
            let mut planar = vec![vec![9.0; 3]; 7];
            assert_eq!(Words { channels }.decode(&data, &mut planar), frames);
            assert_eq!(planar.len(), channels);
            for (channel, samples) in planar.iter().enumerate() {
                let expected: Vec<f32> = (0..frames).map(|at| f32::from(value(at, channel)) / 32_768.0).collect();
                assert_eq!(samples, &expected);
            }
        }
    }
}
