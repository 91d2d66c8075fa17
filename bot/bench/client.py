"""A plain HTTP client for `POST /api/chat`: keep-alive connections, as many as messages are in flight."""

from __future__ import annotations

import asyncio
import time

import msgspec

_encode = msgspec.json.Encoder().encode
_PATIENCE = 60  # seconds for a service to start


class _Answer(msgspec.Struct):
    session: str
    replies: list[msgspec.Raw]
    case_no: str | None = None


_decode = msgspec.json.Decoder(_Answer).decode


class Client:
    """Talks to one server for many people.

    Attributes:
        answers: messages that were answered.
        cases: answers that gave a case number.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._sessions: dict[int, str] = {}
        self.answers = 0
        self.cases = 0

    async def first_answer(self, text: str, begun: float) -> float:
        """Seconds from `begun` until the service has answered a message."""
        while True:
            try:
                await self.send(-1, 0, text)
            except OSError:
                if time.perf_counter() - begun > _PATIENCE:
                    raise
                await asyncio.sleep(0.02)
            else:
                return time.perf_counter() - begun

    async def send(self, user: int, step: int, text: str) -> None:
        """One message of one person; returns when its answer is here.

        Raises:
            AssertionError: it was not answered.
        """
        pair = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = pair
        body = _encode({"session": self._sessions.get(user), "id": f"m{step}", "text": text, "choice": None})
        head = (
            "POST /api/chat HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode("ascii") + body)
        status, *headers = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        length = next(int(line[15:]) for line in headers if line.startswith(b"content-length:"))
        content = await reader.readexactly(length)
        if b" 200 " not in status:
            raise AssertionError(f"an answer was expected, {status!r} came")
        answer = _decode(content)
        if not answer.replies:
            raise AssertionError("the answer says nothing")
        self._sessions[user] = answer.session
        self.answers += 1
        self.cases += answer.case_no is not None
        self._idle.append(pair)

    def close(self) -> None:
        """Close the connections."""
        for _, writer in self._idle:
            writer.close()
