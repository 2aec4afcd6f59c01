"""Writing the numbers of a peer down, the same bytes for the same numbers."""

import json
import pathlib

import numpy as np

NUMBERS = pathlib.Path(__file__).resolve().parent / "numbers"


def record(name, document, digits=9):
    """Writes `document` (dicts, lists, numbers, texts, NumPy arrays) to numbers/NAME.json.

    Numbers keep `digits` significant digits: more than any tolerance needs, and fewer than the last places in which
    two processors may differ. Not-a-number and infinity become null.
    """
    NUMBERS.mkdir(exist_ok=True)
    text = json.dumps(_plain(document, digits), indent=1, allow_nan=False)
    (NUMBERS / f"{name}.json").write_text(_joined(text) + "\n", encoding="utf-8")


def _plain(value, digits):
    if isinstance(value, dict):
        return {str(key): _plain(inner, digits) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), digits)
    if isinstance(value, (list, tuple)):
        return [_plain(inner, digits) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") if np.isfinite(value) else None
    return value


def _joined(text):
    """Lists of numbers on one line each: indentation of json puts every number on its own."""
    lines, row = [], None
    for line in text.split("\n"):
        bare = line.strip()
        number = bare[:1].isdigit() or bare[:1] == "-" or bare.rstrip(",") in ("null", "true", "false")
        if row is not None and number and ":" not in bare:
            row.append(bare)
        elif row is not None and bare.rstrip(",") == "]" and len(row) > 1:
            lines.append(row[0] + " ".join(row[1:]) + bare)
            row = None
        else:
            if row is not None:
                lines.extend(row)
            row = [line] if line.endswith("[") else None
            if row is None:
                lines.append(line)
    return "\n".join(lines + (row or []))
