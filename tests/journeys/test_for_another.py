"""Somebody files for her neighbour: her own yes, who may hear of it, and what stops when she says no."""

from __future__ import annotations

import pytest

from backend.cases import representing
from backend.cases.tables import Case, Consent, Representation
from backend.cases.tables import Person as PersonRow
from backend.errors import RefusedAct
from backend.inbox.tables import Contact
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS

GUILAN = "379901194305120026"
HOSPITAL = ("medical_aid", "medical_insurance")


def files(
    helper: Person,
    agreed: str = "她愿意，录了一段",
    *,
    number: str = GUILAN,
    phone: str = "她没手机，打我的13000008012",
) -> Case:
    """The helper files for Wang Guilan in a few messages; the case."""
    helper.says(
        f"我是村协理员，给王桂兰办，石桥村3组17号，83了，身份证{number}，{phone}。"
        "家里2口：她，她儿张建国55，肢体二级残证，打不了工没收入。老太太养老金168。想办低保，看病也贵。",
        "刘春燕",
        agreed,
    )
    assert helper.hears("【王桂兰】", "我念一遍")
    helper.says("都对")
    return helper.case()


def representation(county: County, case: Case) -> Representation:
    [found] = county.office.all(Representation, Representation.case_id == case.id)
    return found


def test_who_files_for_another_is_written_down_with_her_proof_and_her_consents(county: County) -> None:
    helper = county.somebody("liu")
    case = files(helper)
    assert (case.proxy_filed, case.channel_in) == (True, "bot_direct"), "nobody has bound her account to a colleague"
    found = representation(county, case)
    assert (found.relation, found.proof, found.principal_id) == ("village_assistant", "voice", case.applicant_id)
    assert found.confirmed_at == found.starts_at
    assert found.ends_at is not None and (found.ends_at - found.starts_at).days == 365
    sealer = county.runtime.env.sealer
    [agent] = county.office.all(PersonRow, PersonRow.id == found.agent_id)
    assert (agent.get(sealer, "name"), agent.get(sealer, "phone")) == ("刘春燕", "13000008012")
    [applicant] = county.office.all(PersonRow, PersonRow.id == case.applicant_id)
    assert (applicant.get(sealer, "name"), applicant.get(sealer, "phone")) == ("王桂兰", None)
    consents = county.office.all(Consent, Consent.case_id == case.id)
    assert {(row.scope, row.given, row.method) for row in consents} == {
        ("general", True, "voice"), ("sensitive", True, "voice"), ("means_check", True, "voice"),
    }  # fmt: skip
    assert all(row.person_id == case.applicant_id for row in consents)
    [contact] = county.office.all(Contact, Contact.id == case.contact_id)
    assert contact.person_id is None, "the helper is not the one she files for"


def test_news_to_the_helper_says_whose_matter_it_is(county: County) -> None:
    helper = county.somebody("liu")
    case = files(helper)
    assert helper.hears("【王桂兰】", "交上去了")
    county.window.accepts(case)
    assert helper.hears("【王桂兰】", "收下了")


def test_the_paper_of_the_mandate_is_asked_for_only_while_it_is_missing(county: County) -> None:
    shown, later = county.somebody("liu"), county.somebody("zhao")
    files(shown)
    assert shown.hears("一次给您说全")
    assert shown.hears_nothing_of("委托")
    files(later, "她愿意，回头补签字", number="379901194305120085")
    assert later.hears("委托")


def test_a_mandate_that_is_not_shown_yet_waits_for_her_word_before_anything_is_sent(county: County) -> None:
    helper = county.somebody("liu")
    case = files(helper, "她愿意，回头补签字")
    assert representation(county, case).confirmed_at is None
    county.window.accepts(case)
    with pytest.raises(RefusedAct, match="mandate_open"):
        county.window.sends(case, HOSPITAL)
    county.office.act(representing.confirm, county.office.clerk, case.id)
    assert "mandate_confirmed" in county.office.journal(case.id)
    county.window.sends(case, HOSPITAL)
    assert helper.hears("您的事分给了")
    with pytest.raises(RefusedAct, match="not_possible_now"):
        county.office.act(representing.confirm, county.office.clerk, case.id)


def test_who_cannot_say_gives_no_consent_until_she_was_asked(county: County) -> None:
    helper = county.somebody("liu")
    case = files(helper, "老太太糊涂了，说不了话")
    assert representation(county, case).proof == "none"
    consents = county.office.all(Consent, Consent.case_id == case.id)
    assert {(row.given, row.method) for row in consents} == {(False, "none")}
    county.office.act(representing.confirm, county.office.clerk, case.id)
    given = {row.scope for row in county.office.all(Consent, Consent.case_id == case.id) if row.given}
    assert given == {"general", "sensitive"}, "looking into the income is asked apart"


def filed_for_li(helper: Person) -> Case:
    """A neighbour files for Li Xiuying, who once filed for herself from her own phone."""
    helper.says(
        "给李秀英办，柳沟村二组，身份证379901195709200043，电话13000000001，看病没钱，她愿意，录了音",
        "邻居", "赵敏", "168", "就一个人", "都对",
    )  # fmt: skip
    return helper.case()


def test_she_hears_on_her_own_phone_that_somebody_filed_and_a_no_stops_it(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    helper = county.somebody("zhao")
    case = filed_for_li(helper)
    assert person.hears("有人替您报了一件事", case.short_no, "不是")
    [told] = county.office.all(Outgoing, Outgoing.message == "msg.filed_for_you")
    assert params_of(county.runtime.env, told) == {"short": case.short_no}, "neither what it is nor who filed"
    county.window.accepts(case)
    person.says("不是")
    assert person.hears("先停下")
    assert any("本人说没让报" in words for words in county.group_heard("town:02"))
    rung = county.office.all(Outgoing, Outgoing.message == "msg.staff_mandate_denied", Outgoing.audience == "staff")
    assert [row.staff_id for row in rung] == [case.owner_id]
    with pytest.raises(RefusedAct, match="mandate_denied"):
        county.window.sends(case, HOSPITAL)
    person.says("不是")
    assert person.hears_nothing_of("先停下"), "it is asked, and answered, once"


def test_her_yes_from_her_own_phone_confirms_it(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    case = filed_for_li(county.somebody("zhao"))
    person.says("是我让她报的")
    assert person.hears("记下了", case.short_no)
    assert "mandate_confirmed" in county.office.journal(case.id)


def test_a_name_or_a_telephone_alone_tells_nobody_anything(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    helper = county.somebody("liu")
    helper.says(
        "给李秀英办，柳沟村二组，身份证379901194305120026，电话13000000001，看病没钱，她愿意，录了音",
        "邻居", "赵敏", "168", "就一个人", "都对",
    )  # fmt: skip
    assert helper.case().proxy_filed
    assert person.hears_nothing_of("有人替您报了一件事")
