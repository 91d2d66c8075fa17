"""The service under fire: reads events from a socket and acknowledges what is durable. It runs in a forked process."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlmodel import col, func, select

from backend.cases import acts
from backend.cases.tables import Case
from backend.conversations.media import keep_file
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.failpoints import arm, failpoint
from backend.outbox.deliver import Outbox, SendError
from backend.outbox.post import SIGNAL
from backend.outbox.tables import Outgoing
from backend.ports import Arrived, Delivery, Replied
from backend.runtime import Runtime
from backend.settings import Settings
from backend.staff.service import actor_for
from backend.staff.tables import Staff
from backend.transfers import deciding, dispatching, handling
from backend.transfers.tables import Transfer
from backend.writer import Tx
from bot.channels.web.hook import said_in_words
from dialogs.said import Said
from tests.chaos.script import Event, TownClock, told

LEASE = dt.timedelta(milliseconds=300)
CHANNELS = ("web", "board")


class Life(msgspec.Struct, frozen=True):
    """How one life of the service goes.

    Attributes:
        begun: when the town's clock began (seconds since 1970).
        points: failpoints at whose n-th passing the process kills itself.
        busy: how often a channel says that it cannot just now.
        ahead: how much the clock runs ahead, so that what waits for another try comes due.
    """

    folder: str
    url: str
    begun: float
    seed: int
    points: dict[str, int] = {}
    busy: float = 0.0
    ahead: dt.timedelta = dt.timedelta()

    def settings(self) -> Settings:
        folder = Path(self.folder)
        return Settings(
            database_url=self.url, media_dir=folder / "media", data_key_file=folder / "keys"
        )  # not load_settings: a child owes nothing to the environment

    def clock(self) -> TownClock:
        return TownClock(self.begun, self.ahead)


class Ask(msgspec.Struct, frozen=True):
    """A line to the service: an event, or `end`: deliver everything and go."""

    n: int
    event: Event | None = None
    end: bool = False


class Ack(msgspec.Struct, frozen=True):
    """A line from the service. `says` and `inbound` answer a message, `done` an act."""

    n: int
    inbound: str = ""
    says: bytes = b""
    case: str | None = None
    repeat: bool = False
    done: str = ""


class Book:
    """A channel that writes every message it takes into a book, durable before it says yes."""

    def __init__(self, name: str, path: Path, rng: random.Random, busy: float) -> None:
        self.name = name
        self._rng = rng
        self._busy = busy
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def reachable(self) -> None:
        return None

    async def send(self, delivery: Delivery) -> None:
        if self._rng.random() < self._busy:
            raise SendError("busy", again=True)
        os.write(self._file, f"{delivery.id} {delivery.attempt}\n".encode("ascii"))
        os.fsync(self._file)


class Service:
    """One life."""

    def __init__(self, life: Life, line: socket.socket) -> None:
        self._life = life
        self._line = line
        self._runtime = Runtime(life.settings(), life.clock())
        self._writer: asyncio.StreamWriter | None = None

    async def live(self) -> None:
        """Until `end` was asked and done, or the socket closes."""
        for name, hit in self._life.points.items():
            arm(name, _kill_at(hit))
        rng = random.Random(self._life.seed)
        with self._runtime as runtime:
            book = Path(self._life.folder) / "book"
            channels = {name: Book(name, book, rng, self._life.busy) for name in CHANNELS}
            outbox = Outbox(runtime.writer, runtime.env, channels, lease=LEASE)
            runtime.on_commit(lambda signals: outbox.notify() if SIGNAL in signals else None)
            delivering = asyncio.create_task(outbox.run(every=0.1))
            reader, self._writer = await asyncio.open_connection(sock=self._line, limit=1 << 20)
            decode = msgspec.json.Decoder(Ask).decode
            running: set[asyncio.Task[None]] = set()
            while line := await reader.readline():
                ask = decode(line)
                if ask.event is None:
                    await asyncio.gather(*running)
                    await self._deliver_all(outbox)
                    self._say(Ack(ask.n, done="delivered"))
                    break
                task = asyncio.create_task(self._handle(ask.n, ask.event))
                running.add(task)
                task.add_done_callback(running.discard)
            delivering.cancel()
            await self._writer.drain()

    async def _deliver_all(self, outbox: Outbox) -> None:
        def due() -> int:
            with self._runtime.database.read() as db:
                statement = select(func.count()).where(col(Outgoing.status).in_(("waiting", "leased")))
                return int(db.exec(statement).one())

        while await asyncio.to_thread(due):
            if not await outbox.drain():
                await asyncio.sleep(0.02)

    async def _handle(self, n: int, event: Event) -> None:
        """One event, one acknowledgement, after the commit."""
        runtime = self._runtime
        if event.act:
            done = await runtime.writer.run(lambda tx: _staff_act(tx, runtime.env, event))
            self._say(Ack(n, done=done))
            return
        replied = await runtime.receive(await self._arrived(event))
        failpoint("inbox.after_commit_before_ack")
        self._say(self._ack(n, replied))
        failpoint("ack.sent")

    async def _arrived(self, event: Event) -> Arrived:
        runtime = self._runtime
        raw = msgspec.json.encode({"text": event.text, "choice": None})
        if event.photo is None:
            return Arrived("web", "web", event.who, event.id, raw, said_in_words(event.text, runtime.listener()))
        kept = await asyncio.to_thread(keep_file, runtime.env, event.photo, "photo.jpg")
        assert not isinstance(kept, str), kept
        return Arrived("web", "web", event.who, event.id, raw, Said(), (kept,))

    @staticmethod
    def _ack(n: int, replied: Replied) -> Ack:
        return Ack(n, replied.inbound_id, told(replied.says), replied.case_no, replied.repeat)

    def _say(self, ack: Ack) -> None:
        assert self._writer is not None
        self._writer.write(msgspec.json.encode(ack) + b"\n")


def _kill_at(hit: int) -> Callable[[], None]:
    count = 0

    def kill() -> None:
        nonlocal count
        count += 1
        if count >= hit:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


def _staff_act(tx: Tx, env: Env, event: Event) -> str:
    """A colleague's act on a case; done twice, the second is refused and changes nothing."""
    try:
        if event.act in ("accept", "send"):
            clerk = _colleague(tx, "zhou_wenjing")
            case_id = tx.session.exec(select(Case.id).where(Case.register_no == event.case)).one()
            if event.act == "accept":
                acts.accept(tx, env, clerk, case_id)
            else:
                dispatching.send(tx, env, clerk, case_id, event.plan)
            return "done"
        part = tx.session.exec(
            select(Transfer)
            .join(Case, col(Case.id) == col(Transfer.case_id))
            .where(Case.register_no == event.case, Transfer.seq == event.part)
        ).one()
        liaison = _colleague(tx, f"{part.dept}_liaison")
        if event.act == "receive":
            promised = env.calendar.add_working_days(env.today, 5).day
            handling.receive(
                tx, env, liaison, part.id, handler_name="孙立军", handler_phone="0900-0000205", promised=promised
            )
        else:
            deciding.grant(
                tx, env, liaison, part.id, effective_date=env.today, benefit="修房补助，直接打到卡上", amount="1200元"
            )
    except (RefusedAct, NotFound) as refused:
        return f"refused: {refused}"
    return "done"


def _colleague(tx: Tx, login: str) -> Actor:
    return actor_for(tx.session.exec(select(Staff).where(Staff.login == login)).one())


def live(life: Life, line: socket.socket) -> None:
    """The whole of a forked process."""
    asyncio.run(Service(life, line).live())
