"""Hands voice messages to the speech server, a few at a time, and writes down what it heard or why it did not."""

from __future__ import annotations

import asyncio
from typing import Protocol

from backend.conversations.media import read_file
from backend.due import DueLoop
from backend.errors import SealBroken
from backend.log import get_log
from backend.runtime import Runtime
from backend.voice import hearing
from backend.voice.hearing import Job
from bot.speech import SpeechError, Transcript

AT_ONCE = 2  # recordings a process has at the server

log = get_log(__name__)


class Ear(Protocol):
    """What hears recordings."""

    async def transcribe(self, data: bytes, media_type: str) -> Transcript:
        """What is said. Raises SpeechError."""


class Listening(DueLoop):
    """The loop of one process. Several may run: a recording is leased to one of them."""

    failed = "voice.loop_failed"

    def __init__(self, runtime: Runtime, ear: Ear) -> None:
        super().__init__()
        self._runtime = runtime
        self._ear = ear

    async def drain(self) -> int:
        """Claim what is due once and hear it; how many were claimed."""
        runtime = self._runtime
        jobs = await runtime.writer.run(lambda tx: hearing.claim(tx, runtime.env, AT_ONCE))
        await asyncio.gather(*(self._hear(job) for job in jobs))
        return len(jobs)

    async def _hear(self, job: Job) -> None:
        runtime = self._runtime
        try:
            data = await asyncio.to_thread(read_file, runtime.env, job.attachment_id)
            heard = await self._ear.transcribe(data, job.media_type)
        except (FileNotFoundError, SealBroken):
            failure = SpeechError("file_gone", again=False)
        except SpeechError as error:
            failure = error
        except Exception:
            log.exception("A voice could not be heard", action="voice.unexpected", voice=job.id)
            failure = SpeechError("unexpected", again=True)
        else:
            await runtime.hear_voice(job.id, heard.text, doubtful=heard.doubtful)
            return
        log.warning("A voice was not heard", action="voice.not_heard", voice=job.id, code=failure.code,
                    attempt=job.attempt, again=failure.again)  # fmt: skip
        await runtime.writer.run(
            lambda tx: hearing.failed(tx, runtime.env, job.id, failure.code, again=failure.again, after=failure.after)
        )
