"""She photographs a paper: it is kept at once, read a moment later, and fills nothing before she has said yes."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.cases import acts
from backend.cases.tables import Case
from backend.cases.tables import Person as PersonRow
from backend.clock import SetClock
from backend.conversations.media import MOST_WAITING
from backend.conversations.tables import Attachment, Conversation
from backend.db import Database
from backend.outbox.tables import Outgoing
from backend.photos.telling import LATE, LEASE, TRIES, take
from backend.photos.watch import Watch
from backend.verify import verify_all
from bot.app import App
from dialogs.papers.seen import Seen
from tests.desk.households import PIXEL
from tests.desk.twin import running
from tests.journeys.people import County, Person
from tests.journeys.test_entrances import LINES
from tests.photos.captured import Captured, Twin, captured, with_text

PHOTOS = captured()
CARD = PHOTOS["id_card"]
BLURRED = Captured("", "", CARD.lines[:1])
_count = itertools.count(1)


@pytest.fixture
def county(database: Database, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """A county on whose machine photographs are read."""
    monkeypatch.setattr("backend.runtime.why_off", lambda wanted: "")
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


def sends(person: Person, words: str | None = None) -> None:
    person.sends(PIXEL + str(next(_count)).encode(), "photo.png", words)


def looked_at(county: County, *answers: Captured | Seen) -> Twin:
    """Everything that waits is read, with these results."""
    reader = Twin(*answers)

    async def all_of_it() -> None:
        watch = Watch(county.runtime, reader)
        while await watch.drain():
            pass

    asyncio.run(all_of_it())
    return reader


def begun(person: Person) -> Person:
    """She has told her trouble and agreed; what is asked now is her name."""
    person.says("看病欠了好几万块债，想申请低保", "同意", "同意")
    for _ in range(4):
        if person.hears_nothing_of("名字", "叫什么", "姓名"):
            person.says("不知道")
    return person


def materials(county: County) -> list[str | None]:
    return [row.material for row in county.office.all(Attachment)]


def test_a_card_fills_name_and_number_after_her_yes(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    assert person.hears("收到1张", "正在看")
    looked_at(county, CARD)
    assert person.hears("身份证", CARD.name, "对吗")
    assert person.hears_nothing_of(CARD.number)
    assert person.hears(CARD.number[:6], CARD.number[-4:])
    person.presses("1. 对")
    assert person.hears("照着照片记下了", "电话")
    assert materials(county) == ["mat_id_card"]


def test_it_is_in_the_case_and_marked_as_the_card(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    looked_at(county, CARD)
    person.says("对")
    hands_in(person)
    [applicant] = [row for row in county.office.all(PersonRow) if row.id == person.case().applicant_id]
    sealer = county.runtime.env.sealer
    assert (applicant.get(sealer, "name"), applicant.get(sealer, "id_number")) == (CARD.name, CARD.number)
    [photo] = county.office.all(Attachment)
    assert (photo.material, photo.case_id) == ("mat_id_card", person.case().id)


def hands_in(person: Person) -> None:
    """Answers what is still open, whatever it is, and hands in."""
    for answer in ("13000000011", "石桥村3组", "没收入", "就我一个人", "同意", "对", "对"):
        if person.case_no is None:
            person.says(answer)
    assert person.case_no is not None, person.looks()


def test_a_no_keeps_what_she_typed(county: County, person: Person) -> None:
    begun(person)
    person.says("王桂兰", "379901194305120026")
    sends(person)
    looked_at(county, with_text(CARD, name="王桂芝"))
    assert person.hears("王桂芝", "对吗")
    person.presses("不对")
    assert person.hears("还按您说的")
    hands_in(person)
    sealer = county.runtime.env.sealer
    names = {row.get(sealer, "name") for row in county.office.all(PersonRow)}
    assert "王桂兰" in names
    assert "王桂芝" not in names


def test_what_agrees_with_what_she_typed_needs_no_question(county: County, person: Person) -> None:
    begun(person)
    person.says(CARD.name, CARD.number, "13000000011", "石桥村3组")
    sends(person)
    looked_at(county, CARD)
    assert person.hears("一样")
    assert person.hears_nothing_of("对吗")


def test_a_card_of_somebody_else_is_asked_about(county: County, person: Person) -> None:
    begun(person)
    person.says("王桂兰")
    sends(person)
    looked_at(county, CARD)
    assert person.hears(CARD.name, "王桂兰", "谁的")
    person.presses("发错了")
    assert person.hears("不用")
    person.says("379901194305120026")
    hands_in(person)
    assert {row.get(county.runtime.env.sealer, "name") for row in county.office.all(PersonRow)} == {"王桂兰"}


def test_it_may_be_one_of_the_house(county: County, person: Person) -> None:
    begun(person)
    person.says("王桂兰")
    sends(person)
    looked_at(county, CARD)
    person.says("是家里人的")
    assert person.hears("照着照片记下了", CARD.name)
    person.says("379901194305120026", "13000000011", "石桥村3组", "没收入")
    assert person.hears(CARD.name)  # what she is to the applicant is still asked


def test_words_that_correct_it_are_kept(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    looked_at(county, CARD)
    person.says("不对，我叫王桂兰")
    assert person.hears("还按您说的")
    person.says("379901194305120026")
    hands_in(person)
    assert {row.get(county.runtime.env.sealer, "name") for row in county.office.all(PersonRow)} == {"王桂兰"}


def test_an_answer_to_the_open_question_is_taken_and_the_photo_asked_once_more(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    looked_at(county, CARD)
    person.says("王桂兰")
    assert person.hears("谁的")  # her own name is another one
    person.says("13000000011")
    assert person.hears("照片先放着")
    assert person.hears_nothing_of("谁的")


def test_one_that_cannot_be_read_is_kept_and_said_kindly(county: County, person: Person) -> None:
    begun(person)
    person.says("王桂兰")
    sends(person)
    looked_at(county, BLURRED)
    assert person.hears("身份证", "看不清", "不要紧")
    person.says("379901194305120026")
    hands_in(person)
    assert len(county.office.all(Attachment)) == 1


def test_another_paper_than_the_card_is_accepted(county: County, person: Person) -> None:
    begun(person)
    person.says("王桂兰")
    sends(person)
    text = tuple(line for line in PHOTOS["register_cover"].lines if len(line.text) < 4) * 3
    looked_at(county, Captured("", "", text))
    assert person.hears("不太像身份证", "也收下了")
    sends(person)
    looked_at(county, with_text(PHOTOS["register_page"], name="王桂兰"))
    assert person.hears("户口本", "王桂兰", "对吗")
    person.presses("1. 对")
    assert materials(county)[-1] == "mat_household_register"


def test_the_back_of_the_card_asks_for_the_front(county: County, person: Person) -> None:
    begun(person)
    person.says("王桂兰")
    sends(person)
    looked_at(county, PHOTOS["id_card_back"])
    assert person.hears("背面", "头像")


def test_a_photo_of_a_house_is_not_spoken_of(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    before = len(county.office.all(Outgoing))
    looked_at(county, Captured("", "", ()))
    assert len(county.office.all(Outgoing)) == before


@pytest.mark.parametrize("trouble", ["timeout", "failed"])
def test_a_reader_that_breaks_leaves_the_photo_to_the_window(county: County, person: Person, trouble: str) -> None:
    begun(person)
    sends(person)
    looked_at(county, Seen(trouble=trouble))  # type: ignore[arg-type]
    assert person.hears("没认出来", "窗口的人会看")
    person.says("王桂兰")
    assert person.hears("身份证")


def test_one_that_was_cut_off_is_asked_for_again(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    looked_at(county, Seen(trouble="broken"))
    assert person.hears("没传完", "再发一次")


def test_nothing_is_shown_before_she_has_agreed(county: County, person: Person) -> None:
    person.says("看病欠了好几万块债，想申请低保")
    sends(person)
    looked_at(county, CARD)
    assert person.hears_nothing_of(CARD.name)
    person.says("同意", "同意")
    assert person.hears(CARD.name, "对吗")
    person.presses("1. 对")
    assert person.hears("照着照片记下了")


def test_several_are_asked_about_one_after_the_other(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    sends(person)
    page = PHOTOS["register_page"]
    looked_at(county, CARD, page)
    assert person.hears(CARD.name)
    assert person.hears_nothing_of(page.name)
    person.presses("1. 对")
    assert person.hears(page.name, "谁的")


def test_a_disability_certificate_tells_the_kind_of_household(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    looked_at(county, PHOTOS["disability"])
    assert person.hears("残疾证", "听力一级", "对吗")
    person.presses("1. 对")
    hands_in(person)
    claims = {one["code"]: one["claim_status"] for one in person.case().hardships}
    assert claims["severe_disability"] == "photo"


# --- after the case was handed in


@pytest.fixture
def filed(county: County, person: Person) -> Person:
    person.says(*LINES)
    assert person.case_no
    return person


def asks(county: County, person: Person, *wanted: str) -> None:
    office = county.office
    office.act(acts.request_supplement, office.clerk, person.case().id, wanted, reason_code="household_changed")


def test_which_of_several_it_is_is_seen_and_need_not_be_said(county: County, filed: Person) -> None:
    asks(county, filed, "mat_household_register", "mat_diagnosis")
    sends(filed)
    assert filed.hears("哪一样")
    looked_at(county, PHOTOS["register_page"])
    assert filed.hears("这张是户口本", "还差")
    assert filed.case().supplement == ["mat_diagnosis"]
    assert materials(county) == ["mat_household_register"]


def test_another_paper_than_was_asked_for_is_said_kindly_and_kept(county: County, filed: Person) -> None:
    asks(county, filed, "mat_household_register")
    sends(filed)
    looked_at(county, CARD)
    assert filed.hears("看着是身份证", "也收下了", "户口本")
    assert materials(county) == ["mat_id_card"]
    assert filed.case().status == "submitted"


# --- the queue


def test_two_readers_never_read_the_same_one_and_a_dead_one_gives_it_back(
    county: County, clock: SetClock, person: Person
) -> None:
    begun(person)
    sends(person)
    office, env = county.office, county.runtime.env

    def taken() -> object:
        return office.writer.run_sync(lambda tx: take(tx, env))

    assert taken() is not None
    assert taken() is None
    for _ in range(TRIES):
        clock.at += LEASE + dt.timedelta(seconds=1)
        again = taken()
        assert again is not None
    assert again.tired  # type: ignore[attr-defined]


def test_one_that_always_kills_its_reader_is_given_up(county: County, clock: SetClock, person: Person) -> None:
    begun(person)
    sends(person)
    for _ in range(TRIES):
        county.office.writer.run_sync(lambda tx: take(tx, county.runtime.env))
        clock.at += LEASE + dt.timedelta(seconds=1)
    assert looked_at(county).read_so_far == 0
    assert person.hears("没认出来")


def test_what_is_read_too_late_is_told_to_nobody(county: County, clock: SetClock, person: Person) -> None:
    begun(person)
    sends(person)
    clock.at += LATE + dt.timedelta(minutes=1)
    assert looked_at(county).read_so_far == 0
    assert [row.reading for row in county.office.all(Attachment)] == ["late"]


def test_the_queue_holds_so_many_and_no_more(county: County, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_WAITING > 2
    monkeypatch.setattr("backend.conversations.media.MOST_WAITING", 2)
    begun(person)
    for _ in range(3):
        sends(person)
    assert sorted(str(row.reading) for row in county.office.all(Attachment)) == ["None", "waiting", "waiting"]


def test_she_hears_it_once_whatever_happens(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    looked_at(county, CARD)
    assert looked_at(county).read_so_far == 0
    assert [row.message for row in county.office.all(Outgoing)].count("msg.photo_read") == 1


def test_nothing_that_was_read_lies_open(county: County, person: Person, capfd: pytest.CaptureFixture[str]) -> None:
    begun(person)
    sends(person)
    looked_at(county, CARD)
    told = capfd.readouterr()
    assert CARD.number not in told.out + told.err
    assert CARD.name not in told.out + told.err
    rows = [*county.office.all(Attachment), *county.office.all(Conversation), *county.office.all(Outgoing)]
    everything = " ".join(repr(row.model_dump()) for row in rows)
    assert CARD.number not in everything
    assert CARD.name not in everything


def test_a_form_that_is_dropped_takes_what_was_read_with_it(county: County, person: Person) -> None:
    begun(person)
    sends(person)
    person.says("不办了", "1")
    looked_at(county)
    assert county.office.all(Attachment) == []
    assert person.hears_nothing_of(CARD.name)


def test_where_nothing_is_read_she_is_told_that_the_window_looks(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        county = County(runtime, clock)
        person = begun(county.somebody("li"))
        sends(person)
        assert person.hears("收到1张", "窗口的人会看")
        assert [row.reading for row in county.office.all(Attachment)] == [None]
        assert county.office.all(Case) == []


def test_in_the_web_chat_she_is_answered_at_once_and_told_a_moment_later(county: County) -> None:
    asyncio.run(_in_the_web_chat(county))


class Slow(Twin):
    """A reader that takes its time, until it is let go."""

    def __init__(self, *answers: Captured | Seen) -> None:
        super().__init__(*answers)
        self.go = asyncio.Event()

    async def read(self, data: bytes, today: dt.date) -> Seen:
        await self.go.wait()
        return await super().read(data, today)


async def _in_the_web_chat(county: County) -> None:
    reader = Slow(CARD)
    app = App(county.runtime, "all", reader=reader)
    await app.start()
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat") as chat:
            session = None
            for number, text in enumerate(("看病欠了好几万块债，想申请低保", "同意", "同意")):
                body = {"session": session, "id": f"w{number}", "text": text}
                session = (await chat.post("/api/chat", json=body)).json()["session"]
            photo = {"file": ("card.png", PIXEL, "image/png")}
            sent = await chat.post("/api/chat", data={"id": "photo", "session": session}, files=photo)
            assert "正在看" in sent.json()["replies"][0]["text"]
            # It is not read yet, and she is answered all the same.
            about = await chat.post("/api/chat", json={"session": session, "id": "w9", "text": "你是谁呀"})
            assert about.json()["replies"]
            county.clock.at += dt.timedelta(seconds=2)
            reader.go.set()
            told: list[dict[str, Any]] = []
            async with asyncio.timeout(20):
                while not told:
                    told = (await chat.get("/api/chat/pending")).json()["replies"]
                    await asyncio.sleep(0.05)
            assert CARD.name in told[0]["text"]
            assert CARD.number not in told[0]["text"]
            page = (await chat.get("/chat-form")).text  # on a telephone without scripts it has its buttons, too
            assert told[0]["choices"][0]["id"] in page
            yes = {"session": session, "id": "yes", "choice": told[0]["choices"][0]["id"]}
            assert "照着照片记下了" in (await chat.post("/api/chat", json=yes)).json()["replies"][0]["text"]
    finally:
        await app.stop()
