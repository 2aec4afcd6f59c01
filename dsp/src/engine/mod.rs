//! The engine's operations by name: what a service calls, one request and one outcome each.
//!
//! | operation               | takes                     | gives                                                     |
//! |-------------------------|---------------------------|-----------------------------------------------------------|
//! | [`save_spectrogram`]    | a file                    | a picture of its spectrogram (PNG)                        |
//! | [`do_resampling`]       | sound                     | the same sound at another rate                            |
//! | [`do_mixing`]           | sound                     | its channels mixed to one or two                          |
//! | [`mix_sounds`]          | sounds with gain and pan  | all of them mixed to stereo                               |
//! | [`do_fft`]              | sound                     | the power spectra of its mono mix, frame by frame         |
//! | [`do_analysis`]         | a file, sound, or spectra | levels and statistics (JSON)                              |
//! | [`das_batch`]           | files and operations      | a result for every file and operation; each file is decoded once |
//!
//! [`Sound`] and [`Spectra`] are in memory and as large as they are; files stream through [`das_batch`],
//! [`save_spectrogram`] and [`do_analysis`] in memory that does not grow with their length.
//!
//! Files are written under another name and renamed when they are complete: an output that is there is whole.

mod analysis;
mod batch;
mod error;
mod fft;
mod mixing;
mod output;
mod resampling;
mod sound;
mod spectrogram;
mod stream;

pub use analysis::{AnalysisOutcome, AnalysisRequest, SpectraAnalysis, StftShape, Subject, do_analysis};
pub use batch::{
    BatchError, BatchItem, BatchOutcome, BatchProgress, BatchRequest, Cancel, FileOutcome, Operation, Problem,
    das_batch,
};
pub use error::EngineError;
pub use fft::{FftRequest, Spectra, SpectrumSummary, do_fft};
pub use mixing::{MixTarget, MixedSounds, MixingRequest, SoundTrack, do_mixing, mix_sounds};
pub use resampling::{ResamplingRequest, SoundResampler, do_resampling};
pub use sound::{MAX_CHANNELS, MAX_SAMPLES, RATES_HZ, Sound};
pub use spectrogram::{SpectrogramOutcome, SpectrogramRequest, save_spectrogram};
pub use stream::AnalysisStream;
