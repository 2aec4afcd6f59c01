//! The plain mean of all channels.

/// Writes the arithmetic mean of all channels into `mono`: every channel has the same weight 1/C, so that a mix
/// never clips and equal channels keep their level.
///
/// `channels` are C slices of equal length F; `mono` is cleared and then holds F samples.
pub fn to_mono<C: AsRef<[f32]>>(channels: &[C], mono: &mut alloc::vec::Vec<f32>) {
    mono.clear();
    let Some((first, rest)) = channels.split_first() else { return };
    mono.extend_from_slice(first.as_ref());
    for channel in rest {
        for (sum, &x) in mono.iter_mut().zip(channel.as_ref()) {
            *sum += x;
        }
    }
    if channels.len() > 1 {
        let scale = 1.0 / channels.len() as f32;
        mono.iter_mut().for_each(|x| *x *= scale);
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    #[test]
    fn means_all_channels() {
        let mut mono = vec![9.0; 7];
        to_mono(&[vec![1.0, 0.5], vec![0.0, 0.5], vec![0.5, 0.5], vec![0.5, 0.5]], &mut mono);
        assert_eq!(mono, [0.5, 0.5]);
    }

    #[test]
    fn no_channel_is_no_sound() {
        let mut mono = vec![1.0];
        to_mono::<Vec<f32>>(&[], &mut mono);
        assert!(mono.is_empty());
    }
}
