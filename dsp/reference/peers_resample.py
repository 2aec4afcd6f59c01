"""soxr measured with sines, in the way in which dsp/tests/resampler.rs measures our resampler.

    python3 dsp/reference/peers_resample.py            writes dsp/reference/numbers/resample.json
    python3 dsp/reference/peers_resample.py --bench    prints seconds of processor time, as dsp/examples/resample_bench.rs does

Figures, for 32-bit float sound of 0.4 s, of which the middle 80 % count:
stop_db       residue of full-scale sines between the two Nyquist frequencies, as that of a sine of the same power (loudest)
edge          end of the band where the gain is within 0.1 dB, as a fraction of the lower Nyquist frequency
ripple_db     largest deviation of the gain from 0 dB up to 0.85 of the lower Nyquist frequency
delay_frames  largest deviation of the delay from none, there too, in output frames
noise_db      residue beside the sine, there too (loudest)
"""

import sys
import time

import numpy as np
import soxr

from record import record

PAIRS = [(44100, 32000), (48000, 32000), (22050, 32000)]
QUALITIES = ["MQ", "HQ", "VHQ"]


def sine(frequency, rate):
    return np.sin(2 * np.pi * frequency * np.arange(int(0.4 * rate)) / rate).astype(np.float32)


def middle(y):
    return slice(len(y) // 10, len(y) * 9 // 10)


def decibels(amplitude):
    return 20 * np.log10(max(amplitude, 1e-15))


def residue_db(y):
    part = y[middle(y)].astype(np.float64)
    return decibels(np.sqrt(2 * np.mean(part**2)))


def fitted(y, frequency, rate):
    n = np.arange(len(y))[middle(y)]
    phase = 2 * np.pi * frequency * n / rate
    basis = np.stack([np.sin(phase), np.cos(phase)], axis=1)
    part = y[middle(y)].astype(np.float64)
    (a, b), *_ = np.linalg.lstsq(basis, part, rcond=None)
    rest = part - basis @ [a, b]
    return decibels(np.hypot(a, b)), -np.arctan2(b, a) / (2 * np.pi) * rate / frequency, decibels(np.sqrt(2 * np.mean(rest**2)))


def measure(source, target, quality):
    def convert(x):
        return soxr.resample(x, source, target, quality=quality)

    nyquist = min(source, target) / 2
    stop = -np.inf
    if source > target:
        for step in range(25):
            frequency = nyquist + (source / 2 - nyquist) * min((step / 24) ** 2, 0.999)
            stop = max(stop, residue_db(convert(sine(frequency, source))))
    ripple, delay, noise, edge = 0.0, 0.0, -np.inf, 1.0
    for step in range(1, 18):
        frequency = nyquist * 0.05 * step + 0.37
        gain, shift, rest = fitted(convert(sine(frequency, source)), frequency, target)
        ripple, delay, noise = max(ripple, abs(gain)), max(delay, abs(shift)), max(noise, rest)
    for step in range(860, 996, 5):
        frequency = nyquist * step / 1000
        gain, *_ = fitted(convert(sine(frequency, source)), frequency, target)
        if abs(gain) > 0.1:
            edge = (step - 5) / 1000
            break
    if source < target:
        stop = noise
    return {"stop_db": stop, "edge": edge, "ripple_db": ripple, "delay_frames": delay, "noise_db": noise}


def bench():
    for source, target in [(44100, 32000), (48000, 32000), (44100, 48000), (96000, 44100)]:
        sound = (np.random.default_rng(1).random((source * 240, 2), dtype=np.float32) - 0.5) * 2
        for quality in ["HQ", "VHQ"]:
            best = np.inf
            for _ in range(5):
                start = time.process_time()
                soxr.resample(sound, source, target, quality=quality)
                best = min(best, time.process_time() - start)
            print("soxr", source, target, quality, f"{best:.4f}", sep="\t")


def main():
    if "--bench" in sys.argv:
        return bench()
    numbers = {
        "peer": f"soxr {soxr.__version__} ({soxr.__libsoxr_version__})",
        "measured": [
            {"from_hz": source, "to_hz": target, "quality": quality, **measure(source, target, quality)}
            for source, target in PAIRS
            for quality in QUALITIES
        ],
    }
    record("resample", numbers, digits=4)


if __name__ == "__main__":
    main()
