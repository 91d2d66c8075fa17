"""济历城民发〔2024〕17号, clause by clause."""

import datetime as dt

import pytest

from dialogs.catalogue import NotCovered, load_catalogue
from dialogs.catalogue.packs import load_pack
from tests.packs.ask import county_of, due, says

PACK = "licheng_2024"

#: Value by value: what the text says, where it says it, and whether the number is the text's own (`seed`) or fills a blank.
CLAUSES = [
    ("brand", "申请困难人员救助“一件事”", "标题", "seed"),
    # 三(一) 统一受理标准
    ("accepting_levels", ["town"], "三(一)", "seed"),
    ("forms", ["combined_application"], "三(一)", "seed"),
    ("wording_notice", "一张表单、一窗受理、一网通办、统一反馈", "三(一)", "seed"),
    # 三(二) 优化窗口服务
    ("acceptance_days", 1, "三(二)", "default"),
    ("supplement_days", 10, "三(二)", "default"),
    ("single_implementer_mode", "transfer", "三(二)", "seed"),
    ("multi_dept_mode", "direct_parallel", "三(二)", "seed"),
    ("dept_receive_days", 1, "三(二)", "default"),
    # 三(三) 数据共享
    ("materials_mode", "electronic", "三(三)", "seed"),
    # 三(四) 统一反馈结果
    ("receipt_days", 5, "三(四)", "default"),
    ("dept_feedback_days", 2, "三(四)", "default"),
    ("feedback_days", 2, "三(四)", "default"),
    ("objection_days", 10, "三(四)", "default"),
    # 四 职责分工, 六 工作要求
    ("dispatch_days", 1, "四 ", "default"),
    ("dibao_delegated", True, "四 ", "seed"),
    ("meeting_submit_days", 2, "六(三)", "default"),
    ("meeting_hold_days", 5, "六(三)", "default"),
    ("satisfaction_days", 7, "六(三)", "default"),
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


def test_3_3_papers_need_not_be_handed_in() -> None:
    """三(三) “实现更多申报材料“免提交””."""
    assert says(PACK, "materials_mode")[::2] == ("electronic", "seed")


def test_3_1_one_form_for_everything() -> None:
    """三(一) “对涉及到的社会救助服务事项申请表合并形成综合性表单”."""
    assert says(PACK, "forms")[::2] == (["combined_application"], "seed")


def test_3_2_the_window_distributes() -> None:
    """三(二) “受理后按照事项办理主体职责进行业务分发流转”."""
    assert says(PACK, "single_implementer_mode")[::2] == ("transfer", "seed")
    assert says(PACK, "multi_dept_mode")[::2] == ("direct_parallel", "seed")


def test_4_the_subdistrict_is_entrusted_so_dibao_is_decided_sooner() -> None:
    """四 “街道办事处受委托做好低保对象……认定”: 20 working days instead of 30."""
    assert says(PACK, "dibao_delegated")[::2] == (True, "seed")
    day = dt.date(2026, 11, 4)
    dibao = load_catalogue().items["dibao"]
    assert county_of(PACK).limit(dibao, day).days == 20
    assert county_of("shandong_2015").limit(dibao, day).days == 30


def test_4_promptly_sent_on() -> None:
    """四 “及时受理转办困难群众有关就业困难人员认定申请信息数据”: no number."""
    assert says(PACK, "dispatch_days")[::2] == (1, "default")
    assert due(PACK, "clk_dispatch", "2026-04-30 周四") == "2026-05-06"


def test_its_name_for_the_service() -> None:
    assert says(PACK, "brand")[0] == "申请困难人员救助“一件事”"


def test_the_day_before_it_was_signed_names_the_value() -> None:
    """“2024年10月18日”."""
    assert says(PACK, "dispatch_days", "2024-10-18")[0] == 1
    with pytest.raises(NotCovered, match=r"dispatch_days.*2024-10-17.*licheng_2024"):
        says(PACK, "dispatch_days", "2024-10-17")
