"""librosa's onset strength, tempo, beats, pitch and tuning on signals that dsp/tests/peers_rhythm_tone.rs makes too."""

import librosa
import numpy as np

import signals
from record import record

RATE = 32_000
N_FFT = 2_048
HOP = 512
FLOOR = 1e-10


def frames(seconds):
    return int(seconds * RATE)


def groove(tempo_bpm, seconds):
    """A bass drum on every beat, a hi-hat on every quaver, a held tone and a little noise."""
    length = frames(seconds)
    return signals.mixed(
        signals.click_track(length, RATE, tempo_bpm, first_s=0.25, amplitude=0.6, frequency_hz=90.0, decay_s=0.05),
        signals.click_track(length, RATE, 2.0 * tempo_bpm, first_s=0.25, amplitude=0.1, frequency_hz=7_000.0, decay_s=0.01),
        signals.harmonic_tone(length, RATE, 220.0, 6, amplitude=0.05),
        signals.noise(length, seed=5, amplitude=0.01),
    )


def onset_strength(y):
    """librosa's, on the powers and the bands of the engine: full-scale sine 1.0, peak 1, floor -100 dBFS."""
    window_sum = np.sum(librosa.filters.get_window("hann", N_FFT, fftbins=True))
    power = np.abs(librosa.stft(y.astype(np.float64), n_fft=N_FFT, hop_length=HOP)) ** 2 * (2.0 / window_sum) ** 2
    mel = librosa.feature.melspectrogram(S=power, sr=RATE, n_fft=N_FFT, n_mels=128, norm=None)
    levels = 10.0 * np.log10(np.maximum(mel, FLOOR))
    return librosa.onset.onset_strength(S=levels, sr=RATE, hop_length=HOP, n_fft=N_FFT)


def rhythm():
    found = []
    for tempo_bpm in [76.0, 95.0, 112.0, 128.0, 150.0]:
        y = groove(tempo_bpm, 20.0)
        envelope = librosa.onset.onset_strength(y=y, sr=RATE, hop_length=HOP, n_fft=N_FFT)
        tempo, beats = librosa.beat.beat_track(onset_envelope=envelope, sr=RATE, hop_length=HOP, units="time")
        found.append(
            {
                "tempo_bpm": tempo_bpm,
                "librosa_tempo_bpm": float(np.atleast_1d(tempo)[0]),
                "librosa_beats_s": beats,
                "librosa_onsets_s": librosa.onset.onset_detect(
                    onset_envelope=envelope, sr=RATE, hop_length=HOP, units="time"
                ),
                "librosa_envelope": envelope[:600].astype(np.float64),
            }
        )
    return found


def pitch():
    found = []
    for frequency_hz in [61.7, 98.0, 146.83, 233.08, 415.3, 659.26, 1046.5, 1864.66]:
        y = signals.harmonic_tone(frames(0.5), RATE, frequency_hz, 12, amplitude=0.3)
        f0 = librosa.yin(y, fmin=50.0, fmax=2_000.0, sr=RATE, frame_length=4_096, hop_length=HOP)
        found.append({"frequency_hz": frequency_hz, "librosa_hz": float(np.median(f0[6:-6]))})
    sweep = signals.exponential_sweep(frames(3.0), RATE, 90.0, 900.0, amplitude=0.5)
    f0 = librosa.yin(sweep, fmin=50.0, fmax=2_000.0, sr=RATE, frame_length=2_048, hop_length=HOP)
    return {"tones": found, "sweep_hz": f0}


def tuning():
    found = []
    for deviation_cents in [-40.0, -25.0, -10.0, 0.0, 7.0, 19.0, 33.0]:
        a4 = 440.0 * 2.0 ** (deviation_cents / 1_200.0)
        notes = [a4 * 2.0 ** (semitones / 12.0) for semitones in (-9, -5, -2, 3)]
        y = signals.mixed(*[signals.harmonic_tone(frames(2.0), RATE, note, 6, amplitude=0.1) for note in notes])
        estimate = librosa.estimate_tuning(y=y, sr=RATE, n_fft=N_FFT, resolution=0.01)
        found.append({"deviation_cents": deviation_cents, "librosa_cents": 100.0 * float(estimate)})
    return found


def main():
    strength = onset_strength(groove(112.0, 6.0))
    record(
        "rhythm_tone",
        {
            "librosa": librosa.__version__,
            "rate_hz": RATE,
            "onset_strength": strength,
            "rhythm": rhythm(),
            "pitch": pitch(),
            "tuning": tuning(),
        },
        digits=7,
    )


if __name__ == "__main__":
    main()
