"""Windows of scipy; STFT, its inverse, mel bands, MFCC, chroma and constant-Q of librosa."""

import librosa
import numpy as np
import scipy.signal

import signals
from record import record

RATE = 32_000
LENGTH = 25_600
WINDOW = 2_048
HOP = 512
FRAMES = [0, 1, 20, 49, 50]
BINS = [0, 1, 2, 13, 28, 29, 100, 511, 777, 1_023, 1_024]
BANDS = 40

WINDOWS = {
    "rectangular": "boxcar",
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "blackman_harris": "blackmanharris",
    "flat_top": "flattop",
    "kaiser": ("kaiser", 8.6),
}


def sound():
    """A tone with partials, a sine between two bins, and noise 60 dB below."""
    return signals.mixed(
        signals.harmonic_tone(LENGTH, RATE, 220.5, 30, amplitude=0.3),
        signals.sine(LENGTH, RATE, 3_333.3, amplitude=0.1),
        signals.noise(LENGTH, seed=5, amplitude=0.001),
    ).astype(np.float64)


def windows():
    return {
        name: {
            kind: {str(length): scipy.signal.get_window(window, length, fftbins=kind == "periodic") for length in (16, 33)}
            for kind in ("periodic", "symmetric")
        }
        for name, window in WINDOWS.items()
    }


def stft(spectra):
    return [{"frame": i, "re": spectra[BINS, i].real, "im": spectra[BINS, i].imag} for i in FRAMES]


def inverse(spectra):
    """The sound of the spectra from bin 10 to bin 299, at half the level."""
    changed = 0.5 * spectra
    changed[:10] = 0.0
    changed[300:] = 0.0
    return librosa.istft(changed, hop_length=HOP, length=LENGTH)[::97]


def mel(power):
    made = []
    for scale in ("slaney", "htk"):
        for norm in ("slaney", None):
            weights = librosa.filters.mel(
                sr=RATE, n_fft=WINDOW, n_mels=BANDS, htk=scale == "htk", norm=norm, dtype=np.float64
            )
            made.append(
                {
                    "scale": scale,
                    "norm": "area" if norm else "peak",
                    "sums": weights.sum(axis=1),
                    "centroids_bins": (weights * np.arange(WINDOW // 2 + 1)).sum(axis=1) / weights.sum(axis=1),
                    "band_20": weights[20, weights[20] > 0.0],
                    "spectrogram": (weights @ power)[:, FRAMES].T,
                }
            )
    return made


def mfcc(power):
    weights = librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=BANDS, dtype=np.float64)
    levels = librosa.power_to_db(weights @ power, top_db=None)
    return librosa.feature.mfcc(S=levels, n_mfcc=20)[:, FRAMES].T


def chroma(power):
    made = []
    for cents in (0.0, 30.0):
        weights = librosa.filters.chroma(sr=RATE, n_fft=WINDOW, tuning=cents / 100.0, dtype=np.float64)
        frames = librosa.feature.chroma_stft(
            S=power, sr=RATE, n_fft=WINDOW, hop_length=HOP, tuning=cents / 100.0, norm=None
        )
        made.append({"tuning_cents": cents, "weights": weights[:, BINS].T, "frames": frames[:, FRAMES].T})
    return made


def constant_q():
    """Amplitudes: librosa divides by the root of the length of its filters and leaves half of a sine to its image."""
    tones = [110.0, 261.625565, 1_760.0]
    y = signals.mixed(*[signals.sine(64_000, RATE, f, amplitude=0.2) for f in tones]).astype(np.float64)
    fmin = librosa.note_to_hz("C2")
    bands = librosa.cqt(y, sr=RATE, hop_length=HOP, fmin=fmin, n_bins=60, bins_per_octave=12)
    frequencies = librosa.cqt_frequencies(60, fmin=fmin)
    lengths, _ = librosa.filters.wavelet_lengths(freqs=frequencies, sr=RATE)
    amplitudes = 2.0 * np.abs(bands) / np.sqrt(lengths)[:, np.newaxis]
    return {"min_hz": fmin, "tones_hz": tones, "centers_hz": frequencies, "amplitudes": amplitudes[:, 62]}


def main():
    spectra = librosa.stft(sound(), n_fft=WINDOW, hop_length=HOP, pad_mode="constant")
    power = np.abs(spectra) ** 2
    record(
        "transforms",
        {
            "rate_hz": RATE,
            "length": LENGTH,
            "frames": FRAMES,
            "bins": BINS,
            "windows": windows(),
            "stft": stft(spectra),
            "inverse_every_97th": inverse(spectra),
            "mel": mel(power),
            "mfcc": mfcc(power),
            "chroma": chroma(power),
            "constant_q": constant_q(),
        },
        digits=12,
    )


if __name__ == "__main__":
    main()
