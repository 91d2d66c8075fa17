"""Where no machine listens a colleague does: she is told so, the clock rings, and what he writes down goes on."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from backend.clock import ZONE
from backend.conversations.tables import Attachment, Emergency
from backend.deadlines.sweep import sweep
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from backend.voice.tables import Voice
from tests.desk.twin import Seat, Twin, text_of
from tests.journeys.people import County
from tests.journeys.test_whole_road import HER_WORDS, STORY
from tests.voice.test_heard_by_a_machine import voice


@pytest.fixture
def clerk(deaf: County) -> Seat:
    """The window's clerk at her desk."""
    return Twin(deaf.runtime).as_("zhou_wenjing")


def rung(county: County) -> list[str]:
    """Who was rung, in order, by login or group."""
    names = {one.id: one.login for one in county.office._staff.values()}
    rows = county.office.all(Outgoing, Outgoing.message == "msg.staff_voice_ring")
    return [names[row.staff_id] if row.staff_id else str(row.group_code) for row in rows]


def later(county: County, **by: float) -> None:
    county.clock.at += dt.timedelta(**by)
    sweep(county.runtime.writer, county.runtime.env)


def test_she_is_told_what_happens_now_and_the_window_s_group_hears_of_it(deaf: County) -> None:
    li = deaf.somebody("li")
    li.sends(voice(), "a.ogg")
    assert li.hears("替您存好了", "听不了语音", "30 分钟", "打字更快", "110")
    [told] = deaf.group_heard("town:02")
    assert "还没人听" in told
    assert "/desk/voices/" in told


def test_a_colleague_listens_writes_down_what_she_said_and_it_goes_on(deaf: County, clerk: Seat) -> None:
    li = deaf.somebody("li")
    li.sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    page = f"/desk/voices/{row.id}"
    assert page in clerk.get("/desk/voices").text
    sound = clerk.get(f"{page}/sound")
    assert (sound.content, sound.headers["content-type"]) == (voice(), "audio/ogg")
    empty = clerk.press(page, f"{page}/words", words="  ")
    assert empty.status_code == 422
    answer = clerk.press(page, f"{page}/words", words=STORY)
    assert "已转给她" in text_of(answer.text)
    assert li.hears(f"我听到的是：“{STORY}”", "同意")
    li.says(*HER_WORDS[1:])
    li.presses("都对，交上去")
    case = li.case()
    assert case.get(deaf.runtime.env.sealer, "difficulty") == STORY
    shown = text_of(clerk.get(f"/desk/cases/{case.id}").text)
    assert "录音" in shown, "it lies with the case"
    [file] = deaf.office.all(Attachment)
    assert clerk.get(f"/desk/cases/{case.id}/files/{file.id}").content == voice()


def test_each_look_is_in_the_journal(deaf: County, clerk: Seat) -> None:
    deaf.somebody("li").sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    for _ in range(2):
        clerk.get(f"/desk/voices/{row.id}/sound")
    clerk.press(f"/desk/voices/{row.id}", f"/desk/voices/{row.id}/none")
    with deaf.runtime.database.read() as db:
        found = [one.event for one in db.exec(select(JournalEntry).where(JournalEntry.subject == row.id))]
    assert found == ["voice_played", "voice_played", "voice_heard"]


def test_where_nobody_speaks_in_it_she_is_asked_again(deaf: County, clerk: Seat) -> None:
    li = deaf.somebody("li")
    li.sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    clerk.press(f"/desk/voices/{row.id}", f"/desk/voices/{row.id}/none")
    assert li.hears("同事听过了", "再说一遍", "打字")
    assert row.id not in clerk.get("/desk/voices").text
    later(deaf, hours=5)
    assert rung(deaf) == []


def test_the_second_of_two_colleagues_is_told_that_it_is_done(deaf: County, clerk: Seat) -> None:
    li = deaf.somebody("li")
    li.sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    page = f"/desk/voices/{row.id}"
    county = Twin(deaf.runtime).as_("shen_yan")
    form = county.get(page)
    assert form.status_code == 200
    clerk.press(page, f"{page}/words", words="家里没钱看病")
    late = county.post(f"{page}/words", {"csrf": _csrf(form.text), "words": "家里没钱看病"})
    assert late.status_code == 422
    assert "\n".join(li.looks()).count("我听到的是") == 1


def _csrf(html: str) -> str:
    return html.split('name="csrf" value="')[1].split('"')[0]


def test_who_has_nothing_to_do_with_it_finds_nothing(deaf: County) -> None:
    deaf.somebody("li").sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    for login in ("housing_liaison", "yan_zheng"):
        seat = Twin(deaf.runtime).as_(login)
        assert row.id not in seat.get("/desk/voices").text
        assert seat.get(f"/desk/voices/{row.id}").status_code == 404
        assert seat.get(f"/desk/voices/{row.id}/sound").status_code == 404


def test_a_danger_a_colleague_hears_rings_at_once(deaf: County, clerk: Seat) -> None:
    li = deaf.somebody("li")
    li.sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    clerk.press(f"/desk/voices/{row.id}", f"/desk/voices/{row.id}/words", words="老伴喘不上气，脸都紫了")
    assert deaf.office.all(Emergency)
    assert li.hears("120")


def test_nobody_listens_and_the_duty_chain_is_rung_by_half_hours_of_any_day(deaf: County) -> None:
    deaf.somebody("li").sends(voice(), "a.ogg")
    later(deaf, minutes=29)
    assert rung(deaf) == []
    later(deaf, minutes=1)
    assert rung(deaf) == ["zhou_wenjing"]
    later(deaf, minutes=10)
    assert len(rung(deaf)) == 1, "asked again, it rings nobody twice"
    for _ in range(12):
        later(deaf, minutes=30)
    heard = rung(deaf)
    assert heard[-1] == "county"
    assert len(set(heard[: heard.index("county")])) == heard.index("county"), "each colleague once"
    before = len(heard)
    later(deaf, hours=4)
    assert rung(deaf)[before:] == ["county"], "and it never falls silent"


def test_at_night_the_roster_is_rung(deaf: County) -> None:
    deaf.clock.at = dt.datetime(2026, 11, 7, 23, 30, tzinfo=ZONE).astimezone(dt.UTC)  # a Saturday
    deaf.somebody("li").sends(voice(), "a.ogg")
    later(deaf, minutes=30)
    roster = deaf.runtime.env.county.setting("duty_chain", deaf.runtime.env.today).value
    assert isinstance(roster, (list, tuple))
    assert rung(deaf) == [roster[0]]


def test_who_is_rung_may_listen(deaf: County) -> None:
    deaf.somebody("li").sends(voice(), "a.ogg")
    later(deaf, minutes=30)
    later(deaf, minutes=30)
    [row] = deaf.office.all(Voice)
    login = rung(deaf)[-1]
    assert login != "zhou_wenjing"
    seat = Twin(deaf.runtime).as_(login)
    assert row.id in seat.get("/desk/voices").text
    assert seat.get(f"/desk/voices/{row.id}/sound").content == voice()


def test_what_comes_after_handing_in_lies_with_the_case_and_its_words_too(deaf: County, clerk: Seat) -> None:
    li = deaf.somebody("li")
    li.says(*HER_WORDS)
    li.presses("都对，交上去")
    li.sends(voice(), "a.ogg")
    [row] = deaf.office.all(Voice)
    case = li.case()
    assert [one.case_id for one in deaf.office.all(Attachment)] == [case.id]
    clerk.press(f"/desk/voices/{row.id}", f"/desk/voices/{row.id}/words", words="出院小结我明天叫侄子送来")
    assert li.hears("我听到的是")
