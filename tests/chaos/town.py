"""One run: people talk, colleagues act, the service is killed, told everything again, and asked what it kept."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tests.chaos.child import Ack, Life
from tests.chaos.judge import Promised, judge
from tests.chaos.process import Running, done_in_child
from tests.chaos.script import Event, Person, Playwright, acts_of, plain

FAILPOINTS = (
    "inbox.before_insert",
    "inbox.after_insert_before_commit",
    "inbox.after_commit_before_ack",
    "ack.sent",
    "dialog.after_state_write",
    "media.after_file_write_before_row",
    "media.after_row_before_commit",
    "submit.after_case_insert",
    "submit.after_outbox_insert",
    "outbox.after_claim",
    "outbox.before_call",
    "outbox.after_call_before_record",
    "outbox.after_record",
)
REORDER = 5  # how far apart messages of different people change places
DUPLICATES = 0.2
IN_FLIGHT = 12
MOST_ACKS = 60  # a life that its failpoint did not end is ended here

Key = tuple[str, str]


class Broken(AssertionError):
    """A promise was not kept."""


class Town:
    """A seeded run on one fresh database."""

    def __init__(self, seed: int, folder: Path, url: str, playwright: Playwright) -> None:
        self._rng = random.Random(seed)
        self._folder = folder
        self._url = url
        self._begun = time.time()
        self._seed = seed
        self.people = [
            playwright.person(f"person-{number}", number, self._rng) for number in range(self._rng.randint(3, 6))
        ]
        self._desks: dict[str, list[Event]] = {}  # desk to the acts not done yet
        self._known: dict[Key, Ack] = {}  # what was acknowledged
        self._sent: dict[Key, Event] = {}  # what the service has been told at least once
        self._unsure: set[Key] = set()  # told to a service that died before it answered
        self._cases: dict[str, list[str]] = {}
        self._acted: dict[str, list[Event]] = {}
        self.kills_planned = self._rng.randint(1, 5)
        self.kills = 0
        self.events = 0

    def play(self) -> Town:
        """Until everybody has said everything and every act is done.

        Raises:
            Broken: something acknowledged is not there, or something is there twice.
        """
        while self.kills < self.kills_planned and not self._finished():
            self._one_life(dies=True)
        self._one_life(dies=False)
        promised = Promised(
            inbound={f"{who} {message}": ack.inbound for (who, message), ack in self._known.items() if ack.inbound},
            cases=self._cases,
            expected_cases={person.name: person.cases for person in self.people},
            sent_on={act.case: len(act.plan) for acts in self._acted.values() for act in acts if act.act == "send"},
            granted=sum(act.act == "grant" for acts in self._acted.values() for act in acts),
            kills=self.kills,
        )
        life = self._life()
        found = msgspec.json.decode(done_in_child(lambda: judge(life, promised), self._folder), type=list[str])
        if found:
            raise Broken("; ".join(found[:5]))
        return self

    def _finished(self) -> bool:
        return all(person.answered == len(person.events) for person in self.people) and not any(self._desks.values())

    def _life(self, **more: object) -> Life:
        life = Life(str(self._folder), self._url, self._begun, self._rng.randrange(1 << 30))
        return msgspec.structs.replace(life, **more)

    # --- a life

    def _one_life(self, *, dies: bool) -> None:
        rng = self._rng
        by_point = dies and rng.random() < 0.5
        last = rng.choice((1, 3, 10, 25, 40)) if dies and not by_point else MOST_ACKS if dies else 1 << 30
        if by_point:
            running = Running(self._life(points={rng.choice(FAILPOINTS): rng.randint(1, 12)}, busy=0.05))
        elif dies:
            running = Running(self._life(busy=0.05))
        else:  # what a channel was too busy for comes due within the hours this life is ahead
            running = Running(self._life(ahead=dt.timedelta(hours=2)))
        if dies and rng.random() < 0.1:
            running.kill(rng.random() * 0.05)  # hardly born
        told: dict[int, Event] = {}
        queue = self._again()
        acks = 0
        while True:
            self._tell(running, told, queue)
            if not told:
                if dies:  # all is said; it dies while it delivers
                    running.kill(rng.random() * 0.02)
                break
            ack = running.read()
            if ack is None:
                break
            acks += 1
            self._take(told, queue, ack)
            if acks == last:
                running.kill(rng.choice((0.0, 0.0005, 0.003)))
                self._take_rest(running, told, queue)
                break
        if not dies:
            running.send(0)
            while running.read() is not None:
                pass
        status = running.end()
        if status == -9:
            self.kills += 1
        elif status != 0:
            raise Broken(f"the service ended with {status}: {running.errors()}")
        self._unsure |= {(event.who, event.id) for event in told.values()}

    def _take_rest(self, running: Running, told: dict[int, Event], queue: list[Event]) -> None:
        """What it had acknowledged before it died counts."""
        while (ack := running.read()) is not None:
            self._take(told, queue, ack)

    def _again(self) -> list[Event]:
        """What a platform sends again: everything it is not sure of, in order, and some it could be sure of."""
        unsure = [self._sent[key] for key in self._sent if key in self._unsure and key not in self._known]
        sure = [key for key in self._known if key in self._sent]
        return unsure + [self._sent[key] for key in self._rng.sample(sure, min(len(sure), 4))]

    # --- what is said when

    def _tell(self, running: Running, told: dict[int, Event], queue: list[Event]) -> None:
        """Keep some messages in flight: hers in her order, different people's shuffled within a window."""
        while len(told) < IN_FLIGHT:
            ready = queue[:1] or list(self._ready(told))[:REORDER]
            if not ready:
                return
            event = self._rng.choice(ready)
            if queue:
                queue.pop(0)
            self.events += 1
            told[self.events] = event
            self._sent.setdefault((event.who, event.id), event)
            running.send(self.events, event)

    def _ready(self, told: dict[int, Event]) -> Iterable[Event]:
        flying = {(event.who, event.id) for event in told.values()}
        for person in self._rng.sample(self.people, len(self.people)):
            yield from self._next_of(person, flying)
        for desk, acts in self._desks.items():
            if acts and not any(who == desk for who, _ in flying):
                yield acts[0]

    def _next_of(self, person: Person, flying: set[Key]) -> Iterable[Event]:
        """Her next message, if she does not wait for an answer; a photo travels alone, being read beside the queue."""
        ahead = 0
        for event in person.events[person.answered :]:
            if (event.who, event.id) in self._known:
                continue
            if (event.who, event.id) in flying:
                ahead += 1
                if event.photo is not None:
                    return
                continue
            if ahead < person.hasty and (event.photo is None or not ahead):
                yield event
            return

    def _take(self, told: dict[int, Event], queue: list[Event], ack: Ack) -> None:
        event = told.pop(ack.n, None)
        if event is None:
            raise Broken(f"an acknowledgement of nothing: {ack}")
        key = (event.who, event.id)
        before = self._known.get(key)
        if event.act:
            self._acted_on(event, ack, before)
        else:
            self._answered(event, ack, before)
        self._known.setdefault(key, ack)
        if self._rng.random() < DUPLICATES:
            queue.append(event)

    def _answered(self, event: Event, ack: Ack, before: Ack | None) -> None:
        person = next(one for one in self.people if one.name == event.who)
        if before is not None:
            if (before.inbound, before.says, before.case) != (ack.inbound, ack.says, ack.case):
                raise Broken(f"{plain(event)} was answered {before}, and as a repeat {ack}")
            return
        at = int(event.id[1:])
        expected = person.expected[at]
        if expected is not None and expected != ack.says:
            raise Broken(f"{plain(event)} was answered {ack.says!r}; the dialog alone says {expected!r}")
        person.answered = next(
            (n for n, one in enumerate(person.events) if n != at and (one.who, one.id) not in self._known),
            len(person.events),
        )
        if ack.case is not None and ack.case not in self._cases.get(event.who, ()):
            self._cases.setdefault(event.who, []).append(ack.case)
            acts = acts_of(event.who, ack.case, self._rng)
            self._desks[acts[0].who] = acts

    def _acted_on(self, event: Event, ack: Ack, before: Ack | None) -> None:
        key = (event.who, event.id)
        if before is not None:
            if ack.done == "done":
                raise Broken(f"{plain(event)} was done twice")
            return
        if ack.done != "done" and key not in self._unsure:
            raise Broken(f"{plain(event)} is {ack.done}, and nobody had done it before")
        self._acted.setdefault(event.who, []).append(event)
        self._desks[event.who] = [act for act in self._desks[event.who] if act.id != event.id]
