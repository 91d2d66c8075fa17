"""What is posted to a staff group is looked at once more: too much is not shown, and nothing is lost."""

from __future__ import annotations

import pytest
import structlog

from backend.messages import day, group_params
from backend.outbox.groups import NEUTRAL
from backend.outbox.post import params_of, to_group, to_staff
from backend.outbox.tables import Outgoing
from dialogs.terms import Line, Lines, Param, Term
from tests.builders import Office

GROUP = "town:02"
TALK = "/desk/talks/cnv_0199a4d2001234567890123456789012"  # an id may look like a telephone number


def _posted(office: Office, key: str) -> tuple[Outgoing, dict[str, Param]]:
    [row] = office.all(Outgoing, Outgoing.key == key)
    return row, params_of(office.env, row)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("她的号是379901194305120026", "number"),
        ("身份证 379901 19430512 0026", "number"),
        ("打13000000012找她", "number"),
        ("打0900-6612345找她", "phone"),
        ("住柳沟村12号", "house_number"),
        ("是家暴", "word"),
        ("王桂兰来问过两回", "name"),
        ("王 桂 兰来问过", "name"),
        ("王奶奶来问过", "name"),
    ],
)
@pytest.mark.parametrize("how", ["plain", "inside a phrase", "in a list"])
def test_too_much_for_a_group_becomes_the_neutral_alert(office: Office, text: str, found: str, how: str) -> None:
    case = office.submitted()
    wrapped: Param = {
        "plain": text,
        "inside a phrase": Line("reason.x", {"what": text}),
        "in a list": Lines((Line("reason.x", {"what": text}),)),
    }[how]
    params = group_params(office.env, case) | {"reason": wrapped}
    with structlog.testing.capture_logs() as logged:
        assert office.act(to_group, GROUP, "msg.staff_returned", params, key="k", case_id=case.id, urgent=True)
    row, kept = _posted(office, "k")
    assert row.message == NEUTRAL
    assert row.urgent and row.group_code == GROUP and row.case_id == case.id, "whoever looks for it finds it"
    assert kept == {"short": case.short_no, "path": f"/desk/cases/{case.id}"}
    [line] = [line for line in logged if line["action"] == "outbox.group_text_held"]
    assert line["found"] == [found]
    assert text not in str(logged) and "王" not in str(logged), "the log does not tell it either"


def test_what_a_group_may_read_stays_as_it_is(office: Office) -> None:
    case = office.submitted()
    params = group_params(office.env, case) | {"due": day(office.env.today), "order": "DB-2026-011", "days": 3}
    assert office.act(to_group, GROUP, "msg.escalation_level2", params, key="k", case_id=case.id)
    assert _posted(office, "k") == (_posted(office, "k")[0], params)
    assert _posted(office, "k")[0].message == "msg.escalation_level2"


def test_an_alert_about_a_talk_keeps_its_link_and_is_no_false_alarm(office: Office) -> None:
    fine: dict[str, Param] = {"reason": Term("human", "asked"), "path": TALK}
    office.act(to_group, GROUP, "msg.staff_wants_human", fine, key="fine")
    assert _posted(office, "fine")[0].message == "msg.staff_wants_human"
    office.act(to_group, GROUP, "msg.staff_wants_human", fine | {"reason": "13000000012 要找人"}, key="too much")
    row, kept = _posted(office, "too much")
    assert (row.message, kept) == (NEUTRAL, {"short": Term("reference", "talk"), "path": TALK})


def test_said_twice_it_is_posted_once(office: Office) -> None:
    params: dict[str, Param] = {"reason": "13000000012 要找人", "path": TALK}
    assert office.act(to_group, GROUP, "msg.staff_wants_human", params, key="k")
    assert not office.act(to_group, GROUP, "msg.staff_wants_human", params, key="k")


def test_a_colleague_is_told_in_private_and_in_full(office: Office) -> None:
    params: dict[str, Param] = {"reason": "打13000000012找她", "path": TALK}
    assert office.clerk.id is not None
    office.act(to_staff, office.clerk.id, "msg.staff_wants_human", params, key="k")
    assert _posted(office, "k")[1] == params
