"""A danger is a case at once; the form that goes on after it completes that case, and is no second one."""

from __future__ import annotations

from backend.cases.facts import household
from backend.cases.tables import Case
from backend.conversations.tables import Conversation
from backend.writer import Tx
from dialogs import state as states
from dialogs.state import State
from tests.journeys.people import County, Person

NUMBER = "379901195709200043"
HUNGRY = ("家里断粮了，两天没吃饭了", "柳沟村二组", "我叫李秀英，就我跟老伴", "电话13000000001")


def _household_of(county: County, case: Case) -> list[tuple[str, str | None]]:
    sealer = county.runtime.env.sealer

    def read(tx: Tx) -> list[tuple[str, str | None]]:
        return [
            (line.relation, person.get(sealer, "name"))
            for line, person in household(tx, tx.session.get_one(Case, case.id))
        ]

    return county.runtime.writer.run_sync(read)


def _open_form(county: County) -> State:
    [row] = county.office.all(Conversation)
    assert row.state_sealed is not None
    opened = county.runtime.env.sealer.open(
        row.state_sealed, table="conversation", column="state_sealed", row_id=row.id
    )
    return states.read(opened)


def test_what_is_told_after_a_danger_completes_its_case(county: County, person: Person) -> None:
    person.says(*HUNGRY)
    [case] = county.office.all(Case)
    assert case.green_channel
    assert case.emergency_code == "em_no_food"
    person.says(f"我身份证{NUMBER}，老伴叫赵大山，73", "同意", "同意")
    person.says("11", "一个月三百养老金", "没有", "没有了", "同意", "对")
    assert person.query_code, "the danger gave her none"
    [case] = county.office.all(Case)
    assert _household_of(county, case) == [("self", "李秀英"), ("spouse", "赵大山")]
    sealer = county.runtime.env.sealer
    assert NUMBER in (case.get(sealer, "answers") or "")


def test_a_danger_in_the_middle_of_a_form_takes_what_the_form_knows(county: County, person: Person) -> None:
    person.says(
        "想申请低保，我叫李秀英，65岁",
        "同意",
        "同意",
        "家里断粮了，两天没吃饭了，快来人",
        "柳沟村二组",
        "电话13000000001",
    )
    [case] = county.office.all(Case)
    assert _household_of(county, case) == [("self", "李秀英")]
    person.says("我老伴赵大山73，瘫在床上")
    assert county.office.all(Case) == [case]
    assert _open_form(county).answers["members.0.name"].value == "赵大山"


def test_another_day_a_new_wish_is_a_matter_of_its_own(county: County, person: Person) -> None:
    person.says(*HUNGRY)
    county.the_morning_of("2026-11-06 周五")
    person.says("想给孙子申请助学金，他叫赵小宝，11岁")
    form = _open_form(county)
    assert form.matter is None
    assert "address" not in form.answers, "nothing of the danger goes with a new wish"
