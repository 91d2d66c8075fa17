"""Safety words come first whatever step the form is at, and ordinary messages ring nobody (domain 8.2, 8.3, 13.3)."""

from __future__ import annotations

import tomllib

import pytest

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
HEARD_FLOOR = 0.77
CODE_FLOOR = 0.639
#: Of the ordinary messages; it only falls, and the goal is 0.02.
FALSE_ALARMS = 0.042


@pytest.mark.parametrize("step", STEPS)
def test_safety_words_come_first_at_every_step(step: str) -> None:
    deaf, other = [], []
    for phrase in PHRASES:
        talk = talk_at(step) if step else Talk()
        talk.hear(phrase["text"])
        rung = [effect for effect in talk.effects if isinstance(effect, Urgent)]
        if not rung:
            deaf.append(phrase["id"])
            continue
        first = talk.says[0]
        assert (first.key.startswith("safety."), first.kind) == (True, "urgent"), (phrase["text"], talk.says)
        if rung[0].code not in (phrase["code"], *phrase.get("also", ())):
            other.append(f"{phrase['id']} {rung[0].code} for {phrase['code']}")
    heard = 1 - len(deaf) / len(PHRASES)
    right = 1 - (len(deaf) + len(other)) / len(PHRASES)
    print(f"\n{step or 'start'}: heard {heard:.1%}, right code {right:.1%}; not heard {deaf}; other code {other}")
    assert set(EMERGENCIES) | {"em_scam"} >= {phrase["code"] for phrase in PHRASES}
    assert heard >= HEARD_FLOOR, deaf
    assert right >= CODE_FLOOR, other


def test_ordinary_messages_ring_nobody() -> None:
    alarms = []
    for line in ORDINARY:
        talk = Talk()
        talk.hear(line)
        if any(isinstance(effect, Urgent) for effect in talk.effects):
            alarms.append(line)
    print(f"\n{len(alarms)} of {len(ORDINARY)} ordinary messages rang: {alarms}")
    assert len(alarms) / len(ORDINARY) <= FALSE_ALARMS, alarms
