"""Progress by number and code: whoever guesses has to wait, and nobody can shut the door on the applicant."""

from __future__ import annotations

import datetime as dt

import pytest
import typer

from backend.cases.tables import Case
from backend.clock import SetClock
from backend.conversations.query_lock import FREE, forget_old, wait_after
from backend.conversations.tables import QueryTry
from backend.runtime import Runtime
from backend.writer import Tx
from bot.commands.casework import _case_id
from tests.desk.twin import Twin
from tests.edge.browsers import Browser, Edge

WRONG = "2000-0000-00000"
PHONE = "0900-"


@pytest.fixture
def her(edge: Edge) -> Browser:
    """李秀英, who handed in her case."""
    browser = edge.browser()
    browser.files_a_case()
    return browser


def test_a_guesser_waits_and_is_told_why_and_whom_to_call_while_she_is_let_in(edge: Edge, her: Browser) -> None:
    number = edge.her_case(her).short_no
    guesser = edge.browser("203.0.113.9")
    for _ in range(FREE - 1):
        status, page = guesser.asks_progress(number, WRONG)
        assert (status, "对不上" in page, PHONE in page) == (200, True, True)
    status, page = guesser.asks_progress(number, WRONG)
    assert status == 429
    assert "已经输错5次" in page and "1分钟" in page and PHONE in page and "照样在办" in page
    assert guesser.asks_progress(number, her.code)[0] == 429, "while the door is shut even the right code says nothing"
    status, page = her.asks_progress(number, her.code)
    assert status == 200 and "您家的事办到这儿" in page


def test_the_wait_ends_doubles_and_is_never_longer_than_an_hour(edge: Edge, her: Browser, clock: SetClock) -> None:
    number = edge.her_case(her).short_no
    guesser = edge.browser("203.0.113.9")
    waits = []
    for _ in range(FREE - 1):
        guesser.asks_progress(number, WRONG)
    for _ in range(9):
        assert guesser.asks_progress(number, WRONG)[0] == 429
        [row] = edge.office.all(QueryTry)
        assert row.closed_until is not None
        waits.append(int((row.closed_until - clock.at).total_seconds() // 60))
        clock.at = row.closed_until
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert wait_after(10_000) == dt.timedelta(hours=1)
    status, page = guesser.asks_progress(number, her.code)
    assert status == 200 and "您家的事办到这儿" in page
    assert edge.office.all(QueryTry) == [], "a right code forgets what was wrong before"


def test_a_number_nobody_has_looks_counts_and_shuts_the_same(edge: Edge, her: Browser) -> None:
    number = edge.her_case(her).short_no
    one, other = edge.browser("203.0.113.9"), edge.browser("203.0.113.10")
    for _ in range(FREE + 2):
        there = one.post("/p", data={"number": number, "code": WRONG})
        not_there = other.post("/p", data={"number": "26-99999", "code": WRONG})
        assert there.status_code == not_there.status_code
        assert there.text.replace(number, "#") == not_there.text.replace("26-99999", "#")
    assert len({row.wrong for row in edge.office.all(QueryTry)}) == 1
    stored = str([row.model_dump() for row in edge.office.all(QueryTry)])
    assert "203.0.113" not in stored and number not in stored


def test_the_long_and_the_short_number_are_one_door(edge: Edge, her: Browser) -> None:
    case = edge.her_case(her)
    guesser = edge.browser("203.0.113.9")
    for _ in range(FREE):
        guesser.asks_progress(case.short_no, WRONG)
    assert guesser.asks_progress(case.register_no, WRONG)[0] == 429


@pytest.mark.parametrize("typed", ["wide", "bare", "blanks", "long dashes"])
def test_number_and_code_may_be_typed_in_any_way(edge: Edge, her: Browser, typed: str) -> None:
    number, code = edge.her_case(her).short_no, her.code
    wide = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)} | {ord("-"): "－"}
    shown = {
        "wide": (number.translate(wide), code.translate(wide)),
        "bare": (number, code.replace("-", "")),
        "blanks": (f" {number} ", code.replace("-", " ")),
        "long dashes": (number.replace("-", "—"), code.replace("-", "—")),
    }[typed]
    status, page = edge.browser("203.0.113.9").asks_progress(*shown)
    assert status == 200 and "您家的事办到这儿" in page


def test_she_opens_the_door_for_all_by_asking_from_where_we_know_her(edge: Edge, her: Browser) -> None:
    number = edge.her_case(her).short_no
    daughter = edge.browser("203.0.113.9")
    for _ in range(FREE):
        daughter.asks_progress(number, WRONG)
    assert daughter.asks_progress(number, her.code)[0] == 429
    assert "办到这儿" in her.says(f"查进度 {number}").text
    assert daughter.asks_progress(number, her.code)[0] == 200


def test_staff_open_it_after_a_call_and_the_journal_says_who(edge: Edge, her: Browser) -> None:
    case = edge.her_case(her)
    clerk = Twin(edge.runtime).as_("zhou_wenjing")
    path = f"/desk/cases/{case.id}"
    assert "让再查" not in clerk.get(path).text
    daughter = edge.browser("203.0.113.9")
    for _ in range(FREE):
        daughter.asks_progress(case.short_no, WRONG)
    assert "现在就能再用查询码查" in clerk.press(path, f"{path}/unlock").text
    assert daughter.asks_progress(case.short_no, her.code)[0] == 200
    assert "query_unlocked" in edge.office.journal(case.id)


def test_a_number_without_a_code_is_no_guess(edge: Edge, her: Browser) -> None:
    stranger = edge.browser("203.0.113.9")
    for _ in range(FREE + 2):
        assert "对不上" in stranger.says(f"查进度 {edge.her_case(her).short_no}").text
    assert edge.office.all(QueryTry) == []


def test_wrong_codes_in_the_chat_are_counted_for_the_one_who_guesses(edge: Edge, her: Browser) -> None:
    number = edge.her_case(her).short_no
    stranger = edge.browser("203.0.113.9")
    stranger.get("/")
    for _ in range(FREE):
        answer = stranger.says(f"查进度 {number} {WRONG}")
    assert "已经输错5次" in answer.text and PHONE in answer.text
    assert "办到这儿" in edge.browser("203.0.113.9").says(f"查进度 {number} {her.code}").text


def test_of_two_towns_with_the_same_short_number_the_code_picks_the_case(edge: Edge, her: Browser) -> None:
    ours, theirs = edge.her_case(her), edge.office.submitted()
    code = edge.runtime.env.sealer.query_code()

    def same_short_number(tx: Tx) -> None:
        row = tx.session.get(Case, theirs.id)
        assert row is not None
        row.short_no = ours.short_no
        row.query_code_hash = edge.runtime.env.sealer.lookup("query_code", f"{row.id}:{code}")
        tx.session.add(row)

    edge.runtime.writer.run_sync(same_short_number)
    asking = edge.browser("203.0.113.9")
    assert asking.asks_progress(ours.short_no, her.code)[0] == 200
    assert asking.asks_progress(ours.short_no, code)[0] == 200
    assert "对不上" in asking.asks_progress(ours.short_no, WRONG)[1]
    with pytest.raises(typer.BadParameter, match=f"{ours.register_no}, {theirs.register_no}"):
        _case_id(edge.runtime, ours.short_no)
    assert _case_id(edge.runtime, theirs.register_no) == theirs.id


def test_after_a_day_nothing_is_remembered(edge: Edge, her: Browser, clock: SetClock) -> None:
    edge.browser("203.0.113.9").asks_progress("26-99999", WRONG)
    clock.at += dt.timedelta(hours=25)
    _tidy(edge.runtime)
    assert edge.office.all(QueryTry) == []


def _tidy(runtime: Runtime) -> None:
    runtime.writer.run_sync(lambda tx: forget_old(tx, runtime.env))
