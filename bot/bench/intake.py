"""`yimen bench intake`: durable messages a second and their latency, on the real road from words to commit.

Every dialog is open at once, round robin: message 0 of every person, then message 1, …; the last one hands in a case. A
message counts when its commit is on disk (SQLite WAL, synchronous=FULL) and its answer is there.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import func, select

from backend.cases.tables import Case
from backend.ids import new_id
from backend.inbox.tables import Inbound
from backend.ports import Arrived
from backend.runtime import Runtime
from backend.settings import Settings, load_settings
from bot.channels.web.hook import said_in_words
from dialogs.understanding.id_number import check_digit

MESSAGES: list[str] = tomllib.loads((Path(__file__).parent / "intake.toml").read_text(encoding="utf-8"))["messages"]
_encode = msgspec.json.Encoder().encode

Send = Callable[[int, int, str], Awaitable[None]]


def run(*, users: int, folder: Path | None) -> None:
    """Measure and print; the last line on standard output is JSON.

    Args:
        users: dialogs open at once with 64 in flight; a fifth of them with one.
        folder: where the databases go, to measure a certain disk; a temporary one otherwise.
    """
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        figures: dict[str, Any] = {"messages_per_dialog": len(MESSAGES)}
        _tell("in process, 64 in flight")
        figures["in_process_64"] = asyncio.run(_in_process(home / "a", users, 64))
        _tell("in process, one in flight")
        figures["in_process_1"] = asyncio.run(_in_process(home / "b", max(users // 5, 2), 1))
        _tell("over HTTP")
        figures |= asyncio.run(_over_http(home / "c", users))
        _tell("memory of open dialogs")
        figures["open_dialogs"] = asyncio.run(_memory(home / "d", users))
    for name, value in figures.items():
        print(f"{name:22} {value}", file=sys.stderr)
    print(_encode(figures).decode("utf-8"))


def _tell(what: str) -> None:
    print(f"measuring {what} …", file=sys.stderr, flush=True)


def _settings(folder: Path) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{new_id('run')}.db"
    return load_settings({}, database_url=f"sqlite:///{place}", media_dir=folder / "media").settings


def text_of(user: int, step: int) -> str:
    """What person `user` says at `step`."""
    first17 = f"379901{1940 + user % 40}{1 + user % 12:02d}{1 + user // 12 % 28:02d}{user % 1000:03d}"
    return MESSAGES[step].replace("{id}", first17 + check_digit(first17))


async def _drive(send: Send, users: int, in_flight: int, steps: int, first: int = 0) -> dict[str, Any]:
    """Play the dialogs round robin and time every message."""
    latencies: list[float] = []
    wall = 0.0
    cpu = time.process_time()
    for step in range(steps):
        people = iter(range(first, first + users))

        async def worker(step: int = step, people: Any = people) -> None:
            for user in people:
                begun = time.perf_counter()
                await send(user, step, text_of(user, step))
                latencies.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(min(in_flight, users))))
        wall += time.perf_counter() - begun
    count = users * steps
    latencies.sort()
    return {
        "messages": count,
        "per_second": round(count / wall, 1),
        "p50_ms": round(latencies[count // 2] * 1e3, 3),
        "p99_ms": round(latencies[min(count - 1, int(count * 0.99))] * 1e3, 3),
        "cpu_us_per_message": round((time.process_time() - cpu) / count * 1e6, 1),
    }


def _sender(runtime: Runtime) -> Send:
    async def send(user: int, step: int, text: str) -> None:
        raw = _encode({"text": text, "choice": None})
        said = said_in_words(text, runtime.listener())
        await runtime.receive(Arrived("web", "web", f"person-{user}", f"m{step}", raw, said))

    return send


async def _in_process(folder: Path, users: int, in_flight: int) -> dict[str, Any]:
    with Runtime(_settings(folder)) as runtime:
        send = _sender(runtime)
        await _drive(send, 4, 4, len(MESSAGES), first=1_000_000)  # warm: imports, patterns, statements
        commits = runtime.writer.commits
        figures = await _drive(send, users, in_flight, len(MESSAGES))
        _count(runtime, messages=(users + 4) * len(MESSAGES), cases=users + 4)
        return figures | {"in_flight": in_flight, "commits": runtime.writer.commits - commits}


def _count(runtime: Runtime, *, messages: int, cases: int) -> None:
    """Nothing measured counts unless all of it is there.

    Raises:
        AssertionError: a message or a case is missing, or there is one too many.
    """
    with runtime.database.read() as db:
        kept = db.execute(select(func.count()).select_from(Inbound)).scalar_one()
        opened = db.execute(select(func.count()).select_from(Case)).scalar_one()
    if (kept, opened) != (messages, cases):
        raise AssertionError(f"{kept} messages and {opened} cases are kept, {messages} and {cases} were expected")


async def _memory(folder: Path, users: int) -> dict[str, Any]:
    """Resident memory with many dialogs open in the middle, above the idle service; scaled to 10,000 dialogs."""
    with Runtime(_settings(folder)) as runtime:
        send = _sender(runtime)
        await _drive(send, 64, 64, 8, first=1_000_000)
        gc.collect()
        idle = _resident_mb()
        await _drive(send, users, 64, 8)
        gc.collect()
        grown = _resident_mb() - idle
    return {"dialogs": users, "idle_mb": round(idle, 1), "grown_mb": round(grown, 1),
            "mb_per_10k": round(grown * 10_000 / users, 1)}  # fmt: skip


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def _over_http(folder: Path, users: int) -> dict[str, Any]:
    """The same through `POST /api/chat` of a server in a process of its own, and how long it takes to start."""
    settings = _settings(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = time.perf_counter()
    server = subprocess.Popen(  # noqa: ASYNC220, S603 - our own command, before anything is awaited
        [sys.executable, "-m", "bot", "serve", "--port", str(port)],
        env={
            "YIMEN_DATABASE_URL": settings.database_url,
            "YIMEN_MEDIA_DIR": str(settings.media_dir),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        client = Client(port)
        started = await client.first_answer(begun)
        one = await _drive(client.send, max(users // 10, 2), 1, len(MESSAGES))
        many = await _drive(client.send, users, 64, len(MESSAGES), first=100_000)
        client.close()
    finally:
        server.terminate()
        server.wait(20)
    for figures in (one, many):
        figures["client_cpu_us_per_message"] = figures.pop("cpu_us_per_message")
    return {"start_to_first_answer_s": round(started, 2), "http_1": one, "http_64": many}


class Client:
    """Keep-alive connections to one server, as many as are in flight."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._sessions: dict[int, str] = {}

    async def first_answer(self, begun: float) -> float:
        """Seconds from `begun` until the service has answered a message."""
        while True:
            try:
                await self.send(-1, 0, text_of(0, 0))
            except OSError:
                if time.perf_counter() - begun > 60:
                    raise
                await asyncio.sleep(0.02)
            else:
                return time.perf_counter() - begun

    async def send(self, user: int, step: int, text: str) -> None:
        """One message of one person; returns when its answer is here."""
        pair = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = pair
        body = _encode({"session": self._sessions.get(user), "id": f"m{step}", "text": text, "choice": None})
        writer.write(
            b"POST /api/chat HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: "
            + str(len(body)).encode("ascii") + b"\r\n\r\n" + body
        )  # fmt: skip
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer = msgspec.json.decode(await reader.readexactly(length))
        if b" 200 " not in head[:20] or not answer["replies"]:
            raise AssertionError(f"an answer was expected: {head[:40]!r}")
        self._sessions[user] = answer["session"]
        self._idle.append(pair)

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
