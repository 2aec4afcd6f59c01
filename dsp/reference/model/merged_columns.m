% The spectrogram's columns: means over runs of 2^m frames, with the smallest m for which there are at most
% `max_columns` of them. The last run may be shorter; its mean is over what it has.
function [means, frames_per_column] = merged_columns (power, max_columns)
  frames = columns (power);
  frames_per_column = 1;
  while ceil (frames / frames_per_column) > max_columns
    frames_per_column *= 2;
  end
  means = zeros (rows (power), ceil (frames / frames_per_column));
  for c = 1:columns (means)
    run = (c - 1) * frames_per_column + 1:min (c * frames_per_column, frames);
    means(:, c) = mean (power(:, run), 2);
  end
end
