"""Who may act for whom: a voice, a signature, a witness or a code to her own telephone; for what, and until when."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.cases import acts
from backend.cases.rating import rate
from backend.cases.tables import Case, Representation
from backend.conversations.tables import Attachment
from backend.env import Actor
from backend.errors import NotFound, RefusedAct
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from tests.journeys.people import County, Person
from tests.journeys.test_station import at_work
from tests.journeys.test_whole_road import HER_WORDS

AMR, PHOTO = b"#!AMR\n\x3c\x91\x17", b"\xff\xd8\xff\xe0 her name in ink"
LI = "379901195709200043"
CASH = ("dibao", "civil_affairs")


def files_for_li(helper: Person, agreed: str, *, who: str = "邻居") -> Case:
    """A neighbour files for Li Xiuying; what he says of her yes is `agreed`."""
    helper.says(
        f"给李秀英办，柳沟村二组，身份证{LI}，电话13000000001，看病花光了钱，{agreed}",
        who,
        "赵敏",
        "168",
        "就一个人",
        "都对",
    )
    return helper.case()


def mandate(county: County, case: Case) -> Representation:
    [found] = county.office.all(Representation, Representation.case_id == case.id)
    return found


def papers(county: County, case: Case) -> list[str | None]:
    return [row.material for row in county.office.all(Attachment, Attachment.case_id == case.id)]


# --- how it is shown


@pytest.mark.parametrize(("data", "name", "proof"), [(AMR, "v.amr", "voice"), (PHOTO, "p.jpg", "signature")])
def test_a_recording_or_a_photo_that_is_sent_is_the_proof_and_lies_with_the_case(
    county: County, data: bytes, name: str, proof: str
) -> None:
    helper = county.somebody("zhao")
    helper.says(f"给李秀英办，柳沟村二组，身份证{LI}，电话13000000001，看病没钱", "邻居", "赵敏", "都同意")
    assert helper.hears("怎么说明本人点过头了")
    helper.sends(data, name)
    assert helper.hears("先存好")
    helper.says("168", "就一个人", "都对")
    case = helper.case()
    found = mandate(county, case)
    assert (found.proof, found.confirmed_at is not None) == (proof, True)
    assert papers(county, case) == ["mat_mandate"]


@pytest.mark.parametrize(("data", "name", "words"), [(AMR, "v.amr", None), (PHOTO, "p.jpg", "这是她签字的委托书")])
def test_what_comes_after_filing_shows_her_yes_too_and_the_case_goes_on(
    county: County, data: bytes, name: str, words: str | None
) -> None:
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，回头补签字")
    county.window.accepts(case)
    with pytest.raises(RefusedAct, match="mandate_open"):
        county.window.sends(case, CASH)
    helper.sends(data, name, words)
    assert helper.hears("凭据齐了", case.short_no)
    assert papers(county, case) == ["mat_mandate"]
    county.window.sends(case, CASH)
    helper.sends(data + b"more", name, words)
    assert helper.hears_nothing_of("凭据齐了"), "once is enough"


def test_any_photo_of_the_case_is_no_proof_of_her_yes(county: County) -> None:
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，回头补签字")
    helper.sends(PHOTO, "p.jpg")
    assert mandate(county, case).confirmed_at is None


def code_on_her_phone(county: County, person: Person) -> str:
    assert person.hears("有人替您报了一件事", "念给他")
    return "".join(char for char in person.looks()[-1].partition("就把")[2][:6])


def test_a_code_to_her_own_telephone_read_to_the_helper_is_her_yes(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    helper, other = county.somebody("zhao"), county.somebody("other")
    case = files_for_li(helper, "她愿意，回头补签字")
    code = code_on_her_phone(county, person)
    assert code.isdecimal()
    other.says("你好", f"验证码{code}")
    assert other.hears("这个码不对"), "the code is for him alone who files"
    helper.says(f"验证码 {(int(code) + 1) % 10**6:06d}")
    assert helper.hears("这个码不对")
    helper.says(f"验证码 {code}")
    assert helper.hears("凭据齐了", case.short_no)
    found = mandate(county, case)
    assert (found.proof, found.confirmed_at is not None) == ("code", True)
    helper.says(f"验证码 {code}")
    assert helper.hears("这个码不对"), "it is used once"
    county.window.accepts(case)
    county.window.sends(case, CASH)


def test_a_code_ends_after_a_week_and_guessing_closes_the_door(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，回头补签字")
    code = code_on_her_phone(county, person)
    for _ in range(6):
        helper.says(f"验证码 {(int(code) + 1) % 10**6:06d}")
    helper.says(f"验证码 {code}")
    assert helper.hears("这个码不对")
    county.clock.at += dt.timedelta(days=8)
    helper.says(f"验证码 {code}")
    assert helper.hears("这个码不对")
    assert mandate(county, case).confirmed_at is None


def test_where_her_yes_is_shown_no_code_is_sent(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    files_for_li(county.somebody("zhao"), "她愿意，录了音")
    assert person.hears("有人替您报了一件事")
    assert person.hears_nothing_of("念给他")


# --- for what


def told(county: County, case: Case) -> list[str]:
    return [row.message for row in county.office.all(Outgoing, Outgoing.contact_id == case.contact_id)]


def decided(county: County, case: Case) -> None:
    county.window.accepts(case)
    [part] = county.window.sends(case, CASH)
    department = county.department("civil_affairs")
    department.signs(part, until="2026-11-18")
    department.grants(part)
    county.window.tells_by_phone(case)


def test_a_neighbour_says_how_content_he_is_and_an_assistant_is_not_even_asked(county: County) -> None:
    neighbour, helper = county.somebody("zhao"), at_work(county)
    case = files_for_li(neighbour, "她愿意，录了音")
    decided(county, case)
    assert "msg.ask_rating" in told(county, case)
    neighbour.says("5")
    assert county.office.case(case.id).rating == 5
    helper.says(
        "替王桂兰办，石桥村3组，身份证379901194305120026，她没电话，打我的13000008012，看病没钱，她愿意，录了音",
        "168",
        "就一个人",
        "别的困难",
        "都对",
    )
    hers = helper.case()
    decided(county, hers)
    assert "msg.ask_rating" not in told(county, hers)
    with pytest.raises(RefusedAct, match="not_in_mandate"):
        county.office.act(rate, Actor("person", hers.contact_id or "", ("applicant",)), hers.id, 5)


def test_nobody_withdraws_for_her(county: County) -> None:
    case = files_for_li(county.somebody("zhao"), "她愿意，录了音")
    with pytest.raises(RefusedAct, match="not_in_mandate"):
        county.office.act(acts.withdraw, Actor("person", case.contact_id or "", ("applicant",)), case.id)
    county.office.act(acts.withdraw, county.office.clerk, case.id)


def test_her_recorded_yes_to_withdrawing_is_kept_as_her_mandate(county: County) -> None:
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，录了音")
    helper.says("她那件事不办了，撤回", "是")
    assert helper.hears("本人愿意才能撤")
    helper.sends(PHOTO, "p.jpg")
    assert county.office.case(case.id).status == "withdrawn"
    assert "withdraw" in mandate(county, case).scope
    assert "mat_mandate" in papers(county, case)
    [entry] = [
        one
        for one in county.office.all(JournalEntry, JournalEntry.chain == case.id)
        if one.event == "withdrawal_confirmed"
    ]
    assert entry.data == {"scope": "withdraw", "proof": "signature", "shown": True}


def test_a_yes_to_withdrawing_that_is_only_stated_is_written_down_as_stated(county: County) -> None:
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，录了音")
    helper.says("她那件事不办了，撤回", "是", "她录了一段音，说愿意撤")
    assert county.office.case(case.id).status == "withdrawn"
    [entry] = [
        one
        for one in county.office.all(JournalEntry, JournalEntry.chain == case.id)
        if one.event == "withdrawal_confirmed"
    ]
    assert entry.data == {"scope": "withdraw", "proof": "voice", "shown": False}


# --- until when


def test_after_her_no_the_helper_hears_and_sees_nothing_more(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，录了音")
    person.says("不是")
    assert person.hears("先停下")
    before = len(told(county, case))
    county.window.wants_more(case, "mat_diagnosis")
    assert len(told(county, case)) == before
    helper.says("办到哪了")
    assert helper.hears_nothing_of(case.short_no, "诊断")
    helper.sends(PHOTO, "p.jpg")
    assert county.office.case(case.id).supplement == ["mat_diagnosis"]


def test_a_mandate_ends_with_its_year_and_the_journal_says_so(county: County) -> None:
    helper = county.somebody("zhao")
    case = files_for_li(helper, "她愿意，录了音")
    county.the_morning_of("2027-11-03 周三")
    assert mandate(county, case).ended_at is None
    county.the_morning_of("2027-11-05 周五")
    county.the_morning_of("2027-11-08 周一")
    assert mandate(county, case).ended_at == mandate(county, case).ends_at
    assert county.office.journal(case.id).count("mandate_ended") == 1
    with pytest.raises(NotFound):
        county.office.act(rate, Actor("person", case.contact_id or "", ("applicant",)), case.id, 5)
