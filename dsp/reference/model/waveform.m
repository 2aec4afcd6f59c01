% Overview of the mono mix: minimum, maximum and RMS over runs of 64 x 2^m frames, with the smallest m for which there
% are at most `max_buckets` of them. The last run may be shorter.
function overview = waveform (mono, parameters)
  bucket = 64;
  while ceil (numel (mono) / bucket) > parameters.max_buckets
    bucket *= 2;
  end
  count = ceil (numel (mono) / bucket);
  overview.bucket_duration_s = bucket / parameters.analysis_rate_hz;
  overview.min = overview.max = overview.rms = zeros (1, count);
  for b = 1:count
    run = double (mono((b - 1) * bucket + 1:min (b * bucket, numel (mono))));
    overview.min(b) = min (run);
    overview.max(b) = max (run);
    overview.rms(b) = sqrt (mean (run .^ 2));
  end
end
