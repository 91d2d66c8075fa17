"""Watches the clocks: every minute it asks which deadlines have reached a rung, and the database decides once."""

from __future__ import annotations

import asyncio

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from backend.conversations.query_lock import forget_old
from backend.deadlines.sweep import sweep
from backend.inbox import groups
from backend.log import get_log
from backend.privacy import retention
from backend.privacy.purge import tidy_files
from backend.runtime import Runtime

log = get_log(__name__)

EVERY_SECONDS = 60
TIDY_SECONDS = 3600


class Worker:
    """The alarm clock. Several may run, and one may have slept for a day: the result is the same."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin ticking on the running loop."""
        for job, seconds in ((self._tick, EVERY_SECONDS), (self._tidy, TIDY_SECONDS)):
            self._scheduler.add_job(
                job, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
            )
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _tidy(self) -> None:
        await asyncio.to_thread(self._forget_files)
        removed = await asyncio.to_thread(tidy_files, self._runtime.writer, self._runtime.database, self._runtime.env)
        await self._runtime.writer.run(lambda tx: forget_old(tx, self._runtime.env))
        await self._runtime.writer.run(lambda tx: groups.forget_old(tx, self._runtime.env))
        if removed:
            log.info("Files that belong to nothing were removed", action="media.swept", removed=removed)

    def _forget_files(self) -> None:
        """Recordings and pictures whose term is over."""
        runtime = self._runtime
        gone = retention.forget(runtime.writer, runtime.env, retention.find(runtime.database, runtime.env))
        if gone:
            log.info("Files whose term was over were deleted", action="media.over", removed=gone)

    async def _tick(self) -> None:
        runtime = self._runtime
        try:
            report = await asyncio.to_thread(sweep, runtime.writer, runtime.env, runtime.env.now)
        except Exception:
            log.exception("The sweep failed and is tried again in a minute", action="sweep.failed")
            return
        if report.posted:
            log.info("Reminders and escalations were written", action="sweep.posted", posted=report.posted)
