"""A form that was begun and left: she is reminded by day, it is put aside, and at last nothing of it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import col, select

from backend.clock import ZONE
from backend.conversations.media import keep_file, sweep_files
from backend.conversations.tables import Attachment, Conversation, Emergency
from backend.deadlines.sweep import sweep
from backend.inbox.groups import forget_old
from backend.inbox.tables import Contact, GroupHint, Inbound
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from backend.ports import Arrived, Replied
from backend.privacy.purge import Purged, purge, tidy_files
from bot.channels.web.hook import said_in_words
from dialogs.said import Said
from tests.desk.households import PIXEL
from tests.journeys.people import County, Person
from tests.journeys.test_entrances import LINES

BEGINNING = ("家里欠了一屁股债，日子过不下去", "同意", "同意", "李秀英")


def _rows(county: County, table: Any) -> int:
    with county.runtime.database.read() as db:
        return len(db.exec(select(table)).all())


def _photo(county: County, address: str) -> str:
    env = county.runtime.env
    kept = keep_file(env, PIXEL, "单子.png")
    assert not isinstance(kept, str)
    county.runtime.receive_sync(Arrived("web", "web", address, "photo", b"{}", Said(), (kept,)))
    return kept.id


def test_she_is_reminded_on_the_third_and_the_seventh_day_and_goes_on_where_she_was(
    county: County, person: Person
) -> None:
    person.says(*BEGINNING)
    county.the_morning_of("2026-11-06 周五")
    assert person.hears_nothing_of("还没交上去")
    county.the_morning_of("2026-11-07 周六")
    county.the_morning_of("2026-11-08 周日")
    assert "\n".join(person.looks()).count("还没交上去") == 1, "once a pause, however often the clocks are asked"
    county.the_morning_of("2026-11-11 周三")
    assert "\n".join(person.looks()).count("还没交上去") == 2
    person.says("接着")
    assert person.hears("接着说", "身份证")


def test_a_new_pause_is_reminded_of_anew(county: County, person: Person) -> None:
    person.says(*BEGINNING)
    county.the_morning_of("2026-11-07 周六")
    assert person.hears("还没交上去")
    person.says("379901195709200044")
    county.the_morning_of("2026-11-09 周一")
    assert person.hears_nothing_of("还没交上去")
    county.the_morning_of("2026-11-10 周二")
    assert person.hears("还没交上去", "接着")


def test_no_reminder_rings_at_night(county: County, person: Person) -> None:
    person.says(*BEGINNING)
    county.clock.at = dt.datetime(2026, 11, 7, 22, 30, tzinfo=ZONE).astimezone(dt.UTC)
    sweep(county.runtime.writer, county.runtime.env)
    assert person.hears_nothing_of("还没交上去")
    county.clock.at = dt.datetime(2026, 11, 8, 7, 0, tzinfo=ZONE).astimezone(dt.UTC)
    assert person.hears("还没交上去")


def test_who_handed_in_is_not_reminded(county: County) -> None:
    person = county.somebody("done")
    person.says(*LINES)
    assert person.case_no
    for day in ("2026-11-07", "2026-11-11", "2026-12-04", "2027-02-03"):
        county.the_morning_of(day)
    assert person.hears_nothing_of("说到一半")
    assert _rows(county, Inbound) == len(LINES), "what belongs to a case stays with it"


def test_after_a_month_it_is_put_aside_and_can_be_taken_up_again(county: County, person: Person) -> None:
    person.says(*BEGINNING)
    county.the_morning_of("2026-12-04 周五")
    assert person.hears("替您收着", "2月2日")
    with county.runtime.database.read() as db:
        assert db.exec(select(Conversation)).one().asking is None
    person.says("接着")
    assert person.hears("接着说", "身份证")


def test_after_three_months_nothing_of_it_is_kept(county: County, person: Person) -> None:
    person.says(*BEGINNING)
    file_id = _photo(county, "li")
    assert _rows(county, Attachment) == 1
    county.the_morning_of("2026-12-04")
    county.the_morning_of("2027-02-01")
    assert (_rows(county, Attachment), _rows(county, Inbound)) == (1, 5), "one day too early"
    county.the_morning_of("2027-02-02")
    assert (_rows(county, Attachment), _rows(county, Inbound)) == (0, 0)
    with county.runtime.database.read() as db:
        row = db.exec(select(Conversation)).one()
        assert row.tidy_at is None
        assert "李秀英".encode() not in county.runtime.env.sealer.open(
            row.state_sealed or b"", table="conversation", column="state_sealed", row_id=row.id
        )
        assert not db.exec(select(Outgoing).where(Outgoing.contact_id == row.contact_id)).all()
    assert sweep_files(county.runtime.env, county.runtime.database) == 1
    assert not list(county.runtime.settings.media_dir.glob(f"*/{file_id}"))
    person.says("接着")
    assert person.hears("您好")


def test_who_was_told_late_has_a_week_before_it_is_deleted(county: County, person: Person) -> None:
    person.says(*BEGINNING)
    county.the_morning_of("2027-03-15 周一")  # nobody asked the clocks for months
    assert person.hears("3月22日")
    county.the_morning_of("2027-03-21")
    assert _rows(county, Inbound) == 4
    county.the_morning_of("2027-03-22")
    assert _rows(county, Inbound) == 0


def test_forms_that_wait_are_watched_each_by_its_own_day(county: County) -> None:
    helper = county.somebody("helper")
    helper.says("我是柳沟村协理员刘春燕，替老人报。王桂兰，379901194303060026，家里穷，没钱看病", "愿意")
    county.the_morning_of("2026-11-05")
    helper.says("下一户：赵大山，379901195709200044，家里欠债")
    county.the_morning_of("2026-11-06")
    helper.says("愿意")
    county.the_morning_of("2026-11-08")
    assert helper.hears("王桂兰的那份", "回名字")
    assert helper.hears_nothing_of("赵大山的那份")
    county.the_morning_of("2026-11-09")
    assert helper.hears("赵大山的那份")
    county.the_morning_of("2026-12-06")
    county.the_morning_of("2027-02-03")
    with county.runtime.database.read() as db:
        assert {row.draft for row in db.exec(select(Inbound))} == {2}, "only the older form is gone"
    county.the_morning_of("2027-02-04")
    assert _rows(county, Inbound) == 0


def test_nothing_is_reminded_or_deleted_while_an_emergency_is_open(county: County, person: Person) -> None:
    person.says(*BEGINNING, "我不想活了，农药就在手边")
    assert _rows(county, Emergency) == 1
    county.the_morning_of("2026-11-07")
    county.the_morning_of("2026-12-04")
    county.the_morning_of("2027-02-02")
    assert person.hears_nothing_of("还没交上去", "替您收着")
    assert _rows(county, Inbound) == 5


def test_a_question_that_never_became_a_case_is_not_kept_for_ever(county: County, person: Person) -> None:
    person.says("低保要什么条件")
    county.the_morning_of("2027-02-01")
    assert _rows(county, Inbound) == 1
    county.the_morning_of("2027-02-03")
    assert _rows(county, Inbound) == 0


def test_a_dry_run_says_what_would_be_done_and_does_none_of_it(county: County, person: Person) -> None:
    person.says(*BEGINNING)
    at = dt.datetime(2026, 11, 7, 2, tzinfo=dt.UTC)
    looked = sweep(county.runtime.writer, county.runtime.env, at, dry_run=True)
    assert (looked.looked, looked.posted) == (1, 1)
    assert _rows(county, Outgoing) == 0
    assert sweep(county.runtime.writer, county.runtime.env, at).posted == 1
    assert sweep(county.runtime.writer, county.runtime.env, at).posted == 0


# --- groups


@pytest.fixture
def in_group(county: County) -> Any:
    count = iter(range(100))

    def say(text: str, group: str = "g1", who: str = "wang") -> Replied:
        said = said_in_words(text, county.runtime.listener())
        return county.runtime.receive_sync(
            Arrived("wecom", "corp", who, f"g{next(count)}", text.encode(), said, group=group)
        )

    return say


def test_a_group_hears_once_an_hour_that_it_is_no_place_for_this(county: County, in_group: Any) -> None:
    first = in_group("我家没钱看病，身份证379901195709200044")
    assert [one.key for one in first.says] == ["tell.in_private"]
    assert "私聊我" in county.render.text("tell.in_private", {})
    assert in_group("有人吗", who="li").says == ()
    assert [one.key for one in in_group("有人吗", group="g2").says] == ["tell.in_private"]
    county.clock.at += dt.timedelta(minutes=59)
    assert in_group("有人吗").says == ()
    county.clock.at += dt.timedelta(minutes=1)
    assert [one.key for one in in_group("有人吗").says] == ["tell.in_private"]


@pytest.mark.parametrize("text", ["我不想活了", "我家着火了，快来人", "他又打我，我躲在厕所"])
def test_danger_in_a_group_is_answered_even_within_the_hour(county: County, in_group: Any, text: str) -> None:
    in_group("有人吗")
    [said] = in_group(text).says
    assert (said.key, said.kind) == ("tell.in_private", "urgent")
    words = county.render.text(said.key, {})
    assert all(number in words for number in ("110", "120", "119"))
    assert not any(word in words for word in ("打人", "家暴", "自杀")), "whoever else reads the group learns nothing"


def test_nothing_of_a_group_is_kept(county: County, in_group: Any) -> None:
    in_group("我不想活了")
    assert [_rows(county, table) for table in (Inbound, Contact, Conversation, Emergency, Outgoing)] == [0] * 5
    assert _rows(county, GroupHint) == 1
    county.clock.at += dt.timedelta(hours=1)
    county.runtime.writer.run_sync(lambda tx: forget_old(tx, county.runtime.env))
    assert _rows(county, GroupHint) == 0


# --- purge


def test_purge_says_what_it_deletes_and_deletes_it(county: County, person: Person) -> None:
    env, writer, database = county.runtime.env, county.runtime.writer, county.runtime.database
    person.says(*BEGINNING)
    _photo(county, "li")
    county.somebody("asks").says("低保要什么条件")
    county.the_morning_of("2026-12-04")
    county.clock.at = dt.datetime(2027, 2, 5, 2, tzinfo=dt.UTC)
    told = purge(writer, database, env, dry_run=True)
    assert told == Purged(forms=1, messages=6, files=0, marks=0, case_files=0)
    assert _rows(county, Inbound) == 6
    assert purge(writer, database, env) == Purged(forms=1, messages=6, files=1, marks=0, case_files=0)
    assert purge(writer, database, env) == Purged(0, 0, 0, 0, 0)
    assert (_rows(county, Inbound), _rows(county, Attachment)) == (0, 0)


def _deleted(county: County) -> list[tuple[str, Any]]:
    with county.runtime.database.read() as db:
        gone = ("words_deleted", "files_deleted")
        rows = db.exec(select(JournalEntry).where(col(JournalEntry.event).in_(gone)).order_by(JournalEntry.seq))
        return [(row.event, row.data) for row in rows]


def test_purge_keeps_what_has_a_day_left_and_says_in_the_journal_what_it_deleted(county: County) -> None:
    env, writer, database = county.runtime.env, county.runtime.writer, county.runtime.database
    older, younger, urgent, filed = (county.somebody(name) for name in ("older", "younger", "urgent", "filed"))
    older.says(*BEGINNING)
    _photo(county, "older")
    urgent.says(*BEGINNING, "我不想活了，农药就在手边")
    filed.says(*LINES)
    county.clock.at += dt.timedelta(days=1)
    younger.says(*BEGINNING)
    _photo(county, "younger")
    county.the_morning_of("2026-12-04")
    county.the_morning_of("2026-12-05")  # both have been told
    assert (_rows(county, Inbound), _rows(county, Attachment)) == (5 + 5 + 5 + len(LINES), 2)

    county.clock.at = dt.datetime(2027, 2, 2, 8, 59, tzinfo=ZONE).astimezone(dt.UTC)
    assert purge(writer, database, env) == Purged(0, 0, 0, 0, 0), "a minute before its day"
    assert _deleted(county) == []
    county.clock.at += dt.timedelta(minutes=1)
    assert purge(writer, database, env) == Purged(forms=1, messages=5, files=1, marks=0, case_files=0)
    assert _deleted(county) == [("words_deleted", {"forms": 1, "messages": 5}), ("files_deleted", {"files": 1})]
    assert (_rows(county, Inbound), _rows(county, Attachment)) == (5 + 5 + len(LINES), 1)
    county.clock.at += dt.timedelta(days=1)
    assert purge(writer, database, env) == Purged(forms=1, messages=5, files=1, marks=0, case_files=0)
    county.clock.at += dt.timedelta(days=1000)
    assert purge(writer, database, env) == Purged(0, 0, 0, 0, 0), "who is in danger, and whose case is open, stay"
    assert _rows(county, Inbound) == 5 + len(LINES)


def test_the_worker_journals_the_files_it_removes(county: County) -> None:
    env = county.runtime.env
    keep_file(env, PIXEL, "单子.png")  # its message never came
    assert tidy_files(county.runtime.writer, county.runtime.database, env) == 0
    county.clock.at += dt.timedelta(hours=2)
    assert tidy_files(county.runtime.writer, county.runtime.database, env) == 1
    assert _deleted(county) == [("files_deleted", {"files": 1})]
