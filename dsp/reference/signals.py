"""The signals of the references: made by the same formulas in dsp/tests/common/signals.rs, so that no sound is stored.

Everything is computed in float64 and rounded once, to float32, as the engine takes it. Sample n lies at n / rate
seconds. Noise is the same to the last bit on both sides; sines differ by at most one unit in the last place of float32,
because the two mathematical libraries may differ in the last place of float64.
"""

import numpy as np

TAU = 2.0 * np.pi


def noise(length, seed=1, amplitude=1.0):
    """White noise, uniform in [-amplitude, amplitude): x = (state >> 8) / 2^23 - 1 with the generator
    state <- state * 1664525 + 1013904223 (mod 2^32), stepped before each sample."""
    # State k is a^k seed + c (1 + a + ... + a^(k-1)), all modulo 2^32: products and sums that wrap around.
    powers = np.cumprod(np.full(length, 1664525, dtype=np.uint32), dtype=np.uint32)
    ones = np.ones(min(length, 1), dtype=np.uint32)
    sums = np.cumsum(np.concatenate([ones, powers[:-1]]), dtype=np.uint32) * np.uint32(1013904223)
    state = powers * np.uint32(seed) + sums
    return ((state >> np.uint32(8)) / 8388608.0 - 1.0).astype(np.float32) * np.float32(amplitude)


def silence(length):
    """Zeros."""
    return np.zeros(length, dtype=np.float32)


def sine(length, rate_hz, frequency_hz, amplitude=1.0, phase_rad=0.0):
    """amplitude sin(2 pi f n / rate + phase)."""
    n = np.arange(length, dtype=np.float64)
    return (amplitude * np.sin(TAU * frequency_hz * n / rate_hz + phase_rad)).astype(np.float32)


def chirp(length, rate_hz, from_hz, to_hz, amplitude=1.0):
    """Linear sweep over the whole length T: amplitude sin(2 pi (f0 t + (f1 - f0) t^2 / (2 T)))."""
    t = np.arange(length, dtype=np.float64) / rate_hz
    whole_s = length / rate_hz
    phase = from_hz * t + (to_hz - from_hz) * t * t / (2.0 * whole_s)
    return (amplitude * np.sin(TAU * phase)).astype(np.float32)


def exponential_sweep(length, rate_hz, from_hz, to_hz, amplitude=1.0):
    """Exponential sweep (Farina 2000): amplitude sin(2 pi f0 T / L (exp(t L / T) - 1)) with L = ln(f1 / f0)."""
    t = np.arange(length, dtype=np.float64) / rate_hz
    whole_s = length / rate_hz
    octaves = np.log(to_hz / from_hz)
    phase = from_hz * whole_s / octaves * (np.exp(t * octaves / whole_s) - 1.0)
    return (amplitude * np.sin(TAU * phase)).astype(np.float32)


def harmonic_tone(length, rate_hz, fundamental_hz, partials, amplitude=1.0):
    """Sum over h = 1..partials, below half the rate, of amplitude / h sin(2 pi h f n / rate)."""
    n = np.arange(length, dtype=np.float64)
    tone = np.zeros(length, dtype=np.float64)
    for h in range(1, partials + 1):
        if h * fundamental_hz < rate_hz / 2.0:
            tone += amplitude / h * np.sin(TAU * h * fundamental_hz * n / rate_hz)
    return tone.astype(np.float32)


def impulses(length, period_frames, first_frame=0, amplitude=1.0):
    """Single samples of `amplitude` every `period_frames`, the first at `first_frame`."""
    signal = np.zeros(length, dtype=np.float32)
    signal[first_frame::period_frames] = amplitude
    return signal


def click_track(length, rate_hz, tempo_bpm, first_s=0.0, amplitude=1.0, frequency_hz=1000.0, decay_s=0.005):
    """A burst amplitude exp(-t / decay) sin(2 pi f t) at each beat: beat b starts at frame
    floor((first + 60 b / tempo) rate + 1/2) and lasts 10 decays; bursts that meet add up."""
    signal = np.zeros(length, dtype=np.float64)
    t = np.arange(int(np.ceil(10.0 * decay_s * rate_hz)), dtype=np.float64) / rate_hz
    burst = amplitude * np.exp(-t / decay_s) * np.sin(TAU * frequency_hz * t)
    beat = 0
    while True:
        start = int(np.floor((first_s + 60.0 * beat / tempo_bpm) * rate_hz + 0.5))
        if start >= length:
            return signal.astype(np.float32)
        end = min(length, start + burst.size)
        signal[start:end] += burst[: end - start]
        beat += 1


def mixed(*signals):
    """The sum, sample by sample in float32 from left to right; the shortest gives the length."""
    length = min(signal.size for signal in signals)
    total = signals[0][:length].copy()
    for signal in signals[1:]:
        total += signal[:length]
    return total
