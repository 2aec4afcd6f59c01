"""scipy's outputs for our filters: python3 dsp/reference/peers_filters.py writes dsp/reference/numbers/filters.json."""

import numpy as np
import scipy
from scipy import signal

from record import record
from signals import noise


def main():
    x = noise(2000).astype(np.float64)
    rate = 48000
    half = np.sqrt(0.5)
    # scipy designs these by other ways: Butterworth prototypes and its own notch and peak.
    sections = {
        "low_pass 1000 0.7071": signal.butter(2, 1000, "low", fs=rate, output="sos"),
        "high_pass 3000 0.7071": signal.butter(2, 3000, "high", fs=rate, output="sos"),
        "first_order_high_pass 200": signal.butter(1, 200, "high", fs=rate, output="sos"),
        "notch 5000 4": signal.tf2sos(*signal.iirnotch(5000, 4, fs=rate)),
        "band_pass_peak 5000 4": signal.tf2sos(*signal.iirpeak(5000, 4, fs=rate)),
    }
    iir = []
    for name, sos in sections.items():
        y = signal.sosfilt(sos, x)
        _, h = signal.sosfreqz(sos, worN=[100.0, 1000.0, 4000.0, 15000.0], fs=rate)
        iir.append({"filter": name, "output": y[-20:].tolist(), "gain": np.abs(h).tolist()})
    designs = [
        ("low_pass 4000", 101, ("kaiser", 8.0), signal.firwin(101, 4000, window=("kaiser", 8.0), fs=rate)),
        ("high_pass 4000", 101, "hamming", signal.firwin(101, 4000, window="hamming", pass_zero=False, fs=rate)),
        ("band_pass 2000 6000", 255, "blackman", signal.firwin(255, [2000, 6000], window="blackman", pass_zero=False, fs=rate)),
        ("band_stop 2000 6000", 255, "hann", signal.firwin(255, [2000, 6000], window="hann", pass_zero=True, fs=rate)),
    ]
    fir = [
        {"filter": name, "window": window[0] if isinstance(window, tuple) else window, "taps": taps.tolist(),
         "output": np.convolve(x, taps)[500:520].tolist()}
        for name, _, window, taps in designs
    ]
    record("filters", {"peer": f"scipy {scipy.__version__}", "sample_rate_hz": rate, "iir": iir, "fir": fir}, digits=15)


if __name__ == "__main__":
    main()
