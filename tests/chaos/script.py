"""What the people of a town will say, and what the pure dialog answers to it: drawn from the seed alone."""

from __future__ import annotations

import datetime as dt
import random
import time
from typing import Any

import msgspec

from backend.inbox.receive import Known
from backend.runtime import Runtime
from bot.bench.intake import MESSAGES, text_of
from bot.channels.web.hook import said_in_words
from dialogs.context import OwnCase
from dialogs.effects import Say, Submit
from dialogs.engine import step
from dialogs.outside import closed
from dialogs.said import File, Said
from dialogs.state import State

MORNING = dt.datetime(2026, 11, 4, 1, 0, tzinfo=dt.UTC)  # a Wednesday, 9:00 in China
CHATTER = (
    "在吗",
    "什么意思",
    "不太懂",
    "等一下，我问问孩子",
    "办到哪儿了",
    "谢谢啊",
    "我不想活了",
    "家里没米了，三天没吃饭",
)
AFTERWARDS = ("办到哪儿了", "谢谢", "对", "我还有一件事，屋顶漏雨", "要多久")
PHOTO = b"\xff\xd8\xff\xe0 a photo "
PARTS = (
    ("medical_aid", "medical_insurance"),
    ("dibao", "civil_affairs"),
    ("rural_house_repair", "housing"),
)


class Event(msgspec.Struct, frozen=True):
    """One message of a person, or one act of a colleague.

    Attributes:
        who: the person's name; acts go under `desk-` and the case's owner.
        id: the platform's message id; the same when it comes again.
        photo: its content, for a message that is a file.
        act: accept, send, receive or grant, on `case`; `part` is the transfer's position.
    """

    who: str
    id: str
    text: str | None = None
    photo: bytes | None = None
    act: str = ""
    case: str = ""
    part: int = 0
    plan: tuple[tuple[str, str], ...] = ()


class Person(msgspec.Struct):
    """Somebody with a script.

    Attributes:
        expected: for each message, the says the pure dialog answers with, or None where the database has a say in it.
        cases: how many times the script hands in.
        hasty: how many messages she sends without waiting for an answer.
        answered: messages acknowledged so far.
    """

    name: str
    events: list[Event]
    expected: list[bytes | None]
    cases: int
    hasty: int
    answered: int = 0


class TownClock:
    """Begins on a working morning and goes on with the machine's clock."""

    def __init__(self, begun: float, ahead: dt.timedelta = dt.timedelta()) -> None:
        self._start = MORNING + ahead - dt.timedelta(seconds=begun)

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=time.time())


def told(says: tuple[Say, ...]) -> bytes:
    """Says in a form that can be compared: keys and parameters."""
    return msgspec.json.encode([(say.key, say.params) for say in says], order="sorted")


class Playwright:
    """Writes scripts. Holds the warm parts of a service that never touches a database."""

    def __init__(self, runtime: Runtime) -> None:
        self._receiver = runtime.receiver
        self._listener = runtime.listener()

    def person(self, name: str, number: int, rng: random.Random) -> Person:
        """A person of the town; some stop half-way, some send photos, some talk of other things, some press twice."""
        says: list[str | bytes] = [text_of(number, at) for at in range(len(MESSAGES))]
        if rng.random() < 0.2:
            del says[rng.randint(3, len(says) - 1) :]
        else:
            says += ["对"] * rng.choice((0, 0, 1, 3))
            says += rng.sample(AFTERWARDS, rng.randint(0, 3))
        for _ in range(rng.choice((0, 0, 1, 2))):
            says.insert(rng.randint(0, len(says)), rng.choice(CHATTER))
        for at in range(rng.choice((0, 0, 1, 2))):
            says.insert(rng.randint(0, len(says)), PHOTO + f"{name} {at}".encode("ascii"))
        events = [
            Event(name, f"m{at}", photo=one) if isinstance(one, bytes) else Event(name, f"m{at}", text=one)
            for at, one in enumerate(says)
        ]
        expected, cases = self._play(events)
        return Person(name, events, expected, cases, rng.choice((1, 1, 1, 2, 3)))

    def _play(self, events: list[Event]) -> tuple[list[bytes | None], int]:
        state, cases = State(), 0
        expected: list[bytes | None] = []
        looked: list[bool] = []

        def none() -> tuple[OwnCase, ...]:
            looked.append(cases > 0)
            return ()

        context = self._receiver.context_for(Known("con_of_nobody", "cnv_of_nobody", State()), none)
        for event in events:
            made = step(state, self._said(event), context)
            state = made.state
            if any(isinstance(effect, Submit) for effect in made.effects):
                cases += state.matter is None  # after a danger the form completes the case that is open
                state = closed(state, last_case="a case")
            says = tuple(effect for effect in made.effects if isinstance(effect, Say))
            known = len(says) == len(made.effects) and not any(looked)  # what she has handed in is not known here
            expected.append(told(says) if known else None)
            if cases and expected[-1] is not None and b"a case" in (expected[-1] or b""):
                expected[-1] = None  # it names the case, whose number nobody knows beforehand
        return expected, cases

    def _said(self, event: Event) -> Said:
        if event.photo is not None:
            return Said(files=(File(f"att_{event.id}", "image/jpeg"),))
        return said_in_words(event.text, self._listener)


def acts_of(owner: str, case: str, rng: random.Random) -> list[Event]:
    """What the colleagues do with a case: some stay at the window, some go all the way."""
    plan = tuple(rng.sample(PARTS, rng.randint(1, len(PARTS))))
    desk = f"desk-{owner}-{case}"
    acts = [Event(desk, "accept", act="accept", case=case), Event(desk, "send", act="send", case=case, plan=plan)]
    for part in range(1, len(plan) + 1):
        acts.append(Event(desk, f"receive-{part}", act="receive", case=case, part=part))
        acts.append(Event(desk, f"grant-{part}", act="grant", case=case, part=part))
    return acts[: rng.randint(1, len(acts))]


def plain(event: Event) -> dict[str, Any]:
    """An event without a photo's bytes, for a message about it."""
    return {"who": event.who, "id": event.id, "text": event.text, "act": event.act}
