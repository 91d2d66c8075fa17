"""The one-time notice of 68 households lists what was worked out by hand: nothing twice, nothing that is held already.

Every household is filed as the service files it, from answers; what the office has verified is entered on the case then.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import partial
from typing import Any

import pytest

from backend.cases.notices import issue_notice
from backend.cases.submit import submit
from backend.cases.tables import Case
from backend.conversations.tables import Attachment
from backend.env import Env
from backend.ids import new_id
from backend.runtime import Runtime
from backend.writer import Tx
from dialogs.notice import OneTimeNotice
from dialogs.state import Answer, State
from tests.judged.service import FRESH, Chat

HOUSEHOLDS: list[dict[str, Any]] = tomllib.loads((FRESH / "households.toml").read_text(encoding="utf-8"))["household"]
#: What asks something of the person: to sign it, to say it on record, to photograph it or to bring it.
ASKED = frozenset({"sign", "photo", "original"})


def answers_of(household: dict[str, Any]) -> dict[str, Answer]:
    """What such a household would have answered."""
    told: dict[str, Any] = {
        "name": "王桂兰",
        "age": household["applicant"].get("age"),
        "difficulty": "，".join(filter(None, (household["title"], household["applicant"].get("status")))),
        "hardships": household["hardship"],
        "needs": household["needs"],
        "address": {"text": "石桥村三组", "village": "379901102201", "town": "02"},
        "income": {"monthly": str(household.get("income_month", 0)), "raw": ""},
        "members": len(household["members"]) + 1,
    }
    if household.get("hukou_elsewhere"):
        told["hukou_same"], told["hukou"] = False, {"text": "外省外县"}
    for number, member in enumerate(household["members"]):
        told |= {f"members.{number}.{field}": value for field, value in member.items() if value not in ("", None)}
    return {slot: Answer(value) for slot, value in told.items() if value is not None}


def _file(household: dict[str, Any], contact_id: str, tx: Tx, env: Env) -> OneTimeNotice | None:
    dialog = "for_oneself" if household["filer"] == "self" else "for_another"
    state = State(dialog=dialog, draft=99, answers=answers_of(household))
    filed = submit(tx, env, contact_id, state, "web")
    case = tx.session.get(Case, filed.case_id)
    assert case is not None
    case.hardships = [
        entry | {"claim_status": "verified"} if entry["code"] in household["verified"] else entry
        for entry in case.hardships
    ]
    for line in household["system_holds"]:
        found, _, material = line.partition(": ")
        if found == "shared data found":  # a paper that lies on the case
            tx.session.add(
                Attachment(
                    id=new_id("att"), contact_id=contact_id, case_id=case.id, material=material,
                    content_hash=f"{household['id']}:{material}", media_type="image/png", received_at=env.now,
                )
            )  # fmt: skip
        elif found == "shared data not found":  # what a clerk does then: she asks for it
            case.supplement = [material]
        else:
            assert line.endswith("card known") and household["verified"], line
    tx.flush()
    issued = issue_notice(tx, env, case)
    return None if issued is None else issued.notice


def notice_of(runtime: Runtime, household: dict[str, Any]) -> OneTimeNotice | None:
    """The notice the service gives this household."""
    chat = Chat(runtime)
    chat.says("你好")
    assert chat.replied is not None
    return runtime.writer.run_sync(partial(_file, household, chat.replied.contact_id, env=runtime.env))


class Difference:
    """What a notice asks and names, held against the hand-made table."""

    def __init__(self, household: dict[str, Any], notice: OneTimeNotice | None) -> None:
        self.household = household
        codes = [] if notice is None else [one.code for one in notice.materials]
        self.twice = sorted(code for code, times in Counter(codes).items() if times > 1)
        shown = [] if notice is None else [one for one in notice.materials if not one.optional]
        asked = {one.code for one in shown if one.supply in ASKED}
        named = {one.code for one in shown} - asked
        choices = [set(one) for one in household.get("materials_any_of", ())]
        choice = {code for one in choices for code in one}
        bring = set(household["materials_bring"])
        self.asked_too_much = sorted(asked - bring - choice)
        self.not_asked = sorted(bring - asked) + [f"one of {sorted(one)}" for one in choices if not one & asked]
        held = set(household["materials_already_held"])
        self.asked_though_held = sorted(asked & (held | set(household.get("materials_held_optional", ()))))
        rest = held | set(household["materials_without_paper"])
        self.named_too_much = sorted(named - rest - set(household.get("materials_held_optional", ())))
        self.not_named = sorted(rest - named - asked)
        items = set() if notice is None else {one.code for one in notice.items if not one.pulled_in}
        self.items_too_many = sorted(items - set(household["items"]))
        self.items_missing = sorted(set(household["items"]) - items)

    @property
    def items_right(self) -> bool:
        return not (self.items_too_many or self.items_missing)

    @property
    def asked_right(self) -> bool:
        return not (self.asked_too_much or self.not_asked or self.twice or self.asked_though_held)

    @property
    def whole(self) -> bool:
        return self.asked_right and not (self.named_too_much or self.not_named)

    def __str__(self) -> str:
        fields = (
            "items_too_many", "items_missing", "asked_too_much", "not_asked", "asked_though_held", "named_too_much",
            "not_named",
        )  # fmt: skip
        told = "; ".join(f"{field} {getattr(self, field)}" for field in fields if getattr(self, field))
        return f"{self.household['id']} {self.household['title']}: {told}"


def test_a_notice_asks_for_exactly_what_was_worked_out_by_hand(runtime: Runtime) -> None:
    found = [Difference(one, notice_of(runtime, one)) for one in HOUSEHOLDS]
    kinds = Counter(
        f"{field} {code}"
        for one in found
        for field in ("items_too_many", "items_missing", "asked_too_much", "not_asked", "named_too_much", "not_named")
        for code in getattr(one, field)
    )
    items, asked = sum(one.items_right for one in found), sum(one.asked_right for one in found)
    whole = sum(one.whole for one in found)
    print(f"\nof {len(found)}: {items} have the items, {asked} are asked exactly, {whole} whole")
    print("\n".join(f"  {times:3} {kind}" for kind, times in kinds.most_common()))
    print("\n".join(str(one) for one in found if not (one.whole and one.items_right)))
    assert len(found) == 68
    assert not [one.household["id"] for one in found if one.twice], "a material stands in a notice twice"
    assert [str(one) for one in found if not (one.whole and one.items_right)] == []


if __name__ == "__main__":
    pytest.main([__file__, "-q", "-s"])
