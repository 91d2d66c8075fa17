"""孟政发〔2023〕34号, clause by clause."""

import datetime as dt

import pytest

from dialogs.catalogue import NotCovered, load_catalogue
from dialogs.catalogue.packs import load_pack
from tests.packs.ask import county_of, due, env_of, says

PACK = "mengguji_2023"

#: Value by value: what the text says, where it says it, and whether the number is the text's own (`seed`) or fills a blank.
CLAUSES = [
    ("brand", "嘉·快救", "引言", "seed"),
    # 二(一) 镇平台
    ("acceptance_days", 1, "二(一)", "default"),
    ("dispatch_days", 1, "二(一)", "default"),
    ("dept_receive_days", 1, "二(一)", "default"),
    ("receipt_days", 5, "二(一)", "default"),
    ("dibao_delegated", True, "二(一)", "seed"),
    ("single_implementer_mode", "transfer", "二(一)", "seed"),
    ("materials_mode", "electronic", "二(一)", "seed"),
    ("accepting_levels", ["town"], "二(一)", "seed"),
    ("forms", ["dispatch_ledger", "station_log"], "二(一)", "seed"),
    # 二(二) 村工作站
    ("lead_visit_days", 2, "二(二)", "default"),
    ("death_report_hours", 24, "二(二)", "default"),
    # 三, 四
    ("multi_dept_mode", "direct_parallel", "三 ", "seed"),
    ("wording_notice", "小事不出村、大事不出镇", "四 ", "seed"),
    # 六(二) 首问负责、一次性告知、限时办结
    ("first_reply_minutes", 30, "六(二)", "default"),
    ("supplement_days", 10, "六(二)", "default"),
    ("dept_feedback_days", 2, "六(二)", "default"),
    ("feedback_days", 1, "六(二)", "default"),
    ("meeting_submit_days", 2, "六(二)", "default"),
    ("meeting_hold_days", 5, "六(二)", "default"),
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


def test_2_1_the_town_decides_by_delegation() -> None:
    """二(一) “承接县民政部门按程序委托下放的社会救助事项审批确认权限”."""
    assert says(PACK, "dibao_delegated")[::2] == (True, "seed")
    assert county_of(PACK).limit(load_catalogue().items["dibao"], dt.date(2026, 11, 4)).days == 20


def test_2_1_promptly_over_the_platform() -> None:
    """二(一) “能通过省社会救助综合管理信息平台转办的，及时通过平台转办”: no number."""
    assert says(PACK, "dispatch_days")[::2] == (1, "default")
    assert due(PACK, "clk_dispatch", "2026-02-13 周五") == "2026-02-14", "a Saturday that is worked"


def test_2_2_a_death_is_reported_at_once() -> None:
    """二(二) “对群众突发紧急困难情况及死亡人员情况要做到第一时间上报”."""
    value, clause, sure = says(PACK, "death_report_hours")
    assert (value, sure) == (24, "default") and "第一时间上报" in clause
    assert due(PACK, "clk_death_report", "2026-11-06 周五") == "2026-11-07", "hours do not wait for Monday"


def test_6_2_everything_is_told_at_once() -> None:
    """六(二) “一次性告知其所要办事项的依据、时限、程序、所需全部材料以及不予办理的理由”."""
    _, clause, _ = says(PACK, "supplement_days")
    assert clause.startswith("孟政发〔2023〕34号 六(二) “一次性告知")
    assert due(PACK, "clk_supplement", "2026-11-04 周三") == "2026-11-18"


def test_3_the_departments_get_their_parts_side_by_side() -> None:
    """三 “前台综合受理、后台分类审批和部门分办转办”."""
    assert says(PACK, "multi_dept_mode")[::2] == ("direct_parallel", "seed")


def test_2_its_books() -> None:
    """二(一) “逐一建立分办、转办工作台账登记簿”；二(二) “建立社会救助工作登记簿”."""
    assert says(PACK, "forms")[0] == ["dispatch_ledger", "station_log"]


def test_its_name_for_the_service() -> None:
    assert county_of(PACK).text("brand", env_of(PACK, "2026-11-04 周三").today) == "嘉·快救"


def test_the_day_before_it_was_signed_names_the_value() -> None:
    """“2023年12月12日”."""
    with pytest.raises(NotCovered, match=r"dispatch_days.*2023-12-11.*mengguji_2023"):
        says(PACK, "dispatch_days", "2023-12-11")
