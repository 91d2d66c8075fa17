"""`python -m tests.chaos --runs 300`: many seeded towns; a seed that breaks a promise is printed and kept."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from backend.privacy.keys import create_key_file
from backend.runtime import Runtime
from tests.chaos.child import Life
from tests.chaos.places import Place, PostgresPlace, SqlitePlace
from tests.chaos.process import Stuck
from tests.chaos.script import Playwright
from tests.chaos.town import Broken, Town

SEEDS = Path(__file__).parent / "seeds.txt"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description="Kill the service at random moments and check what it promised."
    )
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None, help="the first seed; a random one when not given")
    parser.add_argument("--only", type=int, default=None, help="play this seed alone")
    parser.add_argument(
        "--database", default="", help="a PostgreSQL server to make databases on; SQLite when not given"
    )
    parser.add_argument("--seconds", type=float, default=1800, help="begin no further run after so long")
    wanted = parser.parse_args()
    if wanted.database and not wanted.database.startswith("postgresql"):
        parser.error("--database: write postgresql://…")
    first = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(1_000_000) * 1000
    seeds = [wanted.only] if wanted.only is not None else [*_kept(), *range(first, first + wanted.runs)]
    with tempfile.TemporaryDirectory(prefix="yimen-chaos-") as home:
        broken = _play_all(seeds, Path(home), wanted.database, wanted.seconds)
    if broken and wanted.only is None:
        print(f"play one again with --only SEED; this was --seed {first} --runs {wanted.runs}")
    return 1 if broken else 0


def _kept() -> list[int]:
    """Seeds that broke a promise once."""
    if not SEEDS.exists():
        return []
    lines = (line.partition("#")[0].strip() for line in SEEDS.read_text(encoding="utf-8").splitlines())
    return [int(line) for line in lines if line]


def _keep(seed: int, where: str) -> None:
    if seed not in _kept():
        with SEEDS.open("a", encoding="utf-8") as file:
            file.write(f"{seed}  # on {where}\n")


def _play_all(seeds: list[int], home: Path, url: str, seconds: float) -> bool:
    """Play them until the time is up; whether one was broken or none was played."""
    create_key_file(home / "keys")
    life = Life(str(home), f"sqlite:///{home}/lent.db", time.time(), 0)
    place: Place = PostgresPlace(home, life, url) if url else SqlitePlace(home, life)
    # Never started: it only lends its policy and its ears, and lies warm in the memory every child is forked from.
    playwright = Playwright(Runtime(life.settings(), life.clock()))
    begun, played, kills, events, failed = time.monotonic(), 0, 0, 0, 0
    try:
        for seed in seeds:
            if time.monotonic() - begun > seconds:
                break
            played += 1
            with tempfile.TemporaryDirectory(dir=home) as folder:
                town, broken = _play(seed, Path(folder), home, place, playwright)
            kills += town.kills
            events += town.events
            if broken:
                failed += 1
                print(f"seed {seed}: {broken}", flush=True)
                _keep(seed, "postgresql" if url else "sqlite")
            elif played % 50 == 0:
                print(f"{played} of {len(seeds)} towns, {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        place.close()
    print(
        f"{played} runs, {events} events, {kills} kills, {failed} failed, last seed {seeds[played - 1]}, "
        f"{time.monotonic() - begun:.1f} s on {'postgresql' if url else 'sqlite'}"
    )
    return failed > 0 or not played


def _play(seed: int, folder: Path, home: Path, place: Place, playwright: Playwright) -> tuple[Town, str]:
    (folder / "keys").hardlink_to(home / "keys")
    url = place.fresh(folder)
    town = Town(seed, folder, url, playwright)
    try:
        town.play()
    except (Broken, Stuck, RuntimeError) as broken:
        return town, f"{broken}"
    finally:
        place.gone(url)
    return town, ""


if __name__ == "__main__":
    sys.exit(main())
