"""Looks at photographs as they come in: after they are kept and answered, one at a time, beside everything else."""

from __future__ import annotations

import asyncio

from sqlmodel import col, select

from backend.conversations.media import read_file
from backend.conversations.tables import Attachment
from backend.due import DueLoop
from backend.errors import YimenError
from backend.log import get_log
from backend.photos.reader import Reads
from backend.photos.telling import take, tell
from backend.runtime import Runtime
from dialogs.papers.seen import Seen

log = get_log(__name__)


class Watch(DueLoop):
    """Reads what waits. The queue is the table, so nothing is lost with this process, and it holds so many and no more.

    Args:
        reader: what reads one photograph; closed with `close`.
    """

    failed = "photos.failed"
    rest = 15.0

    def __init__(self, runtime: Runtime, reader: Reads) -> None:
        super().__init__()
        self._runtime = runtime
        self._reader = reader

    async def drain(self) -> int:
        """Read the photograph that waits longest and tell her; 0 when none waits."""
        runtime = self._runtime
        if not await asyncio.to_thread(self._any):
            return 0
        taken = await runtime.writer.run(lambda tx: take(tx, runtime.env))
        if taken is None:
            return 0
        seen = Seen(trouble="failed") if taken.tired else await self._look(taken.id)
        await runtime.writer.run(lambda tx: tell(tx, runtime.env, runtime.receiver, taken.id, seen))
        log.info("A photograph was looked at", action="photos.seen", attachment=taken.id, trouble=seen.trouble)
        return 1

    async def close(self) -> None:
        await self._reader.close()

    async def _look(self, attachment_id: str) -> Seen:
        try:
            data = await asyncio.to_thread(read_file, self._runtime.env, attachment_id)
        except (OSError, YimenError):
            return Seen(trouble="failed")
        return await self._reader.read(data, self._runtime.env.today)

    def _any(self) -> bool:
        with self._runtime.database.read() as db:
            waiting = select(Attachment.id).where(col(Attachment.reading).in_(("waiting", "taken"))).limit(1)
            return db.exec(waiting).first() is not None
