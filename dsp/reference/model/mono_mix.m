% The mean of all channels: the channels added from the first to the last, then times 1/C, in single precision.
function mono = mono_mix (channels)
  mono = channels(:, 1);
  for c = 2:columns (channels)
    mono += channels(:, c);
  end
  mono *= single (1) / single (columns (channels));
end
