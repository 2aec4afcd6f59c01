//! Mixing, without `std`.
//!
//! | what                                          | by               | gains                                         |
//! |-----------------------------------------------|------------------|-----------------------------------------------|
//! | any channels to one, for analysis             | [`to_mono`]      | 1/C each: never clips                         |
//! | a loudspeaker layout to mono or stereo        | [`DownMix`]      | ITU-R BS.775-4, as they are or scaled not to clip |
//! | tracks to stereo, each with gain and pan      | [`mix_tracks`]   | constant power, -3.01 dB in the middle        |

mod downmix;
mod gain;
mod layout;
mod mask;
mod mono;
mod pan;
mod tracks;

pub use downmix::{DownMix, Scale};
pub use gain::{MAX_GAIN_DB, apply_gain, db_to_amplitude, peak};
pub use layout::Layout;
pub use mask::ChannelMask;
pub use mono::to_mono;
pub use pan::StereoGains;
pub use tracks::{MAX_MIX_FRAMES, MixError, Mixed, Track, mix_tracks};
