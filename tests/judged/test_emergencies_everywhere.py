"""Safety words come first whatever step the form is at, and ordinary messages ring nobody (domain 8.2, 8.3, 13.3)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from dialogs.context import Helper
from dialogs.effects import Urgent
from dialogs.understanding.exchange import EMERGENCIES
from tests.dialogs.play import Talk, talk_at
from tests.judged.service import FRESH

PHRASES = tomllib.loads((FRESH / "emergencies.toml").read_text(encoding="utf-8"))["phrase"]
ORDINARY = [line for line in (FRESH / "ordinary.txt").read_text(encoding="utf-8").splitlines() if line.strip()]

#: The start and eleven questions of both forms.
STEPS = (
    "",
    "for_oneself:consent",
    "for_oneself:difficulty",
    "for_oneself:needs",
    "for_oneself:name",
    "for_oneself:id_number",
    "for_oneself:phone",
    "for_oneself:address",
    "for_oneself:income",
    "for_oneself:members",
    "for_another:agreed",
    "for_oneself:review",
)
#: Phrasings heard everywhere, of all; and those with an accepted code. They only rise.
HEARD_FLOOR = 0.95
CODE_FLOOR = 0.81
#: Of all phrasings: heard, or at least asked about kindly.
CARED_FLOOR = 1.0
#: Of the ordinary messages; it only falls, and the goal is 0.02.
FALSE_ALARMS = 0.02
UNSEEN = FRESH.parent / "understanding" / "unseen"


def rung(talk: Talk) -> str | None:
    """The code the duty chain is rung for by the last message."""
    return next((effect.code for effect in talk.effects if isinstance(effect, Urgent)), None)


def cared_for(talk: Talk) -> bool:
    """Whether the first words of the answer are a safety text or a caring question."""
    return bool(talk.says) and (talk.says[0].key.startswith("safety."), talk.says[0].kind) == (True, "urgent")


@pytest.mark.parametrize("step", STEPS)
def test_safety_words_come_first_at_every_step(step: str) -> None:
    deaf, other, alone = [], [], []
    for phrase in PHRASES:
        talk = talk_at(step) if step else Talk()
        talk.hear(phrase["text"])
        code = rung(talk)
        if code is None:
            deaf.append(phrase["id"])
            alone += [] if cared_for(talk) else [phrase["id"]]
            continue
        assert cared_for(talk), (phrase["text"], talk.says)
        if code not in (phrase["code"], *phrase.get("also", ())):
            other.append(f"{phrase['id']} {code} for {phrase['code']}")
    heard = 1 - len(deaf) / len(PHRASES)
    right = 1 - (len(deaf) + len(other)) / len(PHRASES)
    print(f"\n{step or 'start'}: heard {heard:.1%}, right code {right:.1%}; not heard {deaf}; left alone {alone}")
    assert set(EMERGENCIES) | {"em_scam"} >= {phrase["code"] for phrase in PHRASES}
    assert heard >= HEARD_FLOOR, deaf
    assert right >= CODE_FLOOR, other
    assert 1 - len(alone) / len(PHRASES) >= CARED_FLOOR, alone


def _waiting() -> Talk:
    """Handed in; she has just asked how far it is."""
    talk = Talk()
    talk.knows("transferred")
    talk.hear("我的事办到哪一步了")
    return talk


def _at_the_station() -> Talk:
    talk = Talk()
    talk.helper = Helper("刘春燕", ("379901102201",))
    talk.hear("菜单")
    return talk


def _in_the_visit_book() -> Talk:
    talk = _at_the_station()
    talk.hear("走访")
    return talk


def _leaving() -> Talk:
    """She wants to stop and is asked whether she means it."""
    talk = talk_at("for_oneself:phone")
    talk.hear("不办了")
    return talk


def _after_an_alarm() -> Talk:
    talk = Talk()
    talk.hear("我家着火了")
    return talk


@pytest.mark.parametrize(
    "place",
    [
        lambda: talk_at("for_oneself:members.0.name"),
        lambda: talk_at("for_oneself:members.0.income"),
        lambda: talk_at("for_oneself:consent_check"),
        lambda: talk_at("for_another:helper_name"),
        lambda: talk_at("for_another:proof"),
        _waiting,
        _at_the_station,
        _in_the_visit_book,
        _leaving,
        _after_an_alarm,
    ],
    ids=[
        "member name", "member income", "consent to check", "helper name", "proof", "in progress", "station",
        "visit book", "leaving", "after an alarm",
    ],
)  # fmt: skip
def test_what_is_heard_at_the_start_is_heard_in_every_other_place(place: Callable[[], Talk]) -> None:
    deaf = []
    for phrase in PHRASES[::2]:
        start, talk = Talk(), place()
        start.hear(phrase["text"])
        talk.hear(phrase["text"])
        if rung(start) not in (None, rung(talk)) or cared_for(start) > cared_for(talk):
            deaf.append((phrase["id"], rung(start), rung(talk), [say.key for say in talk.says]))
    assert not deaf, deaf


def test_a_set_of_cries_nobody_learnt_from_is_heard_and_its_quiet_twin_rings_seldom() -> None:
    """Floors as above, over the held halves of two sets made to be hard."""
    lines = [line for line in (UNSEEN / "cries.tsv").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"]
    heard, right, cared = 0, 0, 0
    for codes, text in (line.split("\t") for line in lines):
        talk = Talk()
        talk.hear(text)
        code = rung(talk)
        heard, cared = heard + (code is not None), cared + cared_for(talk)
        right += code in codes.split("|")
    quiet = [
        line for line in (UNSEEN / "no_danger.txt").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"
    ]
    alarms = 0
    for text in quiet:
        talk = Talk()
        talk.hear(text)
        alarms += rung(talk) is not None
    print(f"\n{len(lines)} cries: heard {heard}, right code {right}, cared for {cared}; {alarms} of {len(quiet)} rang")
    assert (heard / len(lines) >= 0.94, right / len(lines) >= 0.87, cared / len(lines) >= 1.0) == (True, True, True)
    assert alarms / len(quiet) <= 0.03


def test_ordinary_messages_ring_nobody() -> None:
    alarms = []
    for line in ORDINARY:
        talk = Talk()
        talk.hear(line)
        if any(isinstance(effect, Urgent) for effect in talk.effects):
            alarms.append(line)
    print(f"\n{len(alarms)} of {len(ORDINARY)} ordinary messages rang: {alarms}")
    assert len(alarms) / len(ORDINARY) <= FALSE_ALARMS, alarms
