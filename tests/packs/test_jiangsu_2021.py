"""江苏省地方标准《社会救助联动工作规范》, clause by clause."""

import datetime as dt

import pytest

from dialogs.catalogue import Facts, NotCovered, load_catalogue
from dialogs.catalogue.packs import load_pack
from dialogs.notice import materials_for
from tests.packs.ask import county_of, due, says

PACK = "jiangsu_2021"

#: Value by value: what the text says, where it says it, and whether the number is the text's own (`seed`) or fills a blank.
CLAUSES = [
    ("brand", "社会救助联动", "3.1", "seed"),
    ("accepting_levels", ["village", "town", "county"], "5.1.1", "seed"),
    ("acceptance_days", 1, "5.2", "default"),
    ("wording_refusal", "及时告知申请人并说明理由", "5.2", "seed"),
    ("single_implementer_mode", "transfer", "5.3", "seed"),
    ("meeting_submit_days", 2, "5.3", "default"),
    ("multi_dept_mode", "joint_plan", "5.4", "seed"),
    ("materials_mode", "carry", "5.4", "seed"),
    ("dept_receive_days", 1, "5.4", "default"),
    ("meeting_hold_days", 5, "5.4", "default"),
    ("dibao_delegated", False, "5.4", "default"),
    ("receipt_days", 5, "5.5", "default"),
    ("dept_feedback_days", 1, "5.6", "default"),
    ("forms", ["item_list", "statistics"], "6.1.3.1", "seed"),
    ("supplement_days", 10, "6.1.3.2", "default"),
    ("dispatch_days", 1, "6.2.2", "default"),
    ("feedback_days", 1, "6.2.2", "default"),
    ("satisfaction_days", 7, "6.3.6", "default"),
]


@pytest.mark.parametrize(
    ("key", "value", "clause", "sure"), CLAUSES, ids=[f"{row[2].strip()} {row[0]}" for row in CLAUSES]
)
def test_a_value_and_the_clause_it_comes_from(key: str, value: object, clause: str, sure: str) -> None:
    found, ground, confidence = says(PACK, key)
    assert (found, confidence) == (value, sure)
    assert ground.startswith(f"{load_pack(PACK).document} {clause}")


def test_no_value_stands_in_the_pack_that_was_not_looked_up_in_the_text() -> None:
    assert sorted(load_pack(PACK).by_key) == sorted(key for key, *_ in CLAUSES)


def test_5_1_1_three_levels_accept() -> None:
    """5.1.1 “县（市、区）、乡镇（街道）、村（社区）三级社会救助服务窗口应提供社会救助咨询、登记、申请等服务”."""
    assert says(PACK, "accepting_levels")[::2] == (["village", "town", "county"], "seed")


def test_5_3_one_responsible_is_sent_straight_on() -> None:
    """5.3 “对实施主体明确的救助申请……派单至相应的县（市、区）主管部门进行处理”."""
    assert says(PACK, "single_implementer_mode")[::2] == ("transfer", "seed")


def test_5_4_two_or_more_are_planned_by_the_joint_meeting_office() -> None:
    """5.4 “如涉及两个（含）以上主管部门共同办理的……由社会救助联席会议办公室牵头，明确……联动救助方案”."""
    value, clause, sure = says(PACK, "multi_dept_mode")
    assert (value, sure) == ("joint_plan", "seed") and " 5.4 " in clause


def test_5_4_papers_are_carried_but_never_those_that_can_be_looked_up() -> None:
    """5.4 “应告知申请人携带相关材料前往相应地点办理”; 社会救助法 第62条 stays above it."""
    day = dt.date(2026, 11, 3)
    told = materials_for(["rural_house_repair"], Facts(), load_catalogue(), county_of(PACK), day)
    supply = {one.code: one.supply for one in told}
    assert supply["mat_house_photo"] == "original"
    assert supply["mat_household_register"] == "we_fetch"


def test_6_2_2_promptly_is_one_working_day_until_the_county_says_otherwise() -> None:
    """6.2.2 “工作人员应及时处理申请诉求”: no number, so it is marked as ours."""
    value, clause, sure = says(PACK, "dispatch_days")
    assert (value, sure) == (1, "default") and "未写天数" in clause
    assert due(PACK, "clk_dispatch") == "2026-09-30"


def test_the_day_before_it_came_into_force_names_the_value() -> None:
    """“2021-04-04 实施”."""
    assert says(PACK, "multi_dept_mode", "2021-04-04")[0] == "joint_plan"
    with pytest.raises(NotCovered, match=r"multi_dept_mode.*2021-04-03.*jiangsu_2021"):
        says(PACK, "multi_dept_mode", "2021-04-03")
