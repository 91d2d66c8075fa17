"""What is said of the people on the review card changes them and nobody else (domain 13.2, confirm_card)."""

from __future__ import annotations

from typing import Any

import pytest

from backend.runtime import Runtime
from tests.judged.people import answer, old_woman, reports
from tests.judged.service import Chat

SON = {"relation": "son", "name": "张建国", "age": 55}
GRANDSON = {"relation": "grandson", "name": "张小宇", "age": 16}
HOUSE = {"son": SON, "grandson": GRANDSON}

#: What she says to the card, and who then stands on it otherwise than before; None: not on it any more.
SAID: tuple[tuple[str, dict[str, dict[str, Any] | None]], ...] = (
    ("儿子是56岁，不是55岁", {"son": {"age": 56}}),
    ("儿子其实是56", {"son": {"age": 56}}),
    ("更正：儿子五十六岁", {"son": {"age": 56}}),
    ("孙子17了，写错了", {"grandson": {"age": 17}}),
    ("不对，孙子今年17岁", {"grandson": {"age": 17}}),
    ("儿子叫张建设，不是张建国", {"son": {"name": "张建设"}}),
    ("我儿子的名字错了，叫张建设", {"son": {"name": "张建设"}}),
    ("不是建国，是建设，张建设", {"son": {"name": "张建设"}}),
    ("儿子一个月800，不是没收入", {"son": {"income": "800"}}),
    ("张建国一个月有800块", {"son": {"income": "800"}}),
    ("儿子身份证写错了，是379901197110318004", {"son": {"id_number": "379901197110318004"}}),
    ("把孙子去掉", {"grandson": None}),
    ("孙子不算，跟他妈过了", {"grandson": None}),
    ("去掉张小宇", {"grandson": None}),
    ("张小宇不算，他户口不在这", {"grandson": None}),
    ("儿子删掉", {"son": None}),
)


def on_the_card(runtime: Runtime) -> Chat:
    chat = Chat(runtime)
    household = old_woman()
    chat.says(reports(household)[0])
    for _ in range(4):
        if chat.state.asking == "review":
            return chat
        chat.says(answer(household, chat.state.asking, 2))
    raise AssertionError(f"she was not shown the card but asked for {chat.state.asking}")


def house(chat: Chat) -> dict[str, dict[str, Any]]:
    """Relation to what is kept of that person."""
    people: dict[str, dict[str, Any]] = {}
    for slot, kept in chat.state.answers.items():
        if slot.startswith("members."):
            _, number, inner = slot.split(".")
            people.setdefault(number, {})[inner] = kept.value
    for one in people.values():
        if isinstance(one.get("income"), dict):
            one["income"] = one["income"]["monthly"].removesuffix(".00")
    return {one["relation"]: one for one in people.values()}


@pytest.mark.parametrize(("words", "changes"), SAID, ids=[words for words, _ in SAID])
def test_a_correction_changes_whom_it_names(
    words: str, changes: dict[str, dict[str, Any] | None], runtime: Runtime
) -> None:
    chat = on_the_card(runtime)
    before = house(chat)
    own = {slot: kept.value for slot, kept in chat.state.answers.items() if not slot.startswith("members")}
    assert {who: {field: one[field] for field in SON} for who, one in before.items()} == HOUSE
    heard = chat.says(words)
    assert {"tell.corrected", "tell.person_dropped"} & set(heard), heard
    expected = {who: one | (changes.get(who) or {}) for who, one in before.items() if changes.get(who, {}) is not None}
    assert house(chat) == expected
    assert {slot: kept.value for slot, kept in chat.state.answers.items() if not slot.startswith("members")} == own
    assert chat.state.answers["members"].value == len(expected) + 1
    assert chat.state.asking == "review", "the card is read back anew"
    chat.says("对，交吧")
    assert chat.replied is not None and chat.replied.case_no is not None


def test_two_of_one_relation_are_told_apart_by_what_was_wrong(runtime: Runtime) -> None:
    chat = on_the_card(runtime)
    chat.says("还有个小儿子张建军，50岁，没收入")
    assert chat.state.answers["members"].value == 4
    chat.says("儿子是51岁，不是50岁")
    ages = {kept.value for slot, kept in chat.state.answers.items() if slot.endswith(".age")}
    assert ages == {55, 51, 16}
