//! The instrument of the details page: spectrogram, waveform and player over one time axis.

pub mod axes;
pub mod connection;
pub mod controls;
pub mod player;
pub mod readout;
pub mod spectrogram;
pub mod state;
pub mod waveform;
