"""scipy's Welch estimates: python3 dsp/reference/peers_transfer.py writes dsp/reference/numbers/transfer.json.

x is noise of 60,000 frames from seed 1; the response is y[n] = 0.5 x[n] - 0.3 x[n - 3] + 0.2 x[n - 40], and 0.1 times
noise from seed 77 is added to it. Rate 48,000.
"""

import numpy as np
import scipy
from scipy import signal

from record import record
from signals import noise


def main():
    x = noise(60_000, 1).astype(np.float64)
    y = 0.5 * x
    y[3:] -= 0.3 * x[:-3]
    y[40:] += 0.2 * x[:-40]
    y = (y + 0.1 * noise(60_000, 77).astype(np.float64)).astype(np.float32).astype(np.float64)
    cases = []
    for segment, hop, window in [(1024, 512, "hann"), (1000, 300, "blackman"), (256, 256, "boxcar")]:
        args = dict(fs=48_000, window=window, nperseg=segment, noverlap=segment - hop, detrend=False)
        f, pxx = signal.welch(x, **args)
        _, pyy = signal.welch(y, **args)
        _, pxy = signal.csd(x, y, **args)
        _, coherence = signal.coherence(x, y, **args)
        h1, h2 = pxy / pxx, pyy / np.conj(pxy)
        every = slice(1, -1, 17)
        cases.append({
            "segment_frames": segment, "hop_frames": hop, "window": window, "first": 1, "step": 17,
            "h1_re": h1[every].real, "h1_im": h1[every].imag, "h2_re": h2[every].real, "h2_im": h2[every].imag,
            "coherence": coherence[every],
        })
    record("transfer", {"peer": f"scipy {scipy.__version__}", "cases": cases})


if __name__ == "__main__":
    main()
