"""`python -m tests.chaos --runs 300`: many seeded towns; a seed that breaks a promise is printed and kept."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.town import Broken, Town

SEEDS = Path(__file__).parent / "seeds.txt"


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill the service at random moments and check what it promised.")
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None, help="play this one only")
    parser.add_argument("--first", type=int, default=1, help="the first seed of the runs")
    wanted = parser.parse_args()
    kept = [int(line) for line in SEEDS.read_text(encoding="ascii").split()] if SEEDS.exists() else []
    seeds = [wanted.seed] if wanted.seed is not None else [*kept, *range(wanted.first, wanted.first + wanted.runs)]
    begun, kills, lives, failed = time.monotonic(), 0, 0, 0
    for count, seed in enumerate(seeds, start=1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                town = Town(seed, Path(folder)).play()
            except Broken as broken:
                failed += 1
                print(broken, flush=True)
                if seed not in kept and wanted.seed is None:
                    with SEEDS.open("a", encoding="ascii") as file:
                        file.write(f"{seed}\n")
                continue
            kills += town.kills
            lives += town.lives
        if count % 10 == 0:
            print(f"{count} of {len(seeds)} towns, {kills} kills, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{len(seeds)} towns, {lives} lives, {kills} kills, {failed} broken, {time.monotonic() - begun:.0f} s")
    print(f"{len(seeds) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
