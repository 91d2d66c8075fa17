"""A loop over rows that come due: woken when something was written, and looking by itself now and then."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

from backend.log import get_log

log = get_log(__name__)


class DueLoop(ABC):
    """The loop of one process; what is due lies in the database, so that several may run and none need remember.

    Attributes:
        failed: the action a failure is logged under.
        rest: seconds to wait after a failure; None for as long as otherwise.
    """

    failed: ClassVar[str]
    rest: ClassVar[float | None] = None

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @abstractmethod
    async def drain(self) -> int:
        """Do once what is due; how much that was."""

    def notify(self) -> None:
        """Something may be due; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self, every: float = 1.0) -> None:
        """Do what is due, on each notice and every `every` seconds, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            pause = every
            self._wake.clear()  # before the look, so that what is written during it is not slept over
            try:
                while await self.drain():
                    pass
            except Exception:
                log.exception("A loop failed and goes on", action=self.failed)
                pause = every if self.rest is None else self.rest
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue
