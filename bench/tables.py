"""What the Python scripts share: running the engine's side, medians, and tables that read well on a terminal and in
docs/bench.md."""

import json
import os
import statistics
import subprocess
import sys


def engine(*words):
    """Milliseconds of each round, by name, of the engine's side (dsp/examples/bench_engine)."""
    program = os.environ.get("DAS_BENCH", "target/release/examples/bench_engine")
    finished = subprocess.run([program, *map(str, words)], stdout=subprocess.PIPE, check=False)
    if finished.returncode != 0:
        sys.exit(f"bench_engine {words[0]} failed with {finished.returncode}")
    return json.loads(finished.stdout) if finished.stdout else {}


def median(values):
    return statistics.median(values)


def table(head, rows):
    """Prints a Markdown table: the first column to the left, the others to the right."""
    cells = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[c]) for row in cells) for c in range(len(head))]
    line = lambda row: "| " + " | ".join(
        cell.ljust(width) if c == 0 else cell.rjust(width) for c, (cell, width) in enumerate(zip(row, widths))
    ) + " |"
    print(line(cells[0]))
    print("|" + "|".join("-" * (w + 2) if c == 0 else "-" * (w + 1) + ":" for c, w in enumerate(widths)) + "|")
    for row in cells[1:]:
        print(line(row))
    print()
