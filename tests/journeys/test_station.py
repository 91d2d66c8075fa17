"""The village station in the chat: whose account it is, whose matters she sees, and what she writes down."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import col

from backend.cases.tables import Case, HouseholdMember
from backend.cases.tables import Person as PersonRow
from backend.env import Env
from backend.errors import RefusedAct
from backend.inbox.tables import Contact
from backend.journal.tables import JournalEntry
from backend.outbox.tables import Outgoing
from backend.staff.chat import MINUTES, issue_code
from backend.staff.service import disable
from backend.staff.tables import Staff
from backend.station.recheck import RUNNING
from backend.station.tables import RegisterEntry, VillageReport, Visit
from backend.writer import Tx
from tests.journeys.people import County, Person
from tests.journeys.test_whole_road import HER_WORDS, ROOF, STORY
from tests.judged.people import number_of

BRIDGE, WILLOW = "379901102201", "379901102202"
GUILAN = (
    "替王桂兰办，石桥村3组17号，83了，身份证379901194305120026，她没手机，打我的13000008012。"
    "家里2口：她，她儿张建国55，肢体二级残证，打不了工没收入。老太太养老金168。想办低保，看病也贵。"
)


def assistant_of(county: County, village: str) -> Staff:
    staff = county.office.all(Staff)
    return next(one for one in staff if "village_assistant" in one.roles and village in one.villages)


def at_work(county: County, village: str = BRIDGE, address: str = "assistant") -> Person:
    """The village's assistant at her phone, bound by a code of the window."""
    person = county.somebody(address)
    code = county.office.act(issue_code, assistant_of(county, village).id)
    person.says(f"绑定 {code}")
    assert person.hears("绑定好了")
    return person


# --- whose account it is


def test_a_code_works_once_and_only_for_half_an_hour(county: County) -> None:
    staff = assistant_of(county, BRIDGE)
    code = county.office.act(issue_code, staff.id)
    first, second = county.somebody("first"), county.somebody("second")
    first.says(f"绑定{code}")
    assert first.hears(staff.name, "绑定好了")
    second.says(f"绑定 {code}")
    assert second.hears("不对，或者过时了")
    late = county.office.act(issue_code, staff.id)
    county.clock.at += dt.timedelta(minutes=MINUTES, seconds=1)
    second.says(f"绑定 {late}")
    assert second.hears("不对，或者过时了")
    bound = county.office.all(Contact, Contact.staff_id == staff.id)
    assert len(bound) == 1


def test_who_guesses_codes_soon_hears_no_for_the_right_one_too(county: County) -> None:
    code = county.office.act(issue_code, assistant_of(county, BRIDGE).id)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    guesser = county.somebody("guesser")
    guesser.says(*[f"绑定 {wrong}"] * 6, f"绑定 {code}")
    assert guesser.hears("不对，或者过时了")


def test_a_code_is_for_those_who_work_a_station(county: County) -> None:
    with pytest.raises(RefusedAct, match="not_station"):
        county.office.act(issue_code, county.office.clerk.id)


def test_an_assistant_who_left_is_anybody_again(county: County) -> None:
    helper = at_work(county)
    helper.says("我报的")
    assert helper.hears("还没替人报过")
    county.office.act(disable, county.office.county, assistant_of(county, BRIDGE).id)
    helper.says("我报的")
    assert helper.hears("小助手"), "she is greeted as a resident"
    helper.says("查人 王")
    assert helper.hears_nothing_of("您村里")
    assert county.office.all(Contact, Contact.staff_id == assistant_of(county, BRIDGE).id) == []


# --- she files for residents


def test_two_residents_in_a_row_and_nothing_of_the_first_goes_into_the_second(county: County) -> None:
    helper = at_work(county)
    helper.says(GUILAN, "她愿意，录了一段", "都对")
    first = helper.case()
    assert (first.channel_in, first.proxy_filed) == ("bot_assistant", True)
    helper.says("下一户")
    assert helper.hears_nothing_of("您自己叫什么", "王桂兰")
    helper.says("季兆林", "他同意，有人见证", "46了，工地断了腿没收入，看病欠债", "379901198003150017", "13000000033")
    helper.says("柳沟村二组", "没有")
    assert helper.hears("【季兆林】", "我念一遍")
    assert helper.hears_nothing_of("王桂兰", "张建国", "石桥")
    helper.says("都对")
    second = helper.case()
    assert second.id != first.id
    assert second.village == WILLOW
    sealer = county.runtime.env.sealer
    lines = county.office.all(HouseholdMember, HouseholdMember.household_id == second.household_id)
    people = [county.office._one(PersonRow, line.person_id) for line in lines]
    assert [one.get(sealer, "name") for one in people] == ["季兆林"]
    assert people[0].get(sealer, "phone") == "13000000033", "the first one's helper number stays with the first"
    helper.says("我报的")
    assert helper.hears("王桂兰", "季兆林", first.short_no, second.short_no)


def test_what_waits_half_told_is_on_her_list_and_never_in_another_form(county: County) -> None:
    helper = at_work(county)
    helper.says("替单桂荣办，女，81，独居，柳沟村二组", "下一户", "季兆林")
    assert helper.hears("【季兆林】")
    helper.says("不办了", "是", "谁还没报完")
    assert helper.hears("单桂荣")
    assert helper.hears_nothing_of("季兆林")


def test_an_assistant_gives_no_mark_for_her(county: County) -> None:
    helper = at_work(county)
    helper.says(GUILAN, "她愿意，录了一段", "都对")
    case = helper.case()
    helper.says("5")
    assert helper.hears("去了谁家"), "a number is the menu's"
    assert county.office.case(case.id).rating is None


# --- the books


def test_the_register_book_keeps_who_came_what_for_and_how_it_ended(county: County) -> None:
    helper = at_work(county)
    helper.says("4", "三组王奶奶", "问低保咋办", "1", "让她拿户口本来")
    assert helper.hears("当场答复")
    helper.says("登记簿 五组老周家房顶漏", "五组老周", "报镇上了")
    assert helper.hears("报给镇上了")
    entries = county.office.all(RegisterEntry)
    sealer = county.runtime.env.sealer
    assert [(row.get(sealer, "visitor"), row.outcome, row.village) for row in entries] == [
        ("三组王奶奶", "answered", BRIDGE), ("五组老周", "passed_up", BRIDGE),
    ]  # fmt: skip
    assert entries[0].get(sealer, "reply") == "让她拿户口本来"
    assert entries[1].passed_up_at is not None
    [alert] = [words for words in county.group_heard("town:02") if "村里报上来" in words]
    assert "老周" not in alert
    helper.says("看登记簿")
    assert helper.hears("三组王奶奶", "五组老周", "房顶漏")
    other = at_work(county, WILLOW, "willow")
    other.says("看登记簿")
    assert other.hears_nothing_of("王奶奶", "老周"), "another village's book is not hers"


def test_a_visit_is_kept_with_its_next_day_and_comes_back_on_her_list(county: County) -> None:
    helper = at_work(county)
    helper.says("走访", "李秀英家", "昨天", "老两口都好，就是缺煤", "11月18日")
    assert helper.hears("走访记下了", "11月18日")
    [visit] = county.office.all(Visit)
    assert (visit.visited_on, visit.next_on) == (dt.date(2026, 11, 3), dt.date(2026, 11, 18))
    helper.says("看走访")
    assert helper.hears("李秀英家", "11月18日（周三）")


def test_anybody_may_tell_of_somebody_in_need_and_hears_thanks_alone(county: County) -> None:
    helper = at_work(county)
    neighbour = county.somebody("neighbour")
    neighbour.says("石桥村三组张大爷家房子旧了没人问，反映一下")
    assert neighbour.hears("谢谢您说这个事", "不方便告诉您细节")
    [lead] = county.office.all(VillageReport)
    assert (lead.village, lead.status, lead.case_id) == (BRIDGE, "reported", None)
    assert helper.hears("有户人家有难处", "11月6日（周五）")
    assert any(words.startswith("【线索】") and "张大爷" not in words for words in county.group_heard("town:02"))
    helper.says("看线索")
    assert helper.hears("张大爷")
    helper.says("走访", "石桥村三组张大爷家", "今天", "人还行，房子得修", "不知道", "看线索")
    assert helper.hears("没有还没去看的线索")
    assert county.office.all(VillageReport)[0].visited_at is not None
    neighbour.says("看线索")
    assert neighbour.hears_nothing_of("张大爷家房子")


def test_a_death_is_looked_at_for_the_rest_of_the_household_and_the_family_hears_only_sympathy(
    county: County, person: Person
) -> None:
    person.says(*HER_WORDS, "对")
    case = person.case()
    helper = at_work(county, WILLOW)
    helper.says("有人去世", "赵玉柱", "昨天")
    assert helper.hears("记下了", "1件", "家里别人的照样往下办")
    assert person.hears("节哀")
    assert any("有人去世" in words and case.short_no in words for words in county.group_heard("town:02"))
    rung = county.office.all(Outgoing, Outgoing.message == "msg.staff_death_card", Outgoing.audience == "staff")
    assert [row.staff_id for row in rung] == [case.owner_id]
    assert "death_report" in county.office.journal(case.id)
    assert "clk_death_review" in county.office.running(case.id)
    assert county.office.case(case.id).status == "submitted", "the others' matters go on"


def test_a_death_in_another_village_touches_no_case_there(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    case = person.case()
    helper = at_work(county, BRIDGE)
    helper.says("有人去世", "赵玉柱", "昨天")
    assert helper.hears("记下了")
    assert helper.hears_nothing_of("1件")
    assert person.hears_nothing_of("节哀")
    assert "death_report" not in county.office.journal(case.id)


def test_two_of_the_same_name_and_no_family_is_told_of_a_death_that_may_be_the_others(
    county: County, person: Person
) -> None:
    person.says(*HER_WORDS, "对")
    neighbour = county.somebody("neighbour")
    neighbour.says(
        STORY.replace("老头子", "我"), "同意", "同意", "赵玉柱", number_of(85, 77), "13000000077", "柳沟村五组", "没有收入", "就一个人", "同意查", "对",
    )  # fmt: skip
    assert len(county.office.all(Case)) == 2
    helper = at_work(county, WILLOW)
    helper.says("有人去世", "赵玉柱", "昨天")
    assert helper.hears("2家有这个名字", "0900-")
    assert person.hears_nothing_of("节哀")
    assert neighbour.hears_nothing_of("节哀")
    assert any("同名的有2家" in words and "赵玉柱" not in words for words in county.group_heard("town:02"))
    for case in county.office.all(Case):
        assert "clk_death_review" not in county.office.running(case.id)


def test_a_name_nobody_has_is_kept_for_the_window_and_touches_no_case(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    helper = at_work(county, WILLOW)
    helper.says("有变化", "赵玉住", "儿子出去打工了")
    assert helper.hears("报给镇上了")
    [report] = county.office.all(VillageReport)
    assert (report.case_id, report.village) == (None, WILLOW)
    assert "change_report" not in county.office.journal(person.case().id)


def test_who_looks_after_two_villages_writes_in_the_book_of_the_one_she_names(county: County) -> None:
    helper = at_work(county)

    def give(tx: Tx, env: Env) -> None:
        staff = tx.session.get(Staff, assistant_of(county, BRIDGE).id)
        assert staff is not None
        staff.villages = [BRIDGE, WILLOW]
        tx.session.add(staff)

    county.office.act(give)
    helper.says(
        "登记簿", "柳沟村二组老周", "房顶漏", "报镇上了", "登记簿", "三组王奶奶", "问低保咋办", "告诉了材料和流程"
    )
    assert sorted(row.village or "" for row in county.office.all(RegisterEntry)) == [BRIDGE, WILLOW]
    helper.says("看登记簿")
    assert helper.hears("老周", "王奶奶")
    other = at_work(county, "379901102203", "third")
    other.says("看登记簿")
    assert other.hears_nothing_of("老周", "王奶奶")


def test_a_visit_closes_the_lead_of_that_home_and_no_other_of_the_same_group(county: County) -> None:
    helper = at_work(county)
    for told in ("石桥村三组张大爷家房子旧了没人问，反映一下", "石桥村三组孙奶奶家门窗坏了没人问，反映一下"):
        county.somebody(told[5:8]).says(told)
    helper.says("走访", "石桥村三组刘家", "今天", "挺好的", "不知道", "看线索")
    assert helper.hears("张大爷", "孙奶奶")
    helper.says("走访", "三组孙奶奶家", "今天", "送了药", "不知道", "看线索")
    assert helper.hears("张大爷")
    assert helper.hears_nothing_of("孙奶奶")


def test_who_is_let_go_in_the_middle_of_a_line_writes_nothing(county: County) -> None:
    helper = at_work(county)
    helper.says("登记簿", "三组王奶奶", "问低保咋办")
    county.office.act(disable, county.office.county, assistant_of(county, BRIDGE).id)
    helper.says("报镇上了")
    assert helper.hears("还没绑定", "0900-")
    assert county.office.all(RegisterEntry) == []


# --- her pages


def test_the_roster_shows_masked_names_of_her_own_villages_and_the_search_is_written_down(
    county: County, person: Person
) -> None:
    person.says(*HER_WORDS, "对")
    hers, other = at_work(county, WILLOW), at_work(county, BRIDGE, "bridge")
    hers.says("查人 赵")
    assert hers.hears("赵**", "柳沟村")
    assert hers.hears_nothing_of("赵玉柱", "379901")
    other.says("查人 赵")
    assert other.hears("没找到")
    looked = county.office.all(JournalEntry, JournalEntry.event == "roster_searched")
    assert [entry.data["found"] for entry in looked] == [1, 0]


def granted(county: County, person: Person, item: str, dept: str) -> Case:
    """She has had something since 1 December 2026."""
    person.says(*HER_WORDS, "对")
    case = person.case()
    county.window.accepts(case)
    [part] = county.window.sends(case, (item, dept))
    department = county.department(dept)
    department.signs(part, until="2026-11-18")
    department.grants(part, effective_date=dt.date(2026, 12, 1))
    return case


def test_a_benefit_that_a_year_has_nearly_passed_over_is_on_the_recheck_list(county: County, person: Person) -> None:
    case = granted(county, person, "dibao", "civil_affairs")
    helper = at_work(county, WILLOW)
    other = at_work(county, BRIDGE, "bridge")
    helper.says("该复核的")
    assert helper.hears("没有该复核的")
    county.clock.at += dt.timedelta(days=365)
    helper.says("该复核的")
    assert helper.hears("李**", "12月1日", case.short_no)
    assert helper.hears_nothing_of("李秀英")
    other.says("该复核的")
    assert other.hears("没有该复核的")


def rechecks(county: County) -> list[Outgoing]:
    return county.office.all(Outgoing, col(Outgoing.message).like("%recheck%"))


def test_the_morning_reminds_of_what_comes_up_once_a_year_and_only_whom_it_concerns(
    county: County, person: Person
) -> None:
    case = granted(county, person, "dibao", "civil_affairs")
    helper, other = at_work(county, WILLOW), at_work(county, BRIDGE, "bridge")
    county.the_morning_of("2027-10-29 周五")
    assert rechecks(county) == []
    county.the_morning_of("2027-11-01 周一")
    county.the_morning_of("2027-11-02 周二")
    desk, chat = sorted(rechecks(county), key=lambda row: row.audience, reverse=True)
    assert (desk.staff_id, desk.case_id) == (assistant_of(county, WILLOW).id, case.id)
    assert chat.message == "msg.recheck_for_you"
    assert helper.hears("有1户的待遇快满一年")
    assert helper.hears_nothing_of("李秀英", "低保"), "her phone may lie open"
    assert other.hears_nothing_of("快满一年")
    county.the_morning_of("2028-11-01 周三")
    assert len(rechecks(county)) == 4, "and again the year after"


def test_where_a_village_has_no_assistant_the_owner_of_the_case_is_reminded(county: County, person: Person) -> None:
    case = granted(county, person, "dibao", "civil_affairs")
    county.office.act(disable, county.office.county, assistant_of(county, WILLOW).id)
    county.the_morning_of("2027-11-05 周五")
    assert [row.staff_id for row in rechecks(county)] == [case.owner_id]


def test_what_is_given_once_is_never_looked_at_again(county: County, person: Person) -> None:
    granted(county, person, *ROOF)
    helper = at_work(county, WILLOW)
    county.the_morning_of("2027-11-05 周五")
    assert rechecks(county) == []
    helper.says("该复核的")
    assert helper.hears("没有该复核的")


def test_every_benefit_that_is_looked_at_again_is_in_the_catalogue(county: County) -> None:
    assert set(county.runtime.env.catalogue.items) >= RUNNING


def test_anybody_may_ask_who_helps_in_the_village(county: County) -> None:
    somebody = county.somebody("anybody")
    somebody.says("谁帮我们村")
    assert somebody.hears("协理员", assistant_of(county, BRIDGE).name, "0900-")


def test_a_stranger_who_knows_the_words_gets_nothing_of_the_station(county: County, person: Person) -> None:
    person.says(*HER_WORDS, "对")
    stranger = county.somebody("stranger")
    stranger.says("查人 赵", "看登记簿", "走访 赵玉柱家", "有人去世")
    assert county.office.all(Visit) == county.office.all(RegisterEntry) == county.office.all(VillageReport) == []
    assert stranger.hears_nothing_of("赵**", "柳沟村")
    assert [row.id for row in county.office.all(Case)] == [person.case().id]
