#!/usr/bin/env python3
"""das analyze against sox and librosa on 5 minutes of stereo 44.1 kHz WAV; its memory on that and on one hour.

needs: peers sox das

Every round runs all programs in turn; the table has medians of whole processes. Timings of a machine that does other
work at the same time are worth nothing.
"""

import os
import subprocess
import sys
import tempfile
import time
import wave

from tables import median, table

ROUNDS = 5
RATE = 44_100

# Load, resample to 32 kHz mono, STFT 2048/512, decibels, and the statistics that das analyze writes down too; then the
# document and a picture of 1600 x 513.
LIBROSA = """
import json, sys, time
import numpy as np, librosa
from matplotlib import image
started = time.perf_counter()
y, rate = librosa.load(sys.argv[1], sr=32000, mono=True)
power = np.abs(librosa.stft(y, n_fft=2048, hop_length=512)) ** 2
db = librosa.power_to_db(power, ref=1.0, amin=1e-12, top_db=None)
magnitude = np.sqrt(power)
found = {}
for measure in (librosa.feature.spectral_centroid, librosa.feature.spectral_bandwidth,
                librosa.feature.spectral_rolloff):
    found[measure.__name__] = float(measure(S=magnitude, sr=rate).mean())
found["flatness"] = float(librosa.feature.spectral_flatness(S=magnitude).mean())
found["rms"] = float(np.sqrt((librosa.feature.rms(y=y) ** 2).mean()))
found["peak"] = float(np.abs(y).max())
json.dump(found, open(sys.argv[2], "w"))
columns = np.linspace(0, db.shape[1], 1600, endpoint=False).astype(int)
image.imsave(sys.argv[3], db[::2, columns], vmin=-100, vmax=0, cmap="magma", origin="lower")
print(time.perf_counter() - started)
"""


def make_wav(path, seconds):
    """Noise with a slow chirp, the same bytes every time, written minute by minute."""
    import numpy as np

    rng = np.random.default_rng(1)
    with wave.open(path, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for start in range(0, seconds, 60):
            t = np.arange(start * RATE, min(start + 60, seconds) * RATE) / RATE
            chirp = 0.3 * np.sin(2 * np.pi * (100 * t + 10 * t * t))
            left = chirp + 0.05 * rng.standard_normal(t.size)
            right = 0.5 * chirp + 0.05 * rng.standard_normal(t.size)
            frames = np.clip(np.stack([left, right], axis=1), -1, 1) * 32767
            out.writeframes(frames.astype("<i2").tobytes())


def make_wav_elsewhere(path, seconds):
    """In a process of its own: a child's peak memory counts from the size of the process that started it."""
    subprocess.run([sys.executable, __file__, "--make", path, str(seconds)], check=True)


def run(command):
    """Wall seconds, peak resident MiB and output of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024, output


def main():
    das = os.environ.get("DAS_BIN", "target/release/das")
    with tempfile.TemporaryDirectory() as folder:
        five, hour = os.path.join(folder, "five.wav"), os.path.join(folder, "hour.wav")
        json_out, png_out = os.path.join(folder, "a.json"), os.path.join(folder, "a.png")
        make_wav_elsewhere(five, 300)
        peers = {
            "das analyze --quick": [das, "analyze", "--quick", five, "--json", json_out, "--png", png_out],
            "das analyze": [das, "analyze", five, "--json", json_out, "--png", png_out],
            "sox": ["sox", five, "-n", "rate", "32k", "channels", "1", "spectrogram", "-o", png_out],
            "librosa": [sys.executable, "-c", LIBROSA, five, json_out, png_out],
        }
        seconds = {name: [] for name in peers}
        memory = {name: 0.0 for name in peers}
        inner = []
        # The first round warms caches (and librosa's compiled functions) and is not counted.
        for round_number in range(ROUNDS + 1):
            for name, command in peers.items():
                wall, resident, output = run(command)
                if round_number > 0:
                    seconds[name].append(wall)
                    memory[name] = max(memory[name], resident)
                    if name == "librosa":
                        inner.append(float(output))
        ours = median(seconds["das analyze --quick"])
        rows = [[name, f"{median(taken):.3f}", f"{median(taken) / ours:.1f}", f"{memory[name]:.1f}"] for name, taken in seconds.items()]
        imported = median(inner)
        rows.append(["librosa without its imports", f"{imported:.3f}", f"{imported / ours:.1f}", ""])
        print(f"## das analyze, 5 min of stereo {RATE} Hz WAV, medians of {ROUNDS} whole processes\n")
        print("The quick analysis measures what the others do. The whole one also measures true peak, loudness, pitch, tempo, key and all else, which they do not.\n")
        table(["program", "s", "time / das", "peak MiB"], rows)

        # One core, as the engine's share of a busy machine; and one hour, for the memory.
        alone = [run(["taskset", "-c", "0", das, "analyze", five, "--json", json_out])[0] for _ in range(ROUNDS)]
        make_wav_elsewhere(hour, 3600)
        rows = [["whole analysis of 5 min on one core (taskset -c 0)", f"{median(alone):.3f}", f"{300 / median(alone):.0f}", ""]]
        for what, options in [("quick", ["--quick"]), ("whole", [])]:
            wall, resident, _ = run([das, "analyze", *options, hour, "--json", json_out, "--png", png_out])
            rows.append([f"{what} analysis of 1 h on all cores", f"{wall:.3f}", f"{3600 / wall:.0f}", f"{resident:.1f}"])
        table(["das analyze", "s", "x real time", "peak MiB"], rows)


if sys.argv[1:2] == ["--make"]:
    make_wav(sys.argv[2], int(sys.argv[3]))
else:
    main()
