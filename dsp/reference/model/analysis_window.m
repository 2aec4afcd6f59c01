% The N coefficients of an analysis window, as a column, each rounded to single precision as the engine keeps them.
%
% Periodic windows have w(n) = w(n + N), symmetric ones read the same backwards (Harris 1978). `name` is the name of the
% shape with "_periodic" or "_symmetric" behind it, or "rectangular"; `beta` belongs to Kaiser's.
function w = analysis_window (name, N, beta = 0)
  period = N;
  if ! isempty (strfind (name, "_symmetric"))
    period = N - 1;
  end
  x = 2 * pi * (0:N - 1)' / period;
  switch strrep (strrep (name, "_symmetric", ""), "_periodic", "")
    case "rectangular"
      w = ones (N, 1);
    case "hann"
      w = 0.5 - 0.5 * cos (x);
    case "hamming"
      w = 0.54 - 0.46 * cos (x);
    case "blackman"
      w = 0.42 - 0.5 * cos (x) + 0.08 * cos (2 * x);
    case "blackman_harris"
      w = 0.35875 - 0.48829 * cos (x) + 0.14128 * cos (2 * x) - 0.01168 * cos (3 * x);
    case "flat_top"
      w = 0.21557895 - 0.41663158 * cos (x) + 0.277263158 * cos (2 * x) - 0.083578947 * cos (3 * x) ...
          + 0.006947368 * cos (4 * x);
    case "kaiser"
      w = besseli (0, beta * sqrt (max (1 - (x / pi - 1) .^ 2, 0))) / besseli (0, beta);
    otherwise
      error ("no window named %s", name);
  end
  w = double (single (w));
end
