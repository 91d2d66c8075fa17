"""After handing in: she takes it back, changes it, does not agree, complains, gives a mark, and asks how far it is."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.cases.changes import changes_of, values_of
from backend.cases.tables import Case, CaseChange, Household
from backend.cases.tables import Person as Row
from backend.conversations.history import contact_of, history
from backend.errors import NotFound, RefusedAct
from backend.objections import acts, leads
from backend.objections.tables import Objection
from backend.outbox.tables import Outgoing
from backend.verify import verify_all
from tests.builders import GRANT
from tests.desk.twin import Twin
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS, HOSPITAL, ROOF

PROMISED = "2026-11-18"
SORRY = "对不住"


def filed(person: Person) -> Case:
    person.says(*HER_WORDS, "对")
    return person.case()


def refused(county: County, person: Person) -> Case:
    """Her hospital bills were refused by the insurance."""
    case = filed(person)
    county.window.accepts(case)
    [hospital] = county.window.sends(case, HOSPITAL)
    insurance = county.department("medical_insurance")
    insurance.signs(hospital, until=PROMISED, handler="李强")
    insurance.refuses(hospital)
    return case


def told(county: County, person: Person) -> Case:
    """Her roof was granted, and the window has told her."""
    case = filed(person)
    county.window.accepts(case)
    [roof] = county.window.sends(case, ROOF)
    housing = county.department("housing")
    housing.signs(roof, until=PROMISED)
    housing.grants(roof, **GRANT)
    county.window.tells_by_phone(case)
    return case


def open_objection(county: County, case: Case) -> Objection:
    [found] = [one for one in county.office.all(Objection, Objection.case_id == case.id) if one.answered_at is None]
    return found


# --- taking it back


def test_she_takes_it_back_after_being_asked_once_and_may_ask_again(county: County, person: Person) -> None:
    case = filed(person)
    county.window.accepts(case)
    county.window.sends(case, ROOF)
    person.says("我不办了")
    assert person.hears("不办了吗", case.short_no, "还能再申请")
    assert person.case().status == "dispatched", "asking is not doing"
    person.says("对，撤吧")
    assert person.hears("先不办了", case.short_no, "再申请")
    assert [words for words in county.office.heard(case.id) if words[0].startswith("msg.withdrawn")] == [], "once"
    assert person.case().status == "withdrawn"
    assert any("撤" in words for words in county.group_heard("dept:housing"))
    assert "【撤回】" in county.group_heard("town:02")[-1]
    assert "withdraw" in county.office.journal(case.id)
    assert county.office.running(case.id) == set()
    person.says("房子还是漏雨，我想再申请")
    assert person.hears("同意")
    assert county.office.case(case.id).status == "withdrawn"


def test_she_thinks_better_of_it_and_everything_goes_on(county: County, person: Person) -> None:
    case = filed(person)
    person.says("不申请了", "不，接着办")
    assert person.hears("接着办", case.short_no)
    assert person.case().status == "submitted"


# --- changing it


def test_what_she_changes_stands_there_and_the_old_is_kept(county: County, person: Person) -> None:
    case = filed(person)
    county.window.accepts(case)
    county.window.sends(case, ROOF)
    person.says("我电话换了，是13000000009")
    assert person.hears("改好了", "13000000009", "原来的也留着")
    person.says("我家其实5口人")
    assert person.hears("5口", "还有3位", "是谁")
    person.says("儿子35岁在外打工一个月1200，孙子8岁")
    assert person.hears("新添：儿子", "新添：孙子")

    office = county.office
    with county.runtime.database.read() as db:
        assert db.get_one(Row, case.applicant_id).get(office.env.sealer, "phone") == "13000000009"
        assert db.get_one(Household, case.household_id).size == 5
    changes = office.act(lambda tx, env: [(one.version, values_of(env, one)) for one in changes_of(tx, case.id)])
    assert [version for version, _ in changes] == [2, 3, 4]
    assert changes[0][1] == {"phone": ("13000000001", "13000000009")}
    assert changes[1][1] == {"household_size": ("2", "5")}
    assert office.journal(case.id).count("case_changed") == 3
    assert sum("【有变】" in words for words in county.group_heard("dept:housing")) == 3, "who has a part knows too"
    assert not any("13000000009" in words for words in county.group_heard("dept:housing"))


def test_the_same_again_changes_nothing(county: County, person: Person) -> None:
    case = filed(person)
    person.says("电话换了，是13000000001")
    assert person.hears("一样", "不用改")
    assert "case_changed" not in county.office.journal(case.id)


def test_what_changed_is_new_on_the_desk_until_a_clerk_has_opened_the_case(county: County, person: Person) -> None:
    case = filed(person)
    clerk, liaison = Twin(county.runtime).as_("zhou_wenjing"), Twin(county.runtime).as_("housing_liaison")
    assert "有新情况" not in clerk.get("/desk").text
    person.says("我电话换了，是13000000009")
    liaison.get(f"/desk/cases/{case.id}")
    assert "有新情况" in clerk.get("/desk").text, "a department's look is not the window's"
    assert '<span class="tag">新</span>' in clerk.get(f"/desk/cases/{case.id}").text
    assert "有新情况" not in clerk.get("/desk").text
    assert '<span class="tag">新</span>' not in clerk.get(f"/desk/cases/{case.id}").text
    assert [row.seen_at for row in county.office.all(CaseChange)] == [county.clock.now()]


# --- applying anew


def test_who_applies_anew_need_not_say_again_who_she_is(county: County, person: Person) -> None:
    first = filed(person)
    person.says("我电话换了，是13000000009", "我不办了", "对，撤吧")
    person.says("房子还是漏雨，我想再申请", "同意", "同意")
    for _ in range(4):
        if not person.hears_nothing_of("上回您说过"):
            break
        person.says("房子漏雨没法住了，想修房子")
    assert person.hears("上回您说过", "还是这样吗")
    person.says("还是这样")
    assert person.hears("照上回的写")
    for _ in range(4):
        if not person.hears_nothing_of("我念一遍"):
            break
        person.says("同意")
    assert person.hears("13000000009"), "what she changed since is taken, not what she told at first"
    person.says("对")
    [second] = [one for one in county.office.all(Case) if one.id != first.id]
    env = county.office.env
    assert second.get(env.sealer, "address") == first.get(env.sealer, "address")
    homes = {one.id: one.size for one in county.office.all(Household)}
    assert homes[second.household_id] == homes[first.household_id]


def test_a_no_asks_everything_anew_and_an_open_case_is_never_copied(county: County, person: Person) -> None:
    filed(person)
    person.says("家里老人住院，我想再申请一个", "同意", "同意", "老伴住院没钱")
    assert person.hears_nothing_of("上回您说过")


# --- she does not agree


def test_a_refusal_she_does_not_accept_is_looked_at_by_somebody_else_and_answered(
    county: County, person: Person
) -> None:
    case = refused(county, person)
    person.says("医保不给报我不服，住院花了五万多，明明够起付线")
    assert person.hears("记下了", "YY", "由没办过这事的人再看一遍", "书面回您")
    objection = open_objection(county, case)
    assert (objection.type, objection.status) == ("result_objection", "filed")
    assert any("【异议】" in words for words in county.group_heard("dept:medical_insurance"))

    decider, other = county.office.insurance, county.office.county
    with pytest.raises(RefusedAct, match="reviewer_decided"):
        county.office.act(acts.take, decider, objection.id)
    with pytest.raises(NotFound):
        county.office.act(acts.take, county.office.housing, objection.id)
    county.office.act(acts.take, other, objection.id)
    county.office.act(acts.decide, other, objection.id, "upheld", "单据重新核过，合规的费用没到起付线")
    assert person.hears("结果不变", "单据重新核过", "申请复议", "起诉")
    assert not county.office.case(case.id).objection_open


def test_when_she_was_right_it_is_done_again_with_a_new_day(county: County, person: Person) -> None:
    case = refused(county, person)
    person.says("医保不给报我不服，住院花了五万多，明明够起付线")
    objection = open_objection(county, case)
    with pytest.raises(RefusedAct, match="missing"):
        county.office.act(acts.decide, county.office.county, objection.id, "overturned", "漏算了一张住院单据")
    county.office.act(
        acts.decide, county.office.county, objection.id, "overturned", "漏算了一张住院单据",
        promised=dt.date(2026, 11, 11),
    )  # fmt: skip
    assert person.hears("您说得对", "重新办", "新日子")
    assert county.office.case(case.id).status == "in_progress"
    assert any("【重办】" in words for words in county.group_heard("dept:medical_insurance"))


def test_nobody_answering_is_called_to_account_by_the_clock(county: County, person: Person) -> None:
    case = refused(county, person)
    person.says("医保不给报我不服，住院花了五万多，明明够起付线")
    before = len(county.group_heard("supervision"))
    county.the_morning_of(open_objection(county, case).due_day.isoformat())
    county.the_morning_of("2026-12-31 周四")
    assert len(county.group_heard("supervision")) > before


def test_a_complaint_of_how_she_was_treated_goes_to_the_supervisor_not_to_who_treated_her(
    county: County, person: Person
) -> None:
    case = filed(person)
    county.window.accepts(case)
    person.says("我要投诉，窗口的人态度太差，一直拖着不给我办")
    assert person.hears("记下了")
    complaint = open_objection(county, case)
    assert complaint.type == "service_complaint"
    with pytest.raises(NotFound):
        county.office.act(acts.take, county.office.clerk, complaint.id)
    person.says("算了，不投诉了")
    assert person.hears("撤了")
    assert not county.office.case(case.id).objection_open


def test_a_report_about_others_is_nowhere_linked_to_who_made_it(county: County, person: Person) -> None:
    case = filed(person)
    person.says("我要举报，村西头老张家有小汽车还吃低保")
    assert person.hears("保密")
    heard = county.group_heard("supervision")[-1]
    assert "【线索】" in heard
    assert "老张" not in heard
    assert case.short_no not in heard
    rows = county.office.all(Outgoing, Outgoing.group_code == "supervision")
    assert rows[-1].case_id is None
    with county.runtime.database.read() as db:
        contact = contact_of(db, county.runtime.env, "web", "li")
        assert contact is not None
        assert [one.secret for one in history(db, county.runtime.env, contact, 4)].count(True) >= 1
    assert county.office.act(lambda tx, env: leads.open_leads(tx, county.office.clerk)) == []


# --- a mark


@pytest.mark.parametrize(("words", "grade"), [("很满意", 5), ("基本满意", 3), ("4", 4)])
def test_one_word_or_a_number_is_her_mark(county: County, person: Person, words: str, grade: int) -> None:
    case = told(county, person)
    assert person.hears("满意吗")
    person.says(words)
    assert county.office.case(case.id).rating == grade
    assert person.hears("谢谢您")


def test_a_bad_mark_opens_an_order_with_a_day_by_which_somebody_rings_her(county: County, person: Person) -> None:
    case = told(county, person)
    person.says("很不满意")
    assert county.office.case(case.id).rating == 1
    order = open_objection(county, case)
    assert (order.type, order.score) == ("low_rating", 1)
    assert order.due_day > county.office.env.today
    assert person.hears(SORRY, "给您打个电话", "哪里不满意")
    person.says("来来回回打了四个电话才有人理")
    assert person.hears("记下了")
    assert county.office.all(Objection, Objection.id == order.id)[0].get(county.office.env.sealer, "text") is not None
    with pytest.raises(NotFound):  # who took it in does not ring about it
        county.office.act(acts.take, county.office.clerk, order.id)
    leader = county.office.as_("zhao_zhiyuan")
    county.office.act(acts.decide, leader, order.id, "overturned", "打过电话，赔了不是，以后专人回话")
    assert person.hears("是我们没做好", "专人回话")
    assert verify_all(county.runtime.database, county.runtime.env) == []


# --- how far it is, from somebody else's phone


def test_who_asks_for_another_on_her_phone_shows_first_that_she_may_know(county: County, person: Person) -> None:
    case = filed(person)
    person.says("闺女问办到哪儿了")
    assert person.hears("为保密", "电话后4位")
    assert person.hears_nothing_of("窗口", "周同志来看")
    person.says("0001")
    assert person.hears("办到这儿", case.short_no)


def test_two_wrong_answers_and_only_number_and_code_help_that_day(county: County, person: Person) -> None:
    case = filed(person)
    person.says("闺女问办到哪儿了", "9999", "1950年")
    assert person.hears("编号和查询码")
    person.says("办到哪儿了")
    assert person.hears_nothing_of("办到这儿", "周同志来看")
    person.says(f"查进度 {case.short_no}")
    assert person.hears_nothing_of("办到这儿", "周同志来看")
    person.says(f"查进度 {case.short_no} {person.query_code}")
    assert person.hears("办到这儿")


def test_a_stranger_learns_nothing_by_asking(county: County, person: Person) -> None:
    case = filed(person)
    stranger = county.somebody("stranger")
    for words in (
        f"查进度 {case.short_no}",
        "李秀英办到哪儿了",
        f"{case.short_no}我不办了",
        "我电话换了，是13000000009",
    ):
        stranger.says(words)
        assert stranger.hears_nothing_of("办到这儿", "柳沟村", "周同志来看", "改好了", "撤回了"), words
    assert county.office.case(case.id).status == "submitted"
    assert "case_changed" not in county.office.journal(case.id)
