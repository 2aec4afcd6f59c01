% The frequency visualizer, as a specification that runs.
%
%   result = frequency_visualizer (channels, parameters)
%
% channels     frames x C samples as the file holds them, single precision, full scale +-1, at the analysis rate.
%              Resampling is no part of the model: sound that is at the analysis rate already passes the engine's
%              resampler untouched, and any other is compared where it is resampled (soxr, not here).
% parameters   struct with analysis_rate_hz, window_length_frames (N), hop_frames (H), window (see
%              analysis_window), kaiser_beta, max_columns, max_buckets, floor_dbfs, bits_per_sample (0: unknown)
%
% Samples and their mono mix are single precision, as they are in the engine; from the window on, everything here is
% double precision.
function result = frequency_visualizer (channels, parameters)
  mono = mono_mix (channels);
  power = power_spectra (mono, parameters);
  [columns, frames_per_column] = merged_columns (power, parameters.max_columns);
  result.level = levels (channels, parameters.bits_per_sample);
  result.waveform = waveform (mono, parameters);
  result.spectral = spectral_statistics (power, parameters);
  result.stft_frames = size (power, 2);
  result.frames_per_column = frames_per_column;
  % Bins x columns, mean power of each column in decibels, not lower than the floor.
  result.level_db = max (10 * log10 (columns), parameters.floor_dbfs);
end
