#!/usr/bin/env python3
"""STFT and decibels of 5 minutes of mono at 32 kHz: the engine against librosa, and against bare transforms.

needs: peers engine

Everything runs on one thread and is counted in processor time; medians of rounds in which every program takes its turn.
"""

import os

# Before NumPy is loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import time

import librosa
import numpy as np

from tables import engine, median, table

ROUNDS = 5


def librosa_ms(samples):
    started = time.process_time()
    magnitude = np.abs(librosa.stft(samples, n_fft=2048, hop_length=512, pad_mode="constant"))
    librosa.amplitude_to_db(magnitude, ref=1.0, amin=1e-6, top_db=None)
    return 1e3 * (time.process_time() - started)


def main():
    samples = (0.5 * np.random.default_rng(1).uniform(-1, 1, 32_000 * 300)).astype(np.float32)
    peer, ours = [], {}
    librosa_ms(samples)
    for _ in range(ROUNDS):
        peer.append(librosa_ms(samples))
        for name, times in engine("stft", 1).items():
            ours.setdefault(name, []).extend(times)
    single = median(ours["single"])
    rows = [
        ("dsp: STFT 2048/512 + dB, single precision", f"{single:.1f}", "1.00"),
        ("dsp: the same in double precision", f"{median(ours['double']):.1f}", f"{median(ours['double']) / single:.2f}"),
        ("librosa.stft + amplitude_to_db", f"{median(peer):.1f}", f"{median(peer) / single:.2f}"),
        ("rustfft alone, as many complex FFTs of 2048", f"{median(ours['rustfft']):.1f}", f"{median(ours['rustfft']) / single:.2f}"),
        ("realfft alone, as many real FFTs of 2048", f"{median(ours['realfft']):.1f}", f"{median(ours['realfft']) / single:.2f}"),
    ]
    print("## STFT and decibels, 5 min of mono at 32 kHz, one thread\n")
    table(["program", "ms", "time / dsp"], rows)
    print(f"librosa takes {median(peer) / single:.1f} times as long; the engine takes "
          f"{single / median(ours['rustfft']):.2f} times as long as the bare transforms of rustfft.\n")


main()
