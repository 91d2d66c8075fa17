"""Writes `captured.json` anew: what the real engine reads on a few synthetic photographs (needs the extra photos).

Run with `python -m tests.photos.capture` after the engine or the drawings have changed, and read the difference.
"""

from __future__ import annotations

import random
from pathlib import Path

import msgspec

from backend.photos.child import load_engine, open_picture
from bot.bench.papers import PAPERS, photograph, resident

FILE = Path(__file__).with_name("captured.json")
SEED = 379901


def main() -> None:
    engine = load_engine()
    captured = {}
    for number, (paper, draw) in enumerate(PAPERS.items()):
        lot = random.Random(SEED + number)
        one = resident(lot)
        for hard in (False, True):
            data, how = photograph(draw(one, lot), lot, hard=hard)
            lines = [
                (line.text, round(line.score, 3), [[round(x), round(y)] for x, y in line.corners])
                for line in engine(open_picture(data))
            ]
            name = f"{paper}{'_hard' if hard else ''}"
            captured[name] = {"how": how, "name": one.name, "number": one.id_number, "lines": lines}
    rows = (
        f"{msgspec.json.encode(name).decode()}: {msgspec.json.encode(one).decode()}" for name, one in captured.items()
    )
    FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
