% The N coefficients of an analysis window, as a column, each rounded to single precision as the engine keeps them.
% Periodic: w(n) = w(n + N) (Harris 1978).
function w = analysis_window (name, N)
  n = (0:N - 1)';
  switch name
    case "hann_periodic"
      w = 0.5 - 0.5 * cos (2 * pi * n / N);
    case "rectangular"
      w = ones (N, 1);
    otherwise
      error ("no window named %s", name);
  end
  w = double (single (w));
end
