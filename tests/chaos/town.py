"""One run: a small town talks, the service is killed in the middle, restarted, told everything again, and then checked."""

from __future__ import annotations

import collections
import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.db import Database
from backend.inbox.tables import Inbound
from backend.outbox.tables import Outgoing
from backend.privacy.keys import create_key_file
from backend.runtime import Runtime
from backend.settings import load_settings
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.verify import verify_all
from bot.bench.intake import MESSAGES, text_of

ROOT = Path(__file__).parents[2]
FAILPOINTS = (
    "inbox.before_insert",
    "inbox.after_insert_before_commit",
    "dialog.after_state_write",
    "submit.after_case_insert",
    "submit.after_outbox_insert",
    "outbox.after_claim",
    "outbox.before_call",
    "outbox.after_call_before_record",
    "outbox.after_record",
)
MOST_LIVES = 12
_encode = msgspec.json.Encoder().encode


class Broken(AssertionError):
    """A promise was not kept; the message says which, and the seed."""


class Town:
    """A seeded run on one database.

    Args:
        folder: its own, empty.
        url: where the database is; a file in the folder when empty.
    """

    def __init__(self, seed: int, folder: Path, url: str = "", people: int = 5) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.folder = folder
        self.url = url or f"sqlite:///{folder / 'town.db'}"
        self.people = people
        create_key_file(folder / "keys")
        self.settings = load_settings(
            {}, database_url=self.url, media_dir=folder / "media", data_key_file=folder / "keys"
        ).settings
        with Runtime(self.settings) as runtime, runtime.database.read() as db:
            self.clerk = db.exec(select(Staff.id).where(Staff.login == "zhou_wenjing")).one()
        self.acknowledged: dict[tuple[str, str], dict[str, Any]] = {}
        self.cases: dict[str, str] = {}
        self.lives = 0
        self.kills = 0

    def play(self) -> Town:
        """Until everybody has filed and every case was sent on, however often the service died."""
        while not self._finished():
            if self.lives >= MOST_LIVES:
                raise Broken(f"seed {self.seed}: not finished after {self.lives} lives")
            self._one_life()
        self._one_life(quiet=True)
        self._check()
        return self

    def _finished(self) -> bool:
        said = sum(1 for person, message in self.acknowledged if message.startswith("m"))
        acted = sum(1 for _, message in self.acknowledged if message.startswith("act-"))
        return said == self.people * len(MESSAGES) and acted == 2 * self.people

    def _next_of(self, person: int) -> dict[str, Any] | None:
        name = f"person-{person}"
        for step in range(len(MESSAGES)):
            if (name, f"m{step}") not in self.acknowledged:
                return {"person": name, "id": f"m{step}", "text": text_of(person, step)}
        case = self.cases.get(name)
        for act in ("accept", "send"):
            if case is not None and (name, f"act-{act}") not in self.acknowledged:
                return {"person": name, "id": f"act-{act}", "act": act, "case": case, "clerk": self.clerk}
        return None

    def _one_life(self, *, quiet: bool = False) -> None:
        """Start the service, talk to it, kill it at a random moment (not when `quiet`)."""
        self.lives += 1
        dies = not quiet and self.lives <= self.random.randint(1, 4)
        at_point = dies and self.random.random() < 0.5
        point = self.random.choice(FAILPOINTS) if at_point else ""
        after = self.random.randint(1, 40) if dies and not at_point else 10**9
        service = Service(self.folder, self.url, point, self.random.randint(1, 25))
        waiting: dict[int, dict[str, Any]] = {}
        number = 0

        def send(event: dict[str, Any]) -> None:
            nonlocal number
            number += 1
            waiting[number] = event
            service.send(event | {"n": number})

        if service.ready():
            if self.lives > 1:  # the platform repeats what it is not sure of, and some that it could be sure of
                known = [key for key in self.acknowledged if key[1].startswith("m")]
                for person, message in self.random.sample(known, min(len(known), 5)):
                    step = int(message[1:])
                    send({"person": person, "id": message, "text": text_of(int(person.split("-")[1]), step)})
            people = list(range(self.people))
            self.random.shuffle(people)
            for person in people:
                event = self._next_of(person)
                if event is not None:
                    send(event)
            while waiting:
                answer = service.read()
                if answer is None:
                    break
                event = waiting.pop(answer["n"])
                self._acknowledge(event, answer)
                after -= 1
                if after <= 0:
                    service.kill()
                    break
                if self.random.random() < 0.2 and "text" in event:
                    send(event)  # a duplicate
                following = self._next_of(int(event["person"].split("-")[1]))
                if following is not None and following["id"] not in {
                    one["id"] for one in waiting.values() if one["person"] == event["person"]
                }:
                    send(following)
        if service.end() == -signal.SIGKILL:
            self.kills += 1
        elif dies and point == "" and after > 0 and not self._finished():
            raise Broken(f"seed {self.seed}: the service ended by itself: {service.errors()[-1500:]}")

    def _acknowledge(self, event: dict[str, Any], answer: dict[str, Any]) -> None:
        key = (event["person"], event["id"])
        before = self.acknowledged.get(key)
        if before is not None and "answer" in before:
            if (before["answer"], before["inbound"]) != (answer["answer"], answer["inbound"]):
                raise Broken(f"seed {self.seed}: {key} was answered {before}, and as a repeat {answer}")
            return
        self.acknowledged[key] = answer
        if answer.get("case") and self.cases.setdefault(event["person"], answer["case"]) != answer["case"]:
            raise Broken(f"seed {self.seed}: {event['person']} was given two numbers")

    def _check(self) -> None:
        database = Database(self.url)
        with Runtime(self.settings) as runtime:
            env = runtime.env
            with database.read() as db:
                kept = {row.id for row in db.exec(select(Inbound))}
                lost = [
                    key for key, one in self.acknowledged.items() if "inbound" in one and one["inbound"] not in kept
                ]
                if lost:
                    raise Broken(f"seed {self.seed}: acknowledged and lost: {lost}")
                if len(kept) != self.people * len(MESSAGES):
                    raise Broken(f"seed {self.seed}: {len(kept)} messages kept of {self.people * len(MESSAGES)}")
                failed = db.exec(select(Inbound.id).where(Inbound.status == "failed")).all()
                if failed:
                    raise Broken(f"seed {self.seed}: not handled: {failed}")
                numbers = db.exec(select(Case.register_no)).all()
                if sorted(numbers) != sorted(set(self.cases.values())) or len(numbers) != self.people:
                    raise Broken(f"seed {self.seed}: cases {sorted(numbers)}, told {sorted(self.cases.values())}")
                parts = db.exec(select(Transfer.id)).all()
                if len(parts) != 2 * self.people:
                    raise Broken(f"seed {self.seed}: {len(parts)} transfers for {self.people} cases")
                self._check_book(list(db.exec(select(Outgoing).where(col(Outgoing.channel).in_(("web", "board"))))))
            broken = verify_all(database, env)
            if broken:
                raise Broken(f"seed {self.seed}: {broken[:5]}")
        database.close()

    def _check_book(self, rows: list[Outgoing]) -> None:
        """The platform's book against ours: everything sent, doubles only where they are marked."""
        lines = (self.folder / "book").read_text(encoding="ascii").split("\n")
        taken = collections.Counter(line.split()[0] for line in lines if " " in line)
        for row in rows:
            if row.status != "sent" or taken[row.id] < 1:
                raise Broken(f"seed {self.seed}: {row.message} is {row.status}, the book has it {taken[row.id]} times")
            if taken[row.id] > 1 and not row.maybe_duplicate:
                raise Broken(f"seed {self.seed}: {row.message} was sent {taken[row.id]} times and not marked")
        if set(taken) - {row.id for row in rows}:
            raise Broken(f"seed {self.seed}: the book has messages that no row says")


class Service:
    """One life of the child process."""

    def __init__(self, folder: Path, url: str, failpoint: str, hit: int) -> None:
        self._errors = (folder / "errors").open("ab+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.child", str(folder), url, failpoint, str(hit)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._watch = threading.Timer(60, self._process.kill)
        self._watch.start()

    def ready(self) -> bool:
        return self.read() is not None

    def send(self, event: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(_encode(event) + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return

    def read(self) -> dict[str, Any] | None:
        """The next acknowledgement; None when the service is gone. Half a line was never acknowledged."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return msgspec.json.decode(line) if line.endswith(b"\n") else None

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)

    def end(self) -> int:
        """Close its input and wait; its exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.read()
        status = self._process.wait(60)
        self._watch.cancel()
        self._process.stdout.close()
        return status

    def errors(self) -> str:
        self._errors.seek(0)
        text = self._errors.read().decode("utf-8", "replace")
        self._errors.close()
        return text
