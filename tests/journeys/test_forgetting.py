"""把我的信息删了: what was never handed in goes after one yes; what lies in a case is answered within its clock's time."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from backend.cases import acts
from backend.conversations.media import sweep_files
from backend.conversations.tables import Attachment, Conversation
from backend.inbox.tables import Inbound
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from backend.privacy.tables import ErasureRequest
from backend.voice.tables import Voice
from tests.desk.households import PIXEL
from tests.desk.twin import Seat, Twin, text_of
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS
from tests.voice.test_heard_by_a_machine import voice


@pytest.fixture
def clerk(county: County) -> Seat:
    """The window's clerk at her desk."""
    return Twin(county.runtime).as_("zhou_wenjing")


def kept(county: County) -> str:
    """Everything that is sealed about conversations, opened."""
    env = county.runtime.env
    found = [row.get(env.sealer, "body") or "" for row in county.office.all(Inbound)]
    for row in county.office.all(Conversation):
        sealed = row.state_sealed or b""
        opened = env.sealer.open(sealed, table="conversation", column="state_sealed", row_id=row.id)
        found.append(opened.decode("utf-8", "replace"))
    return "\n".join(found)


def filed(person: Person) -> None:
    person.says(*HER_WORDS)
    person.presses("都对，交上去")


@pytest.mark.parametrize("wish", ["把我的信息删了", "我不想办了，把我的资料都删了吧", "删掉我的信息", "别留我的信息"])
@pytest.mark.parametrize("yes", ["删吧", "是", "1"])
def test_before_handing_in_everything_goes_at_once_after_one_yes(
    county: County, person: Person, wish: str, yes: str
) -> None:
    person.says(*HER_WORDS[:5])
    person.sends(PIXEL, "单子.png")
    person.sends(voice(), "a.ogg")
    person.says(wish)
    assert person.hears("都删掉吗", "找不回来")
    assert len(county.office.all(Attachment)) == 2, "asking is not doing"
    person.says(yes)
    assert person.hears("删好了")
    assert not county.office.all(Attachment) and not county.office.all(Voice)
    assert "李秀英" not in kept(county) and "379901195709200043" not in kept(county)
    assert not [row for row in county.office.all(Outgoing) if row.contact_id]
    assert sweep_files(county.runtime.env, county.runtime.database, older=-dt.timedelta(days=1)) == 2
    with county.runtime.database.read() as db:
        [entry] = db.exec(select(JournalEntry).where(JournalEntry.event == "erased")).all()
    assert entry.data == {"messages": 8, "files": 2}
    person.says("家里没钱看病")
    assert person.hears("同意"), "and she may begin again"


@pytest.mark.parametrize("no", ["不", "先不删", "2"])
def test_who_thinks_better_of_it_loses_nothing(county: County, person: Person, no: str) -> None:
    person.says(*HER_WORDS[:5], "把我的信息删了", no)
    assert person.hears("没删", "电话")
    person.says(*HER_WORDS[5:])
    assert person.hears("我念一遍", "李秀英")


def test_who_speaks_of_something_else_is_not_taken_to_mean_yes(county: County, person: Person) -> None:
    person.says(*HER_WORDS[:5], "把我的信息删了", HER_WORDS[5])
    assert person.hears_nothing_of("删好了")
    assert "李秀英" in kept(county)


def test_a_wish_not_to_delete_is_none(county: County, person: Person) -> None:
    person.says(*HER_WORDS[:5], "你别删我的信息")
    assert person.hears_nothing_of("都删掉吗")


def test_after_handing_in_she_hears_what_stays_until_when_and_why_and_who_answers(
    county: County, person: Person
) -> None:
    filed(person)
    person.says("把我的信息删了")
    assert person.hears("已经立了档", "办完再留10年", "个人信息保护法 第47条", "12月4日")
    case = person.case()
    assert county.office.running(case.id) >= {"clk_erasure"}
    assert any("删除请求" in words for words in county.group_heard("town:02"))
    person.says("把我的信息删了")
    assert person.hears("12月4日")
    assert len(county.office.all(ErasureRequest)) == 1, "said twice it is one wish"


def test_a_closed_file_is_kept_until_a_day(county: County, person: Person) -> None:
    filed(person)
    person.says("我不办了", "对，撤吧", "把我的信息删了")
    assert person.hears("2036年11月4日")
    assert county.office.running(person.case().id) == {"clk_erasure"}, "it runs on a closed case, too"


def test_a_colleague_answers_and_she_gets_the_answer(county: County, person: Person, clerk: Seat) -> None:
    filed(person)
    person.sends(voice(), "a.ogg")
    [row] = county.office.all(Voice)
    clerk.press(f"/desk/voices/{row.id}", f"/desk/voices/{row.id}/words", words="出院小结我明天送来")
    person.says("把我的信息删了")
    [wish] = county.office.all(ErasureRequest)
    form = f"/desk/erasures/{wish.id}/answer"
    short = clerk.press("/desk/erasures", form, outcome="deleted", reason="删")
    assert short.status_code == 422, "an answer says why"
    clerk.press("/desk/erasures", form, outcome="deleted", reason="录音已经删了，申请表要留到办完后十年")
    assert person.hears("有回话了", "录音已经删了", "个人信息保护法 第47条")
    assert not county.office.all(Attachment)
    assert "clk_erasure" not in county.office.running(person.case().id)
    assert "没有等答复" in text_of(clerk.get("/desk/erasures").text)
    assert "erasure_answered" in county.office.journal(person.case().id)


def test_what_nobody_has_heard_is_not_deleted_unheard(county: County, person: Person, clerk: Seat) -> None:
    filed(person)
    person.sends(voice(), "a.ogg")
    person.says("把我的信息删了")
    [wish] = county.office.all(ErasureRequest)
    clerk.press("/desk/erasures", f"/desk/erasures/{wish.id}/answer", outcome="deleted", reason="没有可以删的录音")
    assert len(county.office.all(Attachment)) == 1


def test_departments_see_no_wish(county: County, person: Person) -> None:
    filed(person)
    person.says("把我的信息删了")
    [wish] = county.office.all(ErasureRequest)
    seat = Twin(county.runtime).as_("housing_liaison")
    assert wish.id not in seat.get("/desk/erasures").text


def test_a_wish_nobody_answers_climbs_the_ladder(county: County, person: Person) -> None:
    filed(person)
    county.window.accepts(person.case())
    person.says("把我的信息删了")
    county.the_morning_of("2026-12-07")
    assert any("逾期" in words and "删除请求" in words for words in county.group_heard("town:02"))


def test_the_open_form_of_somebody_who_filed_before_goes_after_a_yes(county: County, person: Person) -> None:
    filed(person)
    county.office.act(
        acts.decline_accept, county.office.clerk, person.case().id, reason_code="not_social_assistance",
        reason="这是邻里的地界纠纷，不是救助", where="村里的调解委员会", phone="0900-0000301",
    )  # fmt: skip
    person.says("房子漏雨，我想再申请", "同意", "同意")
    person.says("把我的信息删了")
    assert person.hears("已经立了档", "没交上去的那份", "要删吗")
    person.says("删吧")
    assert person.hears("删好了")
    assert person.case().status == "not_accepted", "the case itself stays"
