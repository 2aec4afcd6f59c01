% Statistics of the power spectra, (N/2 + 1) bins x frames. All are empty where there is only silence.
%
% Centroid, bandwidth, roll-off and peak are those of the sum of all spectra; flatness is a mean over frames.
function found = spectral_statistics (power, parameters)
  bin_width_hz = parameters.analysis_rate_hz / parameters.window_length_frames;
  f = (0:rows (power) - 1)' * bin_width_hz;
  sums = sum (power, 2);
  total = sum (sums);
  found = struct ("centroid_hz", [], "bandwidth_hz", [], "rolloff_85_hz", [], "flatness", [], ...
                  "peak_frequency_hz", [], "peak_level_dbfs", []);
  if total > 0
    found.centroid_hz = sum (f .* sums) / total;
    found.bandwidth_hz = sqrt (sum ((f - found.centroid_hz) .^ 2 .* sums) / total);
    found.rolloff_85_hz = f(find (cumsum (sums) >= 0.85 * total, 1));
    [position, found.peak_level_dbfs] = strongest_partial (sums / columns (power));
    found.peak_frequency_hz = position * bin_width_hz;
  end

  % Flatness (Dubnov 2004): geometric over arithmetic mean; -200 dBFS are added for the logarithm of empty cells, and
  % frames below -120 dBFS in each cell count as silent.
  sounding = power(:, mean (power) > 1e-12);
  if ! isempty (sounding)
    found.flatness = mean (exp (mean (log (sounding + 1e-20))) ./ mean (sounding));
  end
end

% Position in bins (from 0) and level of the strongest cell that is no direct current, refined by the parabola through
% it and its neighbours in decibels. Cell 0 is scaled for direct current and counts twice in it.
function [position, level] = strongest_partial (power)
  from = end_of_direct_current (power);
  [strongest, at] = max (power(from:end));
  at += from - 1;
  if at == 1 || from == numel (power) || strongest <= 4e-12 * power(1)
    position = 0;
    level = 10 * log10 (max (power(1), 1e-30));
    return;
  end
  position = at - 1;
  level = 10 * log10 (max (power(at), 1e-30));
  if at < numel (power)
    left = 10 * log10 (max (power(at - 1) * (1 + (at == 2)), 1e-30));
    right = 10 * log10 (max (power(at + 1), 1e-30));
    curvature = left - 2 * level + right;
    if curvature < 0
      shift = 0.5 * (left - right) / curvature;
      position += shift;
      level -= 0.25 * (left - right) * shift;
    end
  end
end

% First cell (from 1) behind direct current: the valley behind cells that fall from 0 on, or from a cell 1 that is at
% most four times as strong, which is the most that any window makes of direct current.
function from = end_of_direct_current (power)
  rises = [power(2:end) > power(1:end - 1); false];
  top = 1 + rises(1);
  if rises(top) || power(top) > 4 * power(1)
    from = 1;
    return;
  end
  from = top;
  while from < numel (power) && ! rises(from)
    from += 1;
  end
end
