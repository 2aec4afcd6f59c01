"""The shared signals against themselves: what signals.py makes, dsp/tests/common/signals.rs must make too."""

import numpy as np

import signals
from record import record

RATE = 32_000
LENGTH = 20_000
PROBES = [0, 1, 2, 3, 1_000, 4_567, 9_999, 16_383, 19_999]


def main():
    made = {
        "noise": signals.noise(LENGTH, seed=7, amplitude=0.5),
        "sine": signals.sine(LENGTH, RATE, 997.0, amplitude=0.25, phase_rad=0.5),
        "chirp": signals.chirp(LENGTH, RATE, 20.0, 15_000.0, amplitude=0.5),
        "exponential_sweep": signals.exponential_sweep(LENGTH, RATE, 20.0, 15_000.0, amplitude=0.5),
        "harmonic_tone": signals.harmonic_tone(LENGTH, RATE, 220.5, 80, amplitude=0.3),
        "impulses": signals.impulses(LENGTH, 4_567, first_frame=0, amplitude=0.75),
        "click_track": signals.click_track(LENGTH, RATE, 510.0, first_s=0.03, amplitude=0.9, decay_s=0.02),
        "mixed": signals.mixed(signals.noise(LENGTH, seed=7), signals.sine(LENGTH, RATE, 440.0)),
    }
    record(
        "signals",
        {
            "rate_hz": RATE,
            "length": LENGTH,
            "probes": PROBES,
            "signals": {
                name: {
                    "samples": x[PROBES].astype(np.float64),
                    "sum_of_squares": float(np.sum(x.astype(np.float64) ** 2)),
                }
                for name, x in made.items()
            },
        },
        digits=12,
    )


if __name__ == "__main__":
    main()
