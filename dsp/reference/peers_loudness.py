"""Loudness, loudness range and true peak of synthesized sounds by the ebur128 filter of ffmpeg.

needs: ffmpeg
"""

import subprocess

import numpy as np

import signals
from record import record

RATE = 48_000


def steps(x, levels, seconds):
    """x with another gain every few seconds."""
    gains = np.repeat(np.asarray(levels, dtype=np.float32), seconds * RATE)
    return x[: gains.size] * gains


def sounds():
    """Planar sounds; dsp/tests/peers_loudness.rs makes the same."""
    left = steps(signals.noise(24 * RATE, seed=1), [0.5, 0.05, 0.2, 0.01], 6)
    right = steps(signals.noise(24 * RATE, seed=2), [0.1, 0.3, 0.02, 0.01], 6)
    tone = signals.harmonic_tone(10 * RATE, RATE, 220.0, 40, amplitude=0.3)
    sweep = signals.exponential_sweep(10 * RATE, RATE, 20.0, 20_000.0, amplitude=0.7)
    six = [signals.noise(8 * RATE, seed=3 + channel, amplitude=0.1) for channel in range(6)]
    return {"stereo noise": [left, right], "mono tone": [tone], "mono sweep": [sweep], "5.1 noise": six}


def ffmpeg(channels):
    """The values of the last frame, and the largest momentary and short-term loudness."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    interleaved = np.stack(channels, axis=1).astype("<f4").tobytes()
    metadata = "ametadata=mode=print:file=-"
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "f32le", "-ar", str(RATE), "-ac",
               str(len(channels)), "-channel_layout", layout, "-i", "-", "-af",
               f"ebur128=metadata=1:peak=true:framelog=verbose,{metadata}", "-f", "null", "-"]
    printed = subprocess.run(command, input=interleaved, capture_output=True, check=True).stdout.decode()
    last, momentary, short_term = {}, [], []
    for line in printed.splitlines():
        key, _, value = line.partition("=")
        if key.startswith("lavfi.r128."):
            last[key.removeprefix("lavfi.r128.")] = float(value)
            if key.endswith(".M"):
                momentary.append(float(value))
            if key.endswith(".S"):
                short_term.append(float(value))
    return {
        "integrated_lufs": last["I"],
        "range_lu": last["LRA"],
        "range_low_lufs": last["LRA.low"],
        "range_high_lufs": last["LRA.high"],
        "momentary_max_lufs": max(momentary),
        "short_term_max_lufs": max(short_term),
        "true_peaks": [last[f"true_peaks_ch{channel}"] for channel in range(len(channels))],
    }


def main():
    record("loudness", {"rate_hz": RATE, "ffmpeg": {name: ffmpeg(sound) for name, sound in sounds().items()}}, digits=6)


if __name__ == "__main__":
    main()
