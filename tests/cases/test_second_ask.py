"""Whatever the one-time notice did not list is asked for with a reason only, whoever asks and on whatever road."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from backend.cases import acts
from backend.cases.notices import issue_notice, latest
from backend.cases.second_ask import named_in, second_asks
from backend.cases.tables import Case, NoticeIssued, SecondAsk
from backend.errors import RefusedAct
from backend.staff.links import look_link
from backend.staff.service import actor_for_link, issue_link
from backend.transfers import dispatching, handling
from dialogs.notice import OneTimeNotice
from tests.builders import Office


def _told(office: Office, case: Case) -> OneTimeNotice:
    office.act(issue_notice, case)
    return _newest(office, case)


def _newest(office: Office, case: Case) -> OneTimeNotice:
    with office.database.read() as db:
        found = latest(db, office.env, case.id)
    assert found is not None
    return found[1]


def _strange(office: Office, notice: OneTimeNotice, *, askable: bool = False) -> str:
    """A material that the notice does not list."""
    listed = {one.code for one in notice.materials}
    return next(
        code
        for code, one in office.env.catalogue.materials.items()
        if code not in listed and (not askable or one.mode not in ("share", "system"))
    )


def _refused(office: Office, act: Any, *args: Any, **more: Any) -> RefusedAct:
    with pytest.raises(RefusedAct) as refused:
        office.act(act, *args, **more)
    return refused.value


def test_the_window_asks_for_what_the_notice_lists_without_a_reason(office: Office) -> None:
    case = office.submitted()
    notice = _told(office, case)
    office.act(acts.request_supplement, office.clerk, case.id, [notice.materials[-1].code])
    assert office.all(SecondAsk) == []
    assert _newest(office, case).version == 1


def test_the_window_needs_a_reason_for_anything_else_and_the_notice_then_lists_it(office: Office) -> None:
    case = office.submitted()
    strange = _strange(office, _told(office, case))
    refused = _refused(office, acts.request_supplement, office.clerk, case.id, [strange])
    assert refused.code == "second_ask"
    assert refused.params["material"] == office.env.catalogue.materials[strange].plain
    assert office.case(case.id).status == "submitted"
    assert _refused(
        office, acts.request_supplement, office.clerk, case.id, [strange], reason_code="because"
    ).code == "unknown_second_ask"  # fmt: skip

    office.act(acts.request_supplement, office.clerk, case.id, [strange], reason_code="contradiction")
    notice = _newest(office, case)
    assert notice.version == 2
    assert [one.because for one in notice.materials if one.code == strange] == ["contradiction"]
    assert [row.number[-3:] for row in office.all(NoticeIssued)] == ["-01", "-02"]
    [row] = office.all(SecondAsk)
    assert (row.dept, row.material, row.reason_code, row.notice_version) == ("window", strange, "contradiction", 2)
    key, params = office.heard(case.id)[-1]
    assert key == "msg.supplement_notice"
    assert params["why"], "she hears why she was not told before"


def test_a_note_is_no_way_round_it(office: Office) -> None:
    case = office.submitted()
    strange = _strange(office, _told(office, case))
    note = f"请把{office.env.catalogue.materials[strange].name}也带来"
    assert _refused(office, acts.request_supplement, office.clerk, case.id, [], note=note).code == "second_ask"


@pytest.mark.parametrize("by_link", [False, True], ids=["desk", "link"])
def test_a_department_needs_a_reason_as_well(office: Office, by_link: bool) -> None:
    case, (house, _) = office.received()
    strange = _strange(office, _told(office, case), askable=True)
    actor = office.housing
    if by_link:
        token = office.act(issue_link, "transfer", house.id)
        with office.database.read() as db:
            actor = actor_for_link(db, look_link(db, office.env, "transfer", token))
    assert _refused(office, handling.request_materials, actor, house.id, [strange]).code == "second_ask"
    office.act(handling.request_materials, actor, house.id, [strange], reason_code="household_changed")
    [row] = office.all(SecondAsk)
    assert (row.dept, row.transfer_id) == ("housing", house.id)
    assert strange in {one.code for one in _newest(office, case).materials}
    office.act(handling.materials_ok, actor, house.id)
    office.act(handling.request_materials, actor, house.id, [strange])  # it is on the notice now
    assert len(office.all(SecondAsk)) == 1


def test_who_never_had_a_notice_gets_one_with_everything_that_is_asked_for(office: Office) -> None:
    case = office.submitted()
    office.act(acts.request_supplement, office.clerk, case.id, ["mat_medical_bill"])
    notice = _newest(office, case)
    assert notice.version == 1
    assert "mat_medical_bill" in {one.code for one in notice.materials}
    assert office.all(SecondAsk) == []
    office.act(acts.supply, office.clerk, case.id)
    office.act(acts.accept, office.clerk, case.id, items=("rural_house_repair",))
    [house] = office.act(dispatching.send, office.clerk, case.id, [("rural_house_repair", "housing")])
    office.act(handling.receive, office.housing, house.id, **office.promise())
    strange = _strange(office, notice, askable=True)
    assert _refused(office, handling.request_materials, office.housing, house.id, [strange]).code == "second_ask"


def test_a_notice_issued_anew_keeps_what_was_asked_for_besides(office: Office) -> None:
    case = office.submitted()
    strange = _strange(office, _told(office, case))
    office.act(acts.request_supplement, office.clerk, case.id, [strange], reason_code="our_omission")
    assert strange in {one.code for one in _told(office, case).materials}


def test_second_asks_are_counted_by_department_and_month(office: Office) -> None:
    case, (house, bills) = office.received()
    strange = _strange(office, _told(office, case), askable=True)
    office.act(handling.request_materials, office.housing, house.id, [strange], reason_code="rule_changed")
    other = _strange(office, _newest(office, case), askable=True)
    office.act(handling.request_materials, office.insurance, bills.id, [other], reason_code="rule_changed")
    with office.database.read() as db:
        assert second_asks(db, dt.date(2026, 11, 30)) == {"housing": 1, "medical_insurance": 1}
        assert second_asks(db, dt.date(2026, 12, 1)) == {}
        assert second_asks(db, dt.date(2026, 10, 31)) == {}


def test_a_name_within_a_longer_name_is_not_taken_for_both(office: Office) -> None:
    catalogue = office.env.catalogue
    for code, one in catalogue.materials.items():
        assert code in named_in(f"请带{one.name}。", catalogue) or len(one.name) < 3
    assert named_in("有空来坐坐", catalogue) == []
