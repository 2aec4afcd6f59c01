% Power spectra of the centred short-time Fourier transform, (N/2 + 1) bins x frames.
%
% Frame i (from 0) is centred on sample i H; outside of the sound there are zeros. S samples give 1 + floor (S / H)
% frames. A sine of amplitude 1 on a bin has power 1: P(k) = (2 |X(k)| / sum w)^2, and half of that amplitude at DC and
% at Nyquist, which have no mirror image.
function power = power_spectra (mono, parameters)
  N = parameters.window_length_frames;
  H = parameters.hop_frames;
  frames = 1 + floor (numel (mono) / H);
  padded = zeros ((frames - 1) * H + N, 1);
  inside = min (numel (mono), numel (padded) - N / 2);
  padded(N / 2 + (1:inside)) = double (mono(1:inside));

  w = analysis_window (parameters.window, N, parameters.kaiser_beta);
  amplitude = 2 * ones (N / 2 + 1, 1);
  amplitude([1, end]) = 1;
  power = zeros (N / 2 + 1, frames);
  for i = 0:frames - 1
    X = fft (w .* padded(i * H + (1:N)));
    power(:, i + 1) = (amplitude .* abs (X(1:N / 2 + 1)) / sum (w)) .^ 2;
  end
end
