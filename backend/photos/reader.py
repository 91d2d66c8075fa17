"""Reads photographs one at a time in a process of its own, so that a slow or a hostile one holds up nobody else."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

import msgspec

from backend.log import get_log
from backend.photos.child import Ask
from dialogs.papers.seen import Seen

log = get_log(__name__)

#: Seconds the process may take to load its models, and to read one photograph; seconds after which it goes when idle.
START, READ, IDLE = 60.0, 20.0, 300.0

CHILD: Final = (sys.executable, "-m", "backend.photos.child")


class Reads(Protocol):
    """Whatever reads photographs."""

    async def read(self, data: bytes, today: dt.date) -> Seen: ...

    async def close(self) -> None: ...


class PhotoReader:
    """One process with one engine: started for the first photograph, gone after a while without any.

    Args:
        command: the process; it speaks as `backend.photos.child` does.
        start, read, idle: seconds.
    """

    def __init__(
        self, command: Sequence[str] = CHILD, *, start: float = START, read: float = READ, idle: float = IDLE
    ) -> None:
        self._command = tuple(command)
        self._start, self._read, self._idle = start, read, idle
        self._process: Process | None = None
        self._one = asyncio.Lock()
        self._rest: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """The process while it runs."""
        return None if self._process is None else self._process.pid

    async def read(self, data: bytes, today: dt.date) -> Seen:
        """Read one photograph; what goes wrong is part of the answer."""
        async with self._one:
            self._awake()
            try:
                process = await self._running()
                async with asyncio.timeout(self._read):
                    return await _asked(process, msgspec.msgpack.encode(Ask(data, today)))
            except TimeoutError:
                log.warning("Reading a photograph took too long and was given up", action="photos.timeout")
                await self._end()
                return Seen(trouble="timeout")
            except (OSError, EOFError, msgspec.MsgspecError, ConnectionError) as error:
                log.warning("The reader of photographs broke", action="photos.broke", error=type(error).__name__)
                await self._end()
                return Seen(trouble="failed")
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for the next one's
                raise
            finally:
                self._rest = asyncio.get_running_loop().call_later(self._idle, self._go)

    async def close(self) -> None:
        """End the process."""
        self._awake()
        await self._end()

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
            async with asyncio.timeout(self._start):
                await _answer(self._process)
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    def _awake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _go(self) -> None:
        if not self._one.locked():
            task = asyncio.get_running_loop().create_task(self._end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


async def _asked(process: Process, body: bytes) -> Seen:
    assert process.stdin is not None
    process.stdin.write(len(body).to_bytes(4, "big") + body)
    await process.stdin.drain()
    return msgspec.msgpack.decode(await _answer(process), type=Seen)


async def _answer(process: Process) -> bytes:
    assert process.stdout is not None
    head = await process.stdout.readexactly(4)
    return await process.stdout.readexactly(int.from_bytes(head, "big"))
