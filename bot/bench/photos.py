"""`yimen bench photos`: how well photographed papers are read, how long one takes, how much memory the reader needs.

The photographs are synthetic (`bot/bench/papers.py`): clean print, photographed badly. Real cards have holograms, worn
print and thumbs on them; expect less of those. Every number that is accepted is compared with the one on the paper.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from pathlib import Path
from typing import Any

from backend.errors import ConfigurationError
from backend.photos.reader import PhotoReader
from backend.photos.seeing import why_off
from bot.bench.hostile import hostile
from bot.bench.papers import Picture, pictures
from bot.bench.place import Tick, report, shown
from dialogs.papers.reading import expected
from dialogs.papers.seen import Seen

#: The day the papers are read on; nobody on them is born later.
TODAY = dt.date(2026, 11, 20)
OTHERS = ("id_card_back", "register_cover", "register_page", "disability")


def run(*, count: int) -> None:
    """Measure and print; the last line on standard output is JSON.

    Args:
        count: photographs of identity cards; half as many of the other papers together.

    Raises:
        ConfigurationError: photographs are not read on this machine.
    """
    off = why_off(wanted=True)
    if off:
        raise ConfigurationError([f"photographs cannot be read here: {off}"])
    figures: dict[str, Any] = {"photos": count}
    with shown("identity cards", count) as tick:
        figures["id_card"] = asyncio.run(_read(count, ("id_card",), tick))
    with shown("other papers", count // 2) as tick:
        figures["others"] = asyncio.run(_read(count // 2, OTHERS, tick))
    figures["hostile"] = asyncio.run(_hostile())
    report(figures)


async def _hostile() -> dict[str, Any]:
    """Pictures that are meant to break it: how many were answered rightly by one and the same process."""
    reader = PhotoReader()
    right, wrong, slowest = 0, [], 0.0
    try:
        [good] = pictures(1)
        assert (await reader.read(good.data, TODAY)).paper.code == "id_card"
        pid = reader.pid
        for name, data, troubles in hostile(good.data):
            before = time.perf_counter()
            seen = await reader.read(data, TODAY)
            slowest = max(slowest, time.perf_counter() - before)
            if seen.trouble in troubles and reader.pid == pid:
                right += 1
            else:
                wrong.append(f"{name}: {seen.trouble}")
                pid = reader.pid
        peak = _peak(reader.pid)
    finally:
        await reader.close()
    return {
        "files": right + len(wrong),
        "answered_rightly": right,
        "wrong": wrong,
        "slowest_seconds": round(slowest, 2),
        "reader_peak_mb": peak,
    }


async def _read(count: int, papers: tuple[str, ...], tick: Tick) -> dict[str, Any]:
    reader = PhotoReader()
    found: list[tuple[Picture, Seen]] = []
    took: list[float] = []
    try:
        for picture in pictures(count, papers):
            before = time.perf_counter()
            found.append((picture, await reader.read(picture.data, TODAY)))
            took.append(time.perf_counter() - before)
            tick()
        peak = _peak(reader.pid)
    finally:
        await reader.close()
    return _scores(found) | _times(took) | {"reader_peak_mb": peak}


def _scores(found: list[tuple[Picture, Seen]]) -> dict[str, Any]:
    """How many papers were known, and of their fields: right, left out, wrong though accepted."""
    both = kept = wrong_number = wrong_name = 0
    for picture, seen in found:
        fields, printed = seen.paper.fields, {"name": picture.resident.name, "number": picture.resident.id_number}
        wanted = [one for one in printed if one in expected(picture.paper)]
        wrong = [one for one in wanted if one in fields and fields[one] != printed[one]]
        both += all(fields.get(one) == printed[one] for one in wanted)
        kept += not wrong
        wrong_number += "number" in wrong
        wrong_name += "name" in wrong
    known = sum(seen.paper.code == picture.paper for picture, seen in found)
    return {
        "papers_known": known,
        "all_fields_right": both,
        "right_or_left_out": round(kept / max(len(found), 1), 4),
        "wrong_number_accepted": wrong_number,
        "wrong_name_accepted": wrong_name,
    }


def _times(took: list[float]) -> dict[str, float]:
    first, rest = took[0], sorted(took[1:]) or [took[0]]
    return {
        "first_seconds": round(first, 2),  # with loading the models
        "median_seconds": round(rest[len(rest) // 2], 2),
        "p95_seconds": round(rest[int(len(rest) * 0.95)], 2),
    }


def _peak(pid: int | None) -> int | None:
    """The most memory the reader's process ever had, in MB; None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if pid is None or not status.exists():
        return None
    line = next((line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")), "")
    return int(line.split()[1]) // 1024 if line else None
