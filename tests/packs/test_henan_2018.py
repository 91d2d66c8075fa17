"""豫民文〔2018〕250号, clause by clause. Its X and XX are blanks; what stands in for them says so."""

import datetime as dt

import pytest

from dialogs.catalogue import NotCovered
from dialogs.catalogue.packs import load_pack
from tests.packs.ask import county_of, due, says

PACK = "henan_2018"

#: Value by value: what the text says, where it says it, and whether the number is the text's own (`seed`) or fills a blank.
CLAUSES = [
    # 附件3 受理窗口工作职责
    ("acceptance_days", 1, "附件3第3条", "default"),
    ("supplement_days", 10, "附件3第3条", "default"),
    ("dibao_delegated", False, "附件3第3条", "default"),
    ("meeting_submit_days", 2, "附件3第6条", "default"),
    ("meeting_hold_days", 5, "附件3第6条", "default"),
    # 附件4 分办（转办）制度: the X of 第2条 and 第4条 are blanks
    ("single_implementer_mode", "transfer", "附件4第1条", "seed"),
    ("multi_dept_mode", "direct_parallel", "附件4第1条", "default"),
    ("dispatch_days", 2, "附件4第2条", "default"),
    ("dept_feedback_days", 2, "附件4第3条", "default"),
    ("feedback_days", 2, "附件4第4条", "default"),
    ("archive_days", 10, "附件4第6条", "default"),
    ("bulletin_days", 5, "附件4第6条", "default"),
    # the forms
    ("dept_receive_days", 1, "附件5", "default"),
    ("wording_acceptance", "如无特殊情况我们将在{days}个工作日内回复", "附件6", "seed"),
    ("wording_slip_note", "此通知书为您本次申请的受理凭证，不作为最终审批的依据", "附件6", "seed"),
    ("receipt_days", 5, "附件7", "default"),
    ("materials_mode", "carry", "附件7", "seed"),
    (
        "forms",
        ["register", "acceptance_slip", "transfer_slip", "feedback_slip", "statistics"],
        "附件5、6、7、8、9",
        "seed",
    ),
    # 一
    ("accepting_levels", ["town", "county"], "一 ", "default"),
    ("brand", "一门受理、协同办理", "一 ", "seed"),
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


@pytest.mark.parametrize(
    ("key", "words", "clock", "day"),
    [
        ("dispatch_days", "附件4第2条 “应在申请材料齐备后X个工作日内转出，不得积压”", "clk_dispatch", "2026-10-08"),
        (
            "feedback_days",
            "附件4第4条 “应在接到办理结果X个工作日内反馈给申请对象”",
            "clk_window_feedback",
            "2026-10-08",
        ),
        ("receipt_days", "附件7 “在XX个工作日内寄回受理单位”", "clk_return_receipt", "2026-10-12"),
    ],
)
def test_a4_a7_a_blank_is_filled_and_marked_as_filled(key: str, words: str, clock: str, day: str) -> None:
    """附件4第2条、第4条 “X个工作日”, 附件7 “XX个工作日”."""
    _, clause, sure = says(PACK, key)
    assert clause.startswith(f"豫民文〔2018〕250号 {words}") and sure == "default"
    assert due(PACK, clock) == day


def test_a7_the_applicant_takes_the_notice_to_the_department() -> None:
    """附件7 “申请人持本通知直接到转办部门办理”."""
    assert says(PACK, "materials_mode")[::2] == ("carry", "seed")
    assert county_of(PACK).materials_mode("housing", dt.date(2026, 9, 29)) == "carry"


def test_a4_1_the_window_sends_it_on() -> None:
    """附件4第1条 “受理窗口将社会救助申请事项转交给相关部门处理”."""
    assert says(PACK, "single_implementer_mode")[::2] == ("transfer", "seed")


def test_a5_to_a9_its_forms() -> None:
    """附件5登记表、附件6受理单、附件7转办单、附件8反馈单、附件9统计表."""
    forms, _, sure = says(PACK, "forms")
    assert (forms, sure) == (["register", "acceptance_slip", "transfer_slip", "feedback_slip", "statistics"], "seed")


def test_a6_what_the_slip_says() -> None:
    """附件6 “此通知书为您本次申请的受理凭证，不作为最终审批的依据”."""
    assert says(PACK, "wording_slip_note")[0] == "此通知书为您本次申请的受理凭证，不作为最终审批的依据"


def test_a_day_before_it_held_names_the_value() -> None:
    with pytest.raises(NotCovered, match=r"receipt_days.*2018-12-31.*henan_2018"):
        says(PACK, "receipt_days", "2018-12-31")
