"""She does not agree, gives a bad mark, complains or tells of others: somebody who had no part in it answers her."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.cases import acts as cases
from backend.errors import NotFound, RefusedAct
from backend.objections import acts, leads
from backend.objections.tables import Lead, Objection
from backend.transfers.tables import Transfer
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS, HOSPITAL

WHY = "我们又看了一遍单子，原来确实少算了一张，照新的重新办。"


def refused(county: County, person: Person) -> Transfer:
    """Her hospital bills were not granted."""
    person.says(*HER_WORDS, "对")
    county.window.accepts(person.case())
    [hospital] = county.window.sends(person.case(), HOSPITAL)
    insurance = county.department("medical_insurance")
    insurance.signs(hospital, until="2026-11-10", handler="李强")
    insurance.refuses(hospital)
    assert person.hears("没批下来")
    return hospital


def told_of_result(county: County, person: Person) -> None:
    """Her case has come to its end and she was asked how content she is."""
    person.says(*HER_WORDS, "对")
    county.window.accepts(person.case())
    [hospital] = county.window.sends(person.case(), HOSPITAL)
    insurance = county.department("medical_insurance")
    insurance.signs(hospital, until="2026-11-10", handler="李强")
    insurance.grants(hospital)
    county.window.tells_by_phone(person.case())
    assert person.hears("满意吗")


def open_objection(county: County) -> Objection:
    [found] = county.office.all(Objection)
    return found


def test_an_objection_is_reviewed_by_who_did_not_decide_and_the_part_is_done_again(
    county: County, person: Person
) -> None:
    hospital = refused(county, person)
    person.says("我不服")
    assert person.hears("您觉得哪里不对")
    person.says("我自己花了三万多，单子没给算全")
    objection = open_objection(county)
    assert person.hears(objection.number, "由没办过这事的人再看一遍", f"{objection.due_day.month}月")
    assert "clk_objection" in county.office.running(hospital.id)
    office = county.office
    with pytest.raises(RefusedAct, match="reviewer_decided"):
        office.act(acts.decide, office.insurance, objection.id, "upheld", WHY)
    with pytest.raises(NotFound):  # another department has no business with it
        office.act(acts.take, office.housing, objection.id)
    office.act(acts.take, office.county, objection.id)
    office.act(acts.decide, office.county, objection.id, "overturned", WHY, promised=dt.date(2026, 11, 11))
    assert person.hears("您说得对", WHY, "重新办", "11月11日（周三）")
    assert office.transfer(hospital.id).status == "processing"
    assert person.case().status == "in_progress"
    assert any("重办" in words for words in county.group_heard("dept:medical_insurance"))
    assert "clk_objection" not in office.running(hospital.id)
    county.department("medical_insurance").grants(hospital)
    assert person.hears("好消息")


def test_a_decision_that_stands_is_answered_with_the_reason_and_where_she_can_still_go(
    county: County, person: Person
) -> None:
    refused(county, person)
    person.says("我不服，我自己花了三万多，单子没给算全")
    office = county.office
    objection = open_objection(county)
    reason = "单子都算了，自己出的钱还没到起付的数。"
    office.act(acts.decide, office.county, objection.id, "upheld", reason)
    assert person.hears("又看了一遍，结果不变", reason, "60天内向云山县人民政府申请复议")
    with pytest.raises(RefusedAct):
        office.act(acts.decide, office.county, objection.id, "overturned", WHY)


def test_more_words_join_the_open_objection_and_she_may_take_it_back(county: County, person: Person) -> None:
    hospital = refused(county, person)
    person.says("我不服，我自己花了三万多，单子没给算全", "我不服，还有一张单子在县医院没给我")
    objection = open_objection(county)
    text = objection.get(county.runtime.env.sealer, "text")
    assert text is not None and "三万多" in text and "县医院" in text
    person.says("意见撤了吧，我接受结果")
    assert open_objection(county).status == "withdrawn_by_filer"
    assert "clk_objection" not in county.office.running(hospital.id)


def test_an_objection_nobody_answers_in_time_is_late_by_itself(county: County, person: Person) -> None:
    refused(county, person)
    person.says("我不服，我自己花了三万多，单子没给算全")
    due = open_objection(county).due_day
    before = len(county.group_heard("supervision")) + len(county.group_heard("county"))
    county.the_morning_of((due + dt.timedelta(days=4)).isoformat())
    assert len(county.group_heard("supervision")) + len(county.group_heard("county")) > before


def test_a_complaint_about_the_window_is_not_answered_by_who_took_her_case_in(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    county.window.accepts(person.case())
    person.says("我要投诉窗口的人，态度差，还骂人")
    objection = open_objection(county)
    assert objection.type == "service_complaint"
    assert person.hears(objection.number)
    office = county.office
    with pytest.raises(NotFound):
        office.act(acts.take, office.clerk, objection.id)
    reason = "看了当天的录像，是我们的人说话不对，已经批评，向您赔不是。"
    office.act(acts.decide, office.as_("yan_zheng"), objection.id, "overturned", reason)
    assert person.hears("是我们没做好", reason)


@pytest.mark.parametrize(("words", "score"), [("很满意", 5), ("满意", 4), ("基本满意", 3), ("3", 3), ("五分", 5)])
def test_a_good_mark_is_given_in_words_or_by_number(county: County, person: Person, words: str, score: int) -> None:
    told_of_result(county, person)
    person.says(words)
    assert person.hears("谢谢您")
    assert (person.case().status, person.case().rating) == ("rated", score)
    assert county.office.all(Objection) == []


@pytest.mark.parametrize(("words", "score"), [("不满意", 2), ("非常不满意", 1), ("1", 1)])
def test_a_bad_mark_opens_an_order_with_a_day_to_call_by_and_is_filed_away_only_when_answered(
    county: County, person: Person, words: str, score: int
) -> None:
    told_of_result(county, person)
    person.says(words)
    order = open_objection(county)
    assert (order.type, order.score, order.status) == ("low_rating", score, "filed")
    assert person.hears("您打了低分，对不住", f"{order.due_day.month}月{order.due_day.day}日", "哪里不满意")
    person.says("跑了三趟，每回说的都不一样")
    assert person.hears("记下了", "给您打电话")
    kept = open_objection(county).get(county.runtime.env.sealer, "text")
    assert kept is not None and "跑了三趟" in kept
    office = county.office
    assert "clk_low_rating" in office.running(person.case().id)
    with pytest.raises(RefusedAct, match="objection_open"):
        office.act(cases.archive, office.clerk, person.case().id)
    reason = "打了电话，是我们没一次说清楚，已经改了单子。"
    office.act(acts.decide, office.as_("yan_zheng"), order.id, "overturned", reason)
    assert person.hears("是我们没做好", reason)
    office.act(cases.archive, office.clerk, person.case().id)


def test_what_she_tells_of_others_is_kept_from_everybody_but_the_supervisor(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    person.says("隔壁老张家有两辆小汽车，还年年吃低保")
    assert person.hears("谢谢您说这个事", "保密")
    office = county.office
    supervisor = office.as_("yan_zheng")
    [lead] = office.all(Lead)
    [seen] = office.act(lambda tx, env: leads.open_leads(tx, supervisor))
    assert seen.id == lead.id and "两辆小汽车" in (lead.get(county.runtime.env.sealer, "text") or "")
    assert office.act(lambda tx, env: leads.open_leads(tx, office.clerk)) == []
    for group in ("supervision", "town:02"):
        assert not any("小汽车" in words or "李秀英" in words for words in county.group_heard(group))
    assert "lead_reported" not in office.journal(person.case().id), "her own case knows nothing of it"
    with pytest.raises(NotFound):
        office.act(leads.close, office.clerk, lead.id, "去看过了，车是他儿子的。")
    office.act(leads.close, supervisor, lead.id, "去看过了，车是他儿子的。")
    assert office.act(lambda tx, env: leads.open_leads(tx, supervisor)) == []


def test_a_curse_without_a_case_is_no_objection(county: County, person: Person) -> None:
    person.says("你好", "你们这些当官的没一个好东西")
    assert person.hears_nothing_of("记到您的事情里")
