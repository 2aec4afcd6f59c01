"""Spectral descriptors and zero crossings by librosa, on power spectra with the window, hop and padding of the engine.

needs: librosa
"""

import warnings

import librosa
import numpy as np

import signals
from record import record

RATE = 32_000
LENGTH = 3 * RATE
N_FFT = 2048
HOP = 512


def sounds():
    """dsp/tests/peers_spectral.rs makes the same."""
    noise = signals.noise(LENGTH, seed=11, amplitude=0.1)
    tone = signals.harmonic_tone(LENGTH, RATE, 441.0, 20, amplitude=0.2)
    return {
        "noise": noise,
        "tone in noise": signals.mixed(tone, noise * np.float32(0.05)),
        "sweep in noise": signals.mixed(
            signals.exponential_sweep(LENGTH, RATE, 50.0, 14_000.0, amplitude=0.5), noise * np.float32(0.05)
        ),
    }


def describe(x):
    """Mean over all frames, and the value of one frame in the middle; contrast per band."""
    stft = librosa.stft(x, n_fft=N_FFT, hop_length=HOP, window="hann", center=True, pad_mode="constant")
    scale = 2.0 / (N_FFT / 2)
    power = (np.abs(stft).astype(np.float64) * scale) ** 2
    power[[0, -1]] /= 4.0
    feature = librosa.feature
    descriptors = {
        "centroid_hz": feature.spectral_centroid(S=power, sr=RATE)[0],
        "bandwidth_hz": feature.spectral_bandwidth(S=power, sr=RATE)[0],
        "rolloff_85_hz": feature.spectral_rolloff(S=power, sr=RATE, roll_percent=0.85)[0],
        "rolloff_95_hz": feature.spectral_rolloff(S=power, sr=RATE, roll_percent=0.95)[0],
        "flatness": feature.spectral_flatness(S=power, power=1.0, amin=1e-20)[0],
    }
    # Seven bands, the last one up to Nyquist.
    contrast = feature.spectral_contrast(S=power, sr=RATE, fmin=200.0, n_bands=6, quantile=0.02)
    crossings = librosa.zero_crossings(x, threshold=0.0, pad=False).sum()
    middle = power.shape[1] // 2
    return {
        "mean": {name: values.mean() for name, values in descriptors.items()},
        "middle": {name: values[middle] for name, values in descriptors.items()},
        "contrast_db": contrast.mean(axis=1),
        "zero_crossings": int(crossings),
    }


def main():
    warnings.simplefilter("ignore")
    record("spectral", {"rate_hz": RATE, "librosa": {name: describe(x) for name, x in sounds().items()}}, digits=8)


if __name__ == "__main__":
    main()
