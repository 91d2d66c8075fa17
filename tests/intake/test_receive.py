"""One message, one effect: repeats, failures beside others, bursts of one person, several processes (I1, I2, I3)."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from backend import failpoints
from backend.cases.tables import Case, RegisterCounter
from backend.conversations.tables import Conversation
from backend.failpoints import arm
from backend.inbox.tables import Contact, Inbound
from backend.outbox.tables import Outgoing
from backend.ports import Replied
from backend.runtime import Runtime
from backend.verify import verify_all
from tests.intake.conftest import (
    OpenService,
    dialog,
    held,
    kept,
    keys,
    message,
    rows,
    say_at_once,
    say_one_by_one,
)


def test_a_repeat_gets_the_same_answer_and_changes_nothing(service: Runtime) -> None:
    answers = say_one_by_one(service, dialog(service, "wang", 1))
    before = _whole(service)
    repeats = say_one_by_one(service, dialog(service, "wang", 1))
    assert _whole(service) == before
    assert all(one.repeat for one in repeats) and not any(one.repeat for one in answers)
    for first, again in zip(answers, repeats, strict=True):
        assert (again.inbound_id, again.contact_id, again.says, again.case_no) == (
            first.inbound_id, first.contact_id, first.says, first.case_no,
        )  # fmt: skip


def _whole(service: Runtime) -> list[list[Any]]:
    tables = (Contact, Conversation, Inbound, Case, Outgoing)
    return [[row.model_dump() for row in rows(service, table)] for table in tables]


def test_the_same_id_of_two_people_is_two_messages(service: Runtime) -> None:
    say_one_by_one(service, [message(service, who, "m0", "你好") for who in ("wang", "li")])
    assert len(rows(service, Inbound)) == 2


def test_one_bad_act_spoils_nothing_of_its_batch(service: Runtime) -> None:
    """The seventh of twenty people who write at once hits a fault; the others share the commit and never notice."""
    people = [f"person-{number}" for number in range(20)]
    hits = iter(range(100))

    def seventh() -> None:
        if next(hits) == 6:
            raise RuntimeError("a fault was injected")

    arm("inbox.after_insert_before_commit", seventh)
    messages = [message(service, who, "m0", "你好") for who in people]
    with held(service) as go_on:
        before = service.writer.commits
        answers = asyncio.run(_together(service, messages, go_on))
    assert service.writer.commits - before < len(messages), "many share a commit; how many is a matter of time"
    troubled = [number for number, answer in enumerate(answers) if keys(answer) == ["tell.trouble_on_our_side"]]
    assert troubled == [6]
    assert {row.status for number, who in enumerate(people) if number != 6 for row in kept(service, who)} == {"handled"}
    assert [row.status for row in kept(service, people[6])] == ["failed"]
    assert len(rows(service, Inbound)) == len(rows(service, Conversation)) == len(rows(service, Contact)) == 20
    assert verify_all(service.database, service.env) == []


async def _together(service: Runtime, messages: list[Any], go_on: Any) -> list[Replied]:
    tasks = [asyncio.create_task(service.receive(one)) for one in messages]
    await asyncio.sleep(0)  # every one of them stands in the queue now
    go_on()
    return await asyncio.gather(*tasks)


def test_what_could_not_be_handled_is_kept_and_she_is_told(service: Runtime) -> None:
    say_one_by_one(service, dialog(service, "wang", 1, upto=4))
    state = rows(service, Conversation)[0].model_dump()

    def broken() -> None:
        raise RuntimeError("a fault was injected")

    arm("dialog.after_state_write", broken)
    lost = message(service, "wang", "m4", "李秀英")
    [told] = say_one_by_one(service, [lost])
    assert keys(told) == ["tell.trouble_on_our_side"]
    assert told.says[0].params["phone"], "whom to call stands in the answer"
    row = kept(service, "wang")[-1]
    assert row.status == "failed"
    raw = service.env.sealer.open(row.body_sealed, table="inbound", column="body_sealed", row_id=row.id)
    assert raw == lost.raw
    assert rows(service, Conversation)[0].model_dump() == state | {"wants_human": True}, "nothing half-done stays"
    failpoints.disarm()
    [again] = say_one_by_one(service, [lost])
    assert again.repeat and again.says == told.says
    assert keys(say_one_by_one(service, [message(service, "wang", "m5", "李秀英")])[0]) != keys(told)


def test_a_burst_of_one_person_is_handled_in_order_without_loss(service: Runtime) -> None:
    """64 messages in flight at once are answered as the same 64 one after the other."""
    texts = dialog(service, "calm", 1)
    calm = [*texts, *(message(service, "calm", f"n{n}", f"还有一句，第{n}句") for n in range(50))]
    texts = dialog(service, "hasty", 2)
    hasty = [*texts, *(message(service, "hasty", f"n{n}", f"还有一句，第{n}句") for n in range(50))]
    expected = [keys(one) for one in say_one_by_one(service, calm)]
    answers = say_at_once(*((service, one) for one in hasty))
    assert [keys(one) for one in answers] == expected
    assert [row.message_id for row in kept(service, "hasty")] == [one.message_id for one in hasty]
    assert sorted(row.messages for row in rows(service, Conversation)) == [64, 64]
    assert len(rows(service, Case)) == 2


def test_two_processes_hear_one_person(open_service: OpenService) -> None:
    one, other = open_service(), open_service()
    first = dialog(one, "wang", 1)
    say_one_by_one(one, first[:8])
    say_one_by_one(other, first[8:])
    assert len(rows(one, Case)) == 1, "either process goes on where the other stopped"
    more = [message(one, "wang", f"n{number}", f"还有一句，第{number}句") for number in range(40)]
    # Each message goes to both: a platform that gives up on one process tries the other.
    answers = say_at_once(*((service, said) for said in more for service in (one, other)))
    for a, b in zip(answers[::2], answers[1::2], strict=True):
        assert (a.inbound_id, a.says) == (b.inbound_id, b.says)
        assert a.repeat != b.repeat
    assert len(kept(one, "wang")) == len(first) + len(more)
    assert {row.status for row in kept(one, "wang")} == {"handled"}
    assert rows(one, Conversation)[0].messages == len(first) + len(more)


def test_a_newcomer_who_knocks_at_two_doors_at_once_is_one_contact(open_service: OpenService, kind: str) -> None:
    """Both processes look and see nobody; on PostgreSQL both are inside before either has written."""
    one, other = open_service(), open_service()
    if kind == "postgresql":
        both, left = threading.Barrier(2), iter(range(2))

        def wait_for_each_other() -> None:
            if next(left, None) is not None:
                both.wait(20)

        arm("inbox.before_insert", wait_for_each_other)
    again = message(one, "wang", "m0", "你好")
    answers = say_at_once((one, again), (other, again))
    assert answers[0].inbound_id == answers[1].inbound_id and answers[0].repeat != answers[1].repeat
    failpoints.disarm()
    if kind == "postgresql":
        both, left = threading.Barrier(2), iter(range(2))
        arm("inbox.before_insert", wait_for_each_other)
    answers = say_at_once((one, message(one, "li", "m0", "你好")), (other, message(one, "li", "m1", "我想求助")))
    assert "tell.trouble_on_our_side" not in [key for answer in answers for key in keys(answer)]
    assert [row.status for who in ("wang", "li") for row in kept(one, who)] == ["handled"] * 3
    assert [row.messages for row in rows(one, Conversation)] == [1, 2]
    assert len(rows(one, Contact)) == 2


@pytest.mark.parametrize("doors", [1, 2])
@pytest.mark.parametrize("same_id", [True, False])
def test_submit_pressed_ten_times_is_one_case_and_one_number(
    open_service: OpenService, doors: int, same_id: bool
) -> None:
    services = [open_service() for _ in range(doors)]
    *before, last = dialog(services[0], "wang", 1)
    say_one_by_one(services[0], before)
    presses = [last if same_id else message(services[0], "wang", f"press-{number}", "对") for number in range(10)]
    answers = say_at_once(*((services[number % doors], press) for number, press in enumerate(presses)))
    [case] = rows(services[0], Case)
    numbers = [answer.case_no for answer in answers if answer.case_no]
    assert set(numbers) == {case.register_no}
    assert len(numbers) == (10 if same_id else 1), "a repeat gets the receipt again, a further press something else"
    with services[0].database.read() as db:
        counter = db.get(RegisterCounter, case.register_no.rpartition("-")[0])
        assert counter is not None and counter.last == 1
    assert verify_all(services[0].database, services[0].env) == []
