#!/usr/bin/env python3
"""Resampling stereo from 44.1 to 32 kHz: the engine against soxr, with what each lets through.

needs: peers engine

Time is processor time on one thread for one minute of stereo noise. Quality is measured on the output: tones one after
the other, each in a window whose own skirts lie below -200 dB.
"""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import soxr

from tables import engine, median, table

ROUNDS = 5
FROM_HZ, TO_HZ = 44_100, 32_000
TONE_S = 0.5
PEERS = {"soxr VHQ": "VHQ", "soxr HQ": "HQ"}
STOP_HZ = np.concatenate([np.arange(16_000, 16_500, 25), np.arange(16_500, 22_000, 100)]).astype(float)
PASS_HZ = np.concatenate([[20.0, 100.0], np.arange(250, 15_900, 50)]).astype(float)


def tones(frequencies):
    """One windowed tone after the other."""
    length = int(TONE_S * FROM_HZ)
    window = np.kaiser(length, 30.0)
    n = np.arange(length)
    return np.concatenate([window * np.sin(2 * np.pi * f * n / FROM_HZ) for f in frequencies]).astype(np.float32)


def levels(output, count):
    """Level of each tone in what came out, by its energy, over that of the window alone."""
    length = TONE_S * TO_HZ
    window = np.kaiser(int(length), 30.0)
    whole = np.sum(window**2) / 2
    parts = [output[int(i * length) : int((i + 1) * length)].astype(np.float64) for i in range(count)]
    return np.array([10 * np.log10(max(np.sum(part**2) / whole, 1e-30)) for part in parts])


def by_soxr(quality):
    return lambda samples: soxr.resample(samples, FROM_HZ, TO_HZ, quality=quality)


def by_engine(preset):
    def convert(samples):
        with tempfile.TemporaryDirectory() as folder:
            source, target = os.path.join(folder, "in.f32"), os.path.join(folder, "out.f32")
            samples.astype("<f4").tofile(source)
            engine("convert", FROM_HZ, TO_HZ, preset, source, target)
            return np.fromfile(target, "<f4")

    return convert


def quality(convert):
    stopped = levels(convert(tones(STOP_HZ)), STOP_HZ.size)
    passed = levels(convert(tones(PASS_HZ)), PASS_HZ.size)
    flat = PASS_HZ[np.abs(passed) <= 0.1]
    return [
        f"{stopped.max():.1f}",
        f"{stopped[STOP_HZ >= 16_500].max():.1f}",
        f"{np.abs(passed[PASS_HZ <= 14_000]).max():.4f}",
        f"{flat.max():.0f}" if flat.size else "-",
    ]


def main():
    rng = np.random.default_rng(1)
    sound = rng.uniform(-1, 1, (FROM_HZ * 60, 2)).astype(np.float32)
    times = {}
    for round_number in range(ROUNDS + 1):
        for name, preset in PEERS.items():
            started = time.process_time()
            soxr.resample(sound, FROM_HZ, TO_HZ, quality=preset)
            if round_number > 0:
                times.setdefault(name, []).append(1e3 * (time.process_time() - started))
        for preset, taken in engine("resample", 1).items():
            if round_number > 0:
                times.setdefault(f"dsp {preset}", []).extend(taken)
    peer = median(times["soxr VHQ"])
    rows = []
    for name, taken in times.items():
        convert = by_soxr(PEERS[name]) if name in PEERS else by_engine(name.removeprefix("dsp "))
        rows.append([name, f"{median(taken):.1f}", f"{peer / median(taken):.2f}", *quality(convert)])
    print("## Resampling, 1 min of stereo from 44.1 to 32 kHz, one thread\n")
    table(
        ["program", "ms", "speed / soxr VHQ", "stop-band from 16 kHz dB", "from 16.5 kHz dB",
         "ripple to 14 kHz dB", "flat to 0.1 dB up to Hz"],
        rows,
    )


main()
