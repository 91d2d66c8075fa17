"""The service under fire: reads events from standard input, acknowledges on standard output what is durable."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec

from backend.cases import acts
from backend.env import Env
from backend.errors import NotFound, RefusedAct
from backend.failpoints import arm
from backend.outbox.deliver import Outbox
from backend.outbox.post import SIGNAL
from backend.ports import Arrived, Delivery
from backend.runtime import Runtime
from backend.settings import load_settings
from backend.staff.service import actor_for
from backend.staff.tables import Staff
from backend.transfers import acts as transfers
from backend.writer import Tx
from bot.channels.web.hook import said_in_words

_encode = msgspec.json.Encoder().encode


class Book:
    """A channel that writes every message it takes into a book, durable before it says yes."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._file = path.open("ab")

    def reachable(self) -> None:
        return None

    async def send(self, delivery: Delivery) -> None:
        self._file.write(f"{delivery.id} {delivery.attempt}\n".encode("ascii"))
        self._file.flush()
        os.fsync(self._file.fileno())


async def serve(folder: Path, url: str, failpoint: str, hit: int) -> None:
    settings = load_settings({}, database_url=url, media_dir=folder / "media", data_key_file=folder / "keys").settings
    if failpoint:
        arm(failpoint, _kill_at(hit))
    with Runtime(settings) as runtime:
        channels = {name: Book(name, folder / "book") for name in ("web", "board")}
        outbox = Outbox(runtime.writer, runtime.env, channels, lease=dt.timedelta(milliseconds=300))
        runtime.on_commit(lambda signals: outbox.notify() if SIGNAL in signals else None)
        loop = asyncio.create_task(outbox.run(every=0.1))
        _say({"ready": True})
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        running: set[asyncio.Task[None]] = set()
        while line := await reader.readline():
            task = asyncio.create_task(handle(runtime, msgspec.json.decode(line)))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        await asyncio.sleep(0.4)  # leases of a life before this one run out
        while await outbox.drain():
            pass
        loop.cancel()


def _kill_at(hit: int) -> Any:
    count = 0

    def kill() -> None:
        nonlocal count
        count += 1
        if count >= hit:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


async def handle(runtime: Runtime, event: dict[str, Any]) -> None:
    """One event, one acknowledgement, after the commit."""
    if "act" in event:
        done = await runtime.writer.run(lambda tx: staff_act(tx, runtime.env, event))
        _say({"n": event["n"], "done": done})
        return
    text = event["text"]
    arrived = Arrived(
        "web", "web", event["person"], event["id"], _encode({"text": text, "choice": None}),
        said_in_words(text, runtime.listener()),
    )  # fmt: skip
    replied = await runtime.receive(arrived)
    _say({"n": event["n"], "answer": [say.key for say in replied.says], "inbound": replied.inbound_id,
          "case": replied.case_no, "repeat": replied.repeat})  # fmt: skip


def staff_act(tx: Tx, env: Env, event: dict[str, Any]) -> str:
    """The window's work on a case; done twice, the second is refused and changes nothing."""
    clerk = actor_for(tx.session.get(Staff, event["clerk"]))
    try:
        if event["act"] == "accept":
            acts.accept(tx, env, clerk, event["case"])
        else:
            transfers.send(
                tx, env, clerk, event["case"], [("medical_aid", "medical_insurance"), ("dibao", "civil_affairs")]
            )
    except (RefusedAct, NotFound) as refused:
        return f"refused: {refused}"
    return "done"


def _say(record: dict[str, Any]) -> None:
    sys.stdout.buffer.write(_encode(record) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
