"""A whole household in one message (domain 14.2), and several residents in a row who know nothing of each other."""

from __future__ import annotations

import datetime as dt

from backend.cases.tables import Case, Consent, HouseholdMember, Representation
from backend.cases.tables import Person as PersonRow
from tests.journeys.people import County, Person
from tests.journeys.test_station import at_work

GUILAN = (
    "给王桂兰办，石桥村3组17号，83了，身份证379901194305120026，她没手机，打我的13000008012。家里3口：她，她儿张建国55，"
    "肢体二级残证，37990119710318001X，打不了工；孙子张小宇16高一，379901201004020016。老太太养老金168，"
    "建国残补一个月180，闺女一年给两千。屋里漏雨，墙上有道缝。想办低保，看病也贵，孩子上学。"
)
#: What nobody would be asked twice.
ASKED = ("叫什么", "身份证号是多少", "住在哪", "电话是多少", "还有谁一块住", "多少收入")


def people_of(county: County, case: Case) -> list[tuple[str | None, str | None, str, str | None]]:
    """(name, identity number, relation, health) of a case's household, the applicant first."""
    sealer = county.runtime.env.sealer
    lines = county.office.all(HouseholdMember, HouseholdMember.household_id == case.household_id)
    found = []
    for line in sorted(lines, key=lambda one: one.position):
        [person] = county.office.all(PersonRow, PersonRow.id == line.person_id)
        found.append(
            (person.get(sealer, "name"), person.get(sealer, "id_number"), line.relation, line.get(sealer, "health"))
        )
    return found


def test_the_old_woman_her_son_and_her_grandson_are_filed_in_four_messages(county: County) -> None:
    helper = at_work(county)
    helper.says(GUILAN)
    assert helper.hears("【王桂兰】", "有没有危险"), "the crack in the wall comes first"
    assert helper.hears_nothing_of(*ASKED)
    helper.says("缝窄，能住，镇上修过。她愿意，我录一段你听。建国和孩子也同意查收入，都录了。")
    assert helper.hears("【王桂兰】", "张建国", "张小宇", "我念一遍")
    assert helper.hears_nothing_of(*ASKED)
    helper.says("都对，交吧")
    case = helper.case()
    assert helper.hears("【王桂兰】", "交上去了", "一次给您说全")
    assert (case.village, case.channel_in, case.emergency_code) == ("379901102201", "bot_assistant", None)
    assert set(case.needs) >= {"need_living", "need_medical_fee", "need_tuition", "need_house_repair"}
    assert [one["code"] for one in case.hardships] == ["severe_disability"]
    assert people_of(county, case) == [
        ("王桂兰", "379901194305120026", "self", None),
        ("张建国", "37990119710318001X", "son", "肢体二级残证"),
        ("张小宇", "379901201004020016", "grandson", "高一"),
    ]


HOUSEHOLDS = (
    (GUILAN, ("王桂兰", "张建国", "张小宇")),
    (
        "替季兆林办，46，柳沟村二组，379901198003150017，13000000033。工地断了腿没收入，看病欠债，就他一个人。他同意，有人见证",
        ("季兆林",),
    ),
    (
        "替单桂荣办，女，81，独居，柳沟村二组，没低保，电话13000000044。她养老金150，走不动了想有人照看，她愿意，签了字",
        ("单桂荣",),
    ),
)
#: What is asked, by words of the question, and what she answers.
ANSWERS = {
    "我念一遍": "都对", "有没有危险": "缝窄，能住。她愿意，录了一段", "还有谁": "没有了", "挣多少钱": "没有收入",
    "是下面哪一种": "别的困难", "身份证号是多少": "不在手边", "是怎么个情况": "不在手边",
}  # fmt: skip


def finish(helper: Person) -> Case:
    """Answer what is asked until it is handed in."""
    helper.case_no = None
    for _ in range(10):
        screen = "\n".join(helper.looks())
        helper.says(next(answer for words, answer in ANSWERS.items() if words in screen))
        if helper.case_no is not None:
            return helper.case()
    raise AssertionError(f"still not handed in:\n{screen}")


def test_three_households_in_a_row_keep_their_own_people_yes_and_number(county: County) -> None:
    helper = at_work(county)
    cases = []
    for number, (told, _) in enumerate(HOUSEHOLDS):
        if number:
            helper.says("下一户")
        helper.says(told)
        cases.append(finish(helper))
    assert len({case.id for case in cases}) == 3
    sealer = county.runtime.env.sealer
    for case, (_, names) in zip(cases, HOUSEHOLDS, strict=True):
        whose = names[0]
        people = people_of(county, case)
        assert tuple(name for name, *_ in people) == names, whose
        others = {name for _, listed in HOUSEHOLDS for name in listed} - set(names)
        assert not [name for name in others if name in (case.get(sealer, "difficulty") or "")], whose
        [mandate] = county.office.all(Representation, Representation.case_id == case.id)
        assert mandate.principal_id == case.applicant_id
        assert {row.person_id for row in county.office.all(Consent, Consent.case_id == case.id)} == {case.applicant_id}
    proofs = [county.office.all(Representation, Representation.case_id == case.id)[0].proof for case in cases]
    assert proofs == ["voice", "witness", "signature"], "nobody's yes is taken for another's"


def test_the_same_button_twice_files_once(county: County) -> None:
    helper = at_work(county)
    helper.says(GUILAN, "缝窄，能住。她愿意，录了一段")
    helper.says("都对", "都对")
    assert helper.hears_nothing_of("交上去了")
    assert len(county.office.all(Case)) == 1


def test_days_later_the_second_household_begins_empty_and_the_half_told_one_goes_on(county: County) -> None:
    helper = at_work(county)
    helper.says("替单桂荣办，女，81，独居，柳沟村二组，养老金150，她愿意，签了字")
    county.clock.at += dt.timedelta(days=5)
    helper.says(GUILAN)
    assert helper.hears("【王桂兰】", "单桂荣")
    case = finish(helper)
    assert [name for name, *_ in people_of(county, case)] == ["王桂兰", "张建国", "张小宇"]
    helper.says("单桂荣")
    assert helper.hears("【单桂荣】")
    assert helper.hears_nothing_of("王桂兰", "石桥")


def test_her_own_name_one_letter_off_is_put_right_and_called_by_its_name(person: Person) -> None:
    person.says("老伴住院花了两万，没钱了", "1", "同意", "同意", "李秀莲", "不知道", "不在手边", "13000000001")
    person.says("柳沟村二组", "一个月168", "老伴赵玉柱，71岁，没收入", "名字不对，我叫李秀英")
    assert person.hears("改好了：名字")
    assert person.hears_nothing_of("改好了：家里人")
