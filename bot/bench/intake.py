"""`yimen bench intake`: durable messages a second and their latency, on the real road from words to commit.

Every dialog is open at once, round robin: message 0 of every person, then message 1, …; the last one hands in a case. A
message counts when its commit is on disk (SQLite WAL, synchronous=FULL) and its answer is there. After each run the
messages and cases in the database are counted; a figure without them is none.
"""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import func, select
from uvicorn.loops.auto import auto_loop_factory

from backend.cases.tables import Case
from backend.db import Database
from backend.inbox.tables import Inbound
from backend.ports import Arrived
from backend.runtime import Runtime
from bot.bench.client import Client
from bot.bench.place import Tick, report, serve, settings_in, shown
from bot.channels.web.hook import said_in_words
from bot.serving import settle
from dialogs.understanding.id_number import check_digit

MESSAGES: list[str] = tomllib.loads((Path(__file__).parent / "intake.toml").read_text(encoding="utf-8"))["messages"]
STEPS = len(MESSAGES)
#: Dialogs held open to weigh them, and how many messages each has got by then (consent asked, her story told).
OPEN_DIALOGS, OPEN_STEPS = 10_000, 2
ENOUGH = 100  # users from which on the run is a measurement and not a trial
#: What parts a sentence of several clauses from a short answer.
_CLAUSE_END = "\N{FULLWIDTH COMMA}"

_encode = msgspec.json.Encoder().encode
Send = Callable[[int, int, str], Awaitable[None]]


def run(*, users: int, folder: Path | None) -> None:
    """Measure and print; the last line on standard output is JSON.

    Args:
        users: dialogs open at once with 64 in flight; a fifth of them with one.
        folder: where the databases go, to measure a certain disk; a temporary one otherwise.
    """
    few = max(users // 5, 2)
    dialogs = OPEN_DIALOGS if users >= ENOUGH else users
    figures: dict[str, Any] = {"messages_per_dialog": STEPS, "users": users}
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or Path(temporary)
        with shown("in process, 64 in flight", users * STEPS) as tick:
            figures["in_process_64"] = _played(_in_process(home, users, 64, tick))
        with shown("in process, one in flight", few * STEPS) as tick:
            figures["in_process_1"] = _played(_in_process(home, few, 1, tick))
        with shown("over HTTP, 1 and 64 connections", (few + users) * STEPS) as tick:
            figures |= _played(_over_http(home, users, few, tick))
        with shown("memory of open dialogs", dialogs * OPEN_STEPS) as tick:
            figures["open_dialogs"] = _played(_memory(home, dialogs, tick))
    report(figures)


def _played(road: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Play a road on the loop the service runs on."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(road)


def text_of(user: int, step: int) -> str:
    """What person `user` says at `step`."""
    if "{id}" not in MESSAGES[step]:
        return MESSAGES[step]
    first17 = f"379901{1940 + user % 40}{1 + user % 12:02d}{1 + user // 12 % 28:02d}{user % 1000:03d}"
    return MESSAGES[step].replace("{id}", first17 + check_digit(first17))


async def _drive(
    send: Send, users: int, in_flight: int, steps: int, tick: Tick = int, *, first: int = 0
) -> dict[str, Any]:
    """Play the dialogs round robin and time every message.

    `answers_per_second` leaves the last message out, which opens a case, its notice, its clocks and its journal;
    `short_answers_per_second` also the sentences of more than one clause, which are heard as a story is.
    """
    latencies: list[float] = []
    walls: list[float] = []
    cpu = time.process_time()
    for step in range(steps):
        people = iter([(user, text_of(user, step)) for user in range(first, first + users)])  # thought of beforehand

        async def worker(step: int = step, people: Iterator[tuple[int, str]] = people) -> None:
            for user, text in people:
                begun = time.perf_counter()
                await send(user, step, text)
                latencies.append(time.perf_counter() - begun)
                tick()

        begun = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(min(in_flight, users))))
        walls.append(time.perf_counter() - begun)
    cpu = time.process_time() - cpu
    count = users * steps
    latencies.sort()
    figures = {
        "messages": count,
        "per_second": round(count / sum(walls), 1),
        "p50_ms": round(latencies[count // 2] * 1e3, 3),
        "p99_ms": round(latencies[min(count - 1, int(count * 0.99))] * 1e3, 3),
        "cpu_us_per_message": round(cpu / count * 1e6, 1),
    }
    if steps == STEPS:
        short = [walls[step] for step in range(steps - 1) if _CLAUSE_END not in MESSAGES[step]]
        figures["short_answers_per_second"] = round(users * len(short) / sum(short), 1)
        figures["answers_per_second"] = round(users * (steps - 1) / sum(walls[:-1]), 1)
        figures["cases_per_second"] = round(users / walls[-1], 1)
    return figures


def _sender(runtime: Runtime) -> Send:
    async def send(user: int, step: int, text: str) -> None:
        raw = _encode({"text": text, "choice": None})
        said = said_in_words(text, runtime.listener())
        await runtime.receive(Arrived("web", "web", f"person-{user}", f"m{step}", raw, said))

    return send


async def _in_process(home: Path, users: int, in_flight: int, tick: Tick) -> dict[str, Any]:
    with Runtime(settings_in(home)) as runtime:
        settle()
        send = _sender(runtime)
        await _drive(send, 4, 4, STEPS, first=1_000_000)  # warm: imports, patterns, statements
        commits = runtime.writer.commits
        figures = await _drive(send, users, in_flight, STEPS, tick)
        figures |= {"in_flight": in_flight, "commits": runtime.writer.commits - commits}
        _count(runtime.database, messages=(users + 4) * STEPS, cases=users + 4)
        return figures


def _count(database: Database, *, messages: int, cases: int) -> None:
    """Nothing measured counts unless all of it is there.

    Raises:
        AssertionError: a message or a case is missing, or there is one too many.
    """
    with database.read() as db:
        kept = db.execute(select(func.count()).select_from(Inbound)).scalar_one()
        opened = db.execute(select(func.count()).select_from(Case)).scalar_one()
    if (kept, opened) != (messages, cases):
        raise AssertionError(f"{kept} messages and {opened} cases are kept, {messages} and {cases} were expected")


async def _memory(home: Path, dialogs: int, tick: Tick) -> dict[str, Any]:
    """Resident memory with many dialogs open in the middle, above the idle service."""
    with Runtime(settings_in(home)) as runtime:
        settle()
        send = _sender(runtime)
        await _drive(send, 64, 64, STEPS, first=1_000_000)
        gc.collect()
        idle = _resident_mb(os.getpid())
        await _drive(send, dialogs, 64, OPEN_STEPS, tick)
        gc.collect()
        grown = _resident_mb(os.getpid()) - idle
        _count(runtime.database, messages=64 * STEPS + dialogs * OPEN_STEPS, cases=64)
    return {"dialogs": dialogs, "idle_mb": round(idle, 1), "grown_mb": round(grown, 1)}


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _over_http(home: Path, users: int, few: int, tick: Tick) -> dict[str, Any]:
    """The same through `POST /api/chat` of a server in a process of its own, and how long it takes to start."""
    settings = settings_in(home)
    begun = time.perf_counter()
    server, port = serve(settings)
    try:
        client = Client(port)
        started = await client.first_answer(text_of(0, 0), begun)
        await _drive(client.send, 4, 4, STEPS, first=1_000_000)
        measured = []
        for count, in_flight, first in ((few, 1, 0), (users, 64, 100_000)):
            cpu = _cpu_seconds(server.pid)
            figures = await _drive(client.send, count, in_flight, STEPS, tick, first=first)
            figures["cpu_us_per_message"] = round((_cpu_seconds(server.pid) - cpu) / figures["messages"] * 1e6, 1)
            measured.append(figures | {"in_flight": in_flight})
        client.close()
    finally:
        server.terminate()
        server.wait(20)
    people = few + users + 4
    if (client.answers, client.cases) != (people * STEPS + 1, people):
        raise AssertionError(f"{client.answers} answers and {client.cases} numbers came for {people} people")
    database = Database(settings.database_url)
    _count(database, messages=people * STEPS + 1, cases=people)
    database.close()
    return {"start_to_first_answer_s": round(started, 2), "http_1": measured[0], "http_64": measured[1]}
