"""Plays written conversations through the real service and reads what is kept of each case in the guidelines' shape.

The person sends her messages as they stand. In between she answers the questions for a consent, for the yes of the one
help is asked for and how it is shown, and nothing else. Figures: `python -m tests.judged.conversations FILE`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from backend.runtime import Runtime
from dialogs.state import Answer
from dialogs.understanding.exchange import EMERGENCIES, HARDSHIPS, NEEDS, member, relation
from dialogs.understanding.members import Member
from dialogs.understanding.money import Money, read_money
from tests.judged.comparison import Score
from tests.judged.service import Chat, Kept, service

#: What she answers to a consent, by the slot that asks for it.
CONSENT = {
    "consent": "同意",
    "consent_sensitive": "同意",
    "consent_check": "同意",
    "agreed": "他愿意",
    "proof": "回头补",
}
PHOTO = "[图片]"


def conversations(path: Path) -> list[dict[str, Any]]:
    """The conversations of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def cases_of(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """The hand-made cases in the order they were reported."""
    return [*conversation.get("previous_cases", []), conversation["case"]]


def play(chat: Chat, messages: list[str]) -> None:
    """She sends each message as given and gives the consents she is asked for."""
    for message in messages:
        _photograph_or_say(chat, message)
        for _ in range(len(CONSENT)):
            state = chat.state
            if not state.dialog or state.paused or state.confirming or state.asking not in CONSENT:
                break
            chat.says(CONSENT[state.asking])


def _photograph_or_say(chat: Chat, message: str) -> None:
    if message == PHOTO:
        chat.photographs()
    else:
        chat.says(message)


def case_kept(kept: Kept) -> dict[str, Any]:
    """A case or draft in the guidelines' shape."""
    answers = kept.answers
    age = _of(answers, "age")
    address = _of(answers, "address")
    applicant = {
        "name": _of(answers, "name") or _of(answers, "called"),
        "age": age if str(age).isdecimal() else None,
        "id_number": _of(answers, "id_number"),
        "phone": _of(answers, "phone"),
        "address": address["text"] if isinstance(address, dict) else None,
    }
    hardships = _of(answers, "hardships") or ["other"]  # as `backend.cases.submit` files it
    return {
        "applicant": applicant,
        "members": _members(answers),
        "hardship": [HARDSHIPS[code] for code in hardships],
        "needs": sorted({NEEDS[code] for code in _of(answers, "needs") or () if code in NEEDS}),
        "urgent": kept.danger is not None,
        "emergency": EMERGENCIES.get(kept.danger or ""),
    }


def _of(answers: Any, slot: str) -> Any:
    """What she told; what was written down without asking (a child earns nothing) is no fact of hers."""
    answer: Answer | None = answers.get(slot)
    return None if answer is None or answer.how == "presumed" else answer.value


def _members(answers: Any) -> list[dict[str, Any]]:
    found = []
    for number in sorted({int(slot.split(".")[1]) for slot in answers if slot.startswith("members.")}):
        one = {
            inner: _of(answers, f"members.{number}.{inner}")
            for inner in ("relation", "name", "age", "id_number", "income", "condition")
        }
        money = read_money(one["income"]["raw"]) if isinstance(one["income"], dict) else None
        shape = member(Member("other", 0, 0, income=money if isinstance(money, Money) else None))
        if shape["monthly_income"] is None and isinstance(one["income"], dict) and one["income"]["monthly"] == "0":
            shape["monthly_income"] = 0
        told = {"relation": relation(one["relation"]) if one["relation"] else None}
        found.append(shape | {key: one[key] for key in ("name", "age", "id_number", "condition")} | told)
    return found


def of_one_matter(kept: list[Kept]) -> list[Kept]:
    """An emergency is a case at once; the form that goes on after it tells of the same matter (domain 8.1)."""
    forms = {one.matter: one for one in kept if one.matter}
    found = []
    for one in kept:
        if one.matter and any(case.handed_in and case.draft == one.matter for case in kept):
            continue
        more = forms.get(one.draft) if one.handed_in else None
        found.append(one if more is None else one._replace(answers={**one.answers, **more.answers}))
    return found


def judge(runtime: Runtime, path: Path) -> Score:
    """Play every conversation of a file."""
    score = Score()
    for conversation in conversations(path):
        chat = Chat(runtime)
        play(chat, conversation["messages"])
        score.add(conversation["id"], cases_of(conversation), [case_kept(one) for one in of_one_matter(chat.kept())])
    return score


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, service(Path(folder)) as running:
        print(judge(running, Path(sys.argv[1])).table())
