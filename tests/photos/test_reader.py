"""The process that reads photographs may be slow, die, or talk rubbish: the service goes on, and the next one is read."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from backend.photos.reader import PhotoReader
from backend.photos.seeing import PACKAGES, why_off
from dialogs.papers.seen import Seen
from tests.photos.captured import captured

TODAY = dt.date(2026, 11, 20)
ROOT = str(Path(__file__).parents[2])


def with_reader(
    work: Callable[[PhotoReader], Awaitable[None]], how: str = "obedient", read: float = 20, idle: float = 300
) -> None:
    """Run it with a reader of this kind, and leave no process behind."""
    # `-c` and not `-m`: the folder of the tests is on no path of a process that was started elsewhere.
    start = f"import sys; sys.path.insert(0, {ROOT!r}); sys.argv = ['', {how!r}]\n" + (
        "from tests.photos.children import main; main()"
    )

    async def run() -> None:
        waits = 2.0 if how == "never ready" else 60.0
        reader = PhotoReader((sys.executable, "-c", start), start=waits, read=read, idle=idle)
        try:
            await work(reader)
        finally:
            await reader.close()
            assert reader.pid is None

    asyncio.run(run())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def reads(reader: PhotoReader) -> None:
    seen = await reader.read(b"card", TODAY)
    assert seen.paper.fields["number"] == captured()["id_card"].number


def test_one_process_reads_one_after_the_other() -> None:
    async def work(reader: PhotoReader) -> None:
        await asyncio.gather(*(reads(reader) for _ in range(3)))
        pid = reader.pid
        await reads(reader)
        assert reader.pid == pid

    with_reader(work)


@pytest.mark.parametrize(("photo", "trouble"), [(b"slow", "timeout"), (b"die", "failed")])
def test_a_photo_that_takes_the_process_with_it_is_the_only_one_lost(photo: bytes, trouble: str) -> None:
    async def work(reader: PhotoReader) -> None:
        await reads(reader)
        before = reader.pid
        assert before is not None
        assert await reader.read(photo, TODAY) == Seen(trouble=trouble)  # type: ignore[arg-type]
        assert not is_running(before)
        await reads(reader)
        assert reader.pid != before

    with_reader(work, read=8)


@pytest.mark.parametrize(("photo", "trouble"), [(b"raise", "failed"), (b"memory", "too_big"), (b"network", "failed")])
def test_an_engine_that_fails_or_reaches_for_the_network_is_stopped_and_stays_up(photo: bytes, trouble: str) -> None:
    async def work(reader: PhotoReader) -> None:
        assert await reader.read(photo, TODAY) == Seen(trouble=trouble)  # type: ignore[arg-type]
        before = reader.pid
        await reads(reader)
        assert reader.pid == before

    with_reader(work)


@pytest.mark.parametrize(("how", "trouble"), [("rubbish", "failed"), ("never ready", "timeout")])
def test_a_process_that_does_not_speak_as_it_should_is_ended(how: str, trouble: str) -> None:
    async def work(reader: PhotoReader) -> None:
        assert (await reader.read(b"card", TODAY)).trouble == trouble
        assert reader.pid is None

    with_reader(work, how)


def test_nobody_else_waits_while_one_is_read() -> None:
    async def work(reader: PhotoReader) -> None:
        await reads(reader)
        slow = asyncio.create_task(reader.read(b"slow", TODAY))
        longest = 0.0
        for _ in range(20):
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - before)
        assert not slow.done()
        assert longest < 1
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        await reads(reader)  # and its answer is not taken for the next one's

    with_reader(work)


def test_it_goes_when_there_is_nothing_to_read_and_comes_back() -> None:
    async def work(reader: PhotoReader) -> None:
        await reads(reader)
        before = reader.pid
        assert before is not None
        for _ in range(100):
            if reader.pid is None:
                break
            await asyncio.sleep(0.1)
        assert reader.pid is None
        await reads(reader)

    with_reader(work, idle=0.2)


def test_a_program_that_is_not_there_is_no_disaster() -> None:
    async def run() -> None:
        reader = PhotoReader(("/nowhere/reader",))
        assert await reader.read(b"card", TODAY) == Seen(trouble="failed")
        await reader.close()

    asyncio.run(run())


def test_why_photographs_are_not_read_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "YIMEN_READ_PHOTOS" in why_off(wanted=False)
    monkeypatch.setattr("backend.photos.seeing.find_spec", lambda name: None if name == "rapidocr" else object())
    assert "rapidocr missing" in why_off(wanted=True)
    assert "make photos" in why_off(wanted=True)
    monkeypatch.setattr("backend.photos.seeing.find_spec", lambda name: object())
    assert why_off(wanted=True) == ""
    assert "rapidocr" in PACKAGES
