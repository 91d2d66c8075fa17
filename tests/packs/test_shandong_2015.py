"""鲁民〔2015〕65号, clause by clause."""

import datetime as dt

import pytest

from dialogs.catalogue import NotCovered
from dialogs.catalogue.packs import load_pack
from tests.packs.ask import county_of, due, says

PACK = "shandong_2015"

#: Value by value: what the text says, where it says it, and whether the number is the text's own (`seed`) or fills a blank.
CLAUSES = [
    # 三(一) 窗口
    ("accepting_levels", ["town", "county"], "三(一)", "seed"),
    ("forms", ["application", "acceptance_slip", "transfer_slip", "feedback_slip", "ledger"], "三(一)", "seed"),
    ("brand", "一门受理、协同办理", "三(一)", "seed"),
    ("receipt_days", 5, "三(一)", "default"),
    # 三(二) 实施主体
    ("dibao_delegated", False, "三(二)1", "default"),
    # 三(三)1 受理
    ("acceptance_days", 1, "三(三)1", "default"),
    ("single_implementer_mode", "advise", "三(三)1", "seed"),
    ("multi_dept_mode", "direct_parallel", "三(三)1", "seed"),
    ("materials_mode", "electronic", "三(三)1", "default"),
    # 三(三)2 转办
    ("dispatch_days", 2, "三(三)2", "seed"),
    ("dept_receive_days", 1, "三(三)2", "default"),
    ("redispatch_days", 1, "三(三)2", "default"),
    ("meeting_submit_days", 2, "三(三)2", "default"),
    ("charity_reply_days", 10, "三(三)2", "default"),
    # 三(三)3 跟踪和反馈
    ("dept_feedback_days", 2, "三(三)3", "seed"),
    ("feedback_days", 2, "三(三)3", "default"),
    ("satisfaction_days", 7, "三(三)3", "default"),
    ("wording_refusal", "书面通知申请人并说明理由", "三(三)3", "seed"),
    # 三(四), 四
    ("meeting_hold_days", 5, "三(四)", "default"),
    ("bulletin_days", 5, "四(一)", "default"),
    ("supplement_days", 10, "四(三)", "default"),
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


def test_3_3_2_sent_on_within_two_working_days() -> None:
    """三(三)2 “对有实施主体的救助申请，在2个工作日内转交相关部门办理”."""
    value, clause, sure = says(PACK, "dispatch_days")
    assert (value, sure) == (2, "seed")
    assert clause == "鲁民〔2015〕65号 三(三)2 “在2个工作日内转交相关部门办理”"
    assert due(PACK, "clk_dispatch") == "2026-10-08"


def test_3_3_3_the_result_within_two_days_of_deciding() -> None:
    """三(三)3 “在办结完成2日内将处理结果反馈救助申请人和服务窗口”: 日, not 工作日."""
    value, clause, sure = says(PACK, "dept_feedback_days")
    assert (value, sure) == (2, "seed") and "办结完成2日内" in clause
    assert due(PACK, "clk_dept_feedback", "2026-11-04 周三") == "2026-11-06"
    assert due(PACK, "clk_dept_feedback") == "2026-10-08", "10-01 is a holiday, so the end moves on"


def test_3_3_1_the_applicant_is_advised_to_go_to_the_one_responsible_herself() -> None:
    """三(三)1 “建议申请人直接向实施部门提交申请”; the sample county settled for itself to send it on."""
    assert says(PACK, "single_implementer_mode")[0] == "advise"
    assert county_of(PACK).text("single_implementer_mode", dt.date(2026, 9, 29)) == "transfer"


def test_3_3_1_several_responsible_the_window_registers_and_sends() -> None:
    """三(三)1 “对于申请事项涉及多个实施主体或实施主体不明确的，服务窗口应予登记受理”."""
    assert says(PACK, "multi_dept_mode")[::2] == ("direct_parallel", "seed")


def test_3_1_county_bureaux_and_townships_accept() -> None:
    """三(一) “县级民政部门和乡镇人民政府（街道办事处）要……设立……社会救助服务窗口”."""
    assert says(PACK, "accepting_levels")[::2] == (["town", "county"], "seed")


def test_a_day_before_it_held_names_the_value() -> None:
    """The number says 2015 and the text no day, so the first day it answers for is the next New Year."""
    with pytest.raises(NotCovered, match=r"dispatch_days.*2015-12-31.*shandong_2015"):
        says(PACK, "dispatch_days", "2015-12-31")
