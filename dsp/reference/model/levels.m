% Levels of the samples of all channels together. Full scale +-1 is 0 dBFS, also for RMS (a full-scale sine has -3.01).
% Levels of digital silence are empty.
function level = levels (channels, bits_per_sample)
  samples = double (channels(:));
  peak = max (abs (samples));
  rms = sqrt (mean (samples .^ 2));
  level.min = min (samples);
  level.max = max (samples);
  level.dc_offset = mean (samples);
  level.peak_dbfs = decibels_of_amplitude (peak);
  level.rms_dbfs = decibels_of_amplitude (rms);
  level.crest_factor_db = level.peak_dbfs - level.rms_dbfs;
  % Clipped is what reaches the largest positive value of the source, of 16 bits where it is finer or unknown.
  bits = bits_per_sample;
  if bits == 0
    bits = 16;
  end
  bits = min (max (bits, 2), 16);
  level.clipped_samples = sum (abs (samples) >= 1 - 2 ^ (1 - bits));
end

function db = decibels_of_amplitude (amplitude)
  db = [];
  if amplitude > 0
    db = 20 * log10 (amplitude);
  end
end
