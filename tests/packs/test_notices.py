"""What a person reads changes with the document her county follows: the way, the days, the papers, the doors, the clause."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from bot import notice_sheet
from bot.bootstrap import renderer_of
from dialogs.catalogue import County, Facts, load_catalogue
from dialogs.catalogue.packs import load_pack, pack_names
from dialogs.catalogue.wording import slip_words
from dialogs.notice import OneTimeNotice, build_notice
from tests.packs.ask import county_of

DAY = dt.date(2026, 11, 4)
CATALOGUE = load_catalogue()


def read(county: County, *items: str, facts: Facts | None = None) -> str:
    """The notice as she reads it."""
    notice = build_notice(items, facts or Facts(), CATALOGUE, county, DAY)
    render = renderer_of("zh_CN", CATALOGUE, county)
    return notice_sheet.as_text(render, notice_sheet.of(render, notice, CATALOGUE.photo_rules))


def told(county: County, *items: str) -> OneTimeNotice:
    return build_notice(items, Facts(), CATALOGUE, county, DAY)


def without_own(county: County, key: str) -> County:
    """The county without what it settled for itself."""
    return msgspec.structs.replace(county, settings=tuple(row for row in county.settings if row.key != key))


def test_sd_3_3_1_she_is_told_that_going_there_herself_is_quickest_and_may_still_have_it_sent() -> None:
    """三(三)1 “建议申请人直接向实施部门提交申请……对于要求转办的”."""
    text = read(without_own(county_of("shandong_2015"), "single_implementer_mode"), "rural_house_repair")
    assert "直接去最快：建设路22号，电话0900-0000205。不想跑就跟我说，窗口替您转。" in text
    assert "依据：鲁民〔2015〕65号 三(三)1 “建议申请人直接向实施部门提交申请”" in text


def test_lc_3_2_she_need_not_go_anywhere() -> None:
    """三(二) “受理后按照事项办理主体职责进行业务分发流转”."""
    county = without_own(county_of("licheng_2024"), "single_implementer_mode")
    text = read(county, "rural_house_repair")
    assert "窗口替您转过去" in text and "直接去最快" not in text
    assert "依据：济历城民发〔2024〕17号 三(二) “受理后按照事项办理主体职责进行业务分发流转”" in text


def test_js_5_4_two_departments_plan_together_first() -> None:
    text = read(county_of("jiangsu_2021"), "rural_house_repair", "medical_aid")
    assert "先由他们坐到一起商量好怎么帮，再一起办" in text
    assert "5.4 “由社会救助联席会议办公室牵头" in text
    assert "窗口同时替您转过去" in read(county_of("shandong_2015"), "rural_house_repair", "medical_aid")


def test_art_50_an_emergency_is_planned_nowhere() -> None:
    """社会救助法 第50条: help first."""
    text = read(county_of("jiangsu_2021"), "rural_house_repair", "medical_aid", facts=Facts(emergency=True))
    assert "商量" not in text and "依据：社会救助法 第50条" in text


def test_what_the_township_does_itself_is_sent_nowhere() -> None:
    text = read(county_of("shandong_2015"), "dibao")
    assert "镇上自己就能办" in text and "转给管事的部门" not in text


@pytest.mark.parametrize(
    ("pack", "days", "clause"),
    [
        ("henan_2018", "2个工作日内转给管事的部门", ""),
        ("shandong_2015", "2个工作日内转给管事的部门", "鲁民〔2015〕65号 三(三)2 “在2个工作日内转交相关部门办理”"),
        ("jiangsu_2021", "1个工作日内转给管事的部门", ""),
        ("licheng_2024", "1个工作日内转给管事的部门", ""),
        ("mengguji_2023", "1个工作日内转给管事的部门", ""),
    ],
)
def test_she_is_told_the_days_and_a_clause_only_where_the_document_gives_the_number(
    pack: str, days: str, clause: str
) -> None:
    """X个工作日 (HN 附件4第2条) and 及时 (JS 6.2.2, LC 四, MG 二(一)) are no numbers; SD 三(三)2 is one."""
    county = county_of(pack)
    assert days in read(county, "rural_house_repair")
    [rule] = [rule for rule in told(county, "rural_house_repair").rules if rule.key == "dispatch_days"]
    assert rule.ground == clause


@pytest.mark.parametrize(
    ("pack", "papers"),
    [
        ("henan_2018", ("acceptance_slip",)),  # 附件6
        ("shandong_2015", ("application", "acceptance_slip")),  # 三(一) 申请、受理表格
        ("jiangsu_2021", ()),  # no form that passes through her hands
        ("licheng_2024", ("combined_application",)),  # 三(一) 综合性表单
        ("mengguji_2023", ()),  # 二 books of the office
    ],
)
def test_the_papers_that_pass_through_her_hands(pack: str, papers: tuple[str, ...]) -> None:
    found = [rule.codes for rule in told(county_of(pack), "dibao").rules if rule.key == "forms"]
    assert found == ([papers] if papers else [])


@pytest.mark.parametrize(
    ("pack", "doors", "center"),
    [
        ("shandong_2015", "镇上的窗口、县里的窗口", True),  # 三(一)
        ("jiangsu_2021", "村里的服务站、镇上的窗口、县里的窗口", True),  # 5.1.1
        ("licheng_2024", "镇上的窗口", False),  # 三(一) 街道
        ("mengguji_2023", "镇上的窗口", False),  # 二(一)
    ],
)
def test_which_doors_take_it_in(pack: str, doors: str, center: bool) -> None:
    text = read(county_of(pack), "dibao")
    assert f"能收申请的地方：{doors}。" in text
    assert ("云山县社会救助中心在云山县人民路1号" in text) is center


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        ("henan_2018", "一门受理、协同办理"),
        ("shandong_2015", "一门受理、协同办理"),
        ("jiangsu_2021", "社会救助联动"),
        ("licheng_2024", "申请困难人员救助“一件事”"),
        ("mengguji_2023", "嘉·快救"),
    ],
)
def test_what_the_service_is_called(pack: str, name: str) -> None:
    assert f"这项服务叫{name}。" in read(county_of(pack), "dibao")


@pytest.mark.parametrize("pack", pack_names())
def test_no_other_places_document_is_a_ground_here(pack: str) -> None:
    """A county in Henan is not bound by a notice from Shandong; what is left always has a ground."""
    county = county_of(pack)
    others = [load_pack(name) for name in pack_names() if name != pack]
    for code in CATALOGUE.open_items():
        notice = told(county, code)
        assert all(item.basis for item in notice.items), code
        shown = [basis.text for item in notice.items for basis in item.basis]
        shown += [item.time.ground for item in notice.items] + [rule.ground for rule in notice.rules]
        foreign = [text for text in shown for other in others if other.document in text or other.title in text]
        assert foreign == [], code


def test_a6_the_slip_says_it_in_the_words_of_the_annex() -> None:
    """HN 附件6 “如无特殊情况我们将在__个工作日内回复”，“此通知书为您本次申请的受理凭证，不作为最终审批的依据”."""
    assert slip_words(county_of("henan_2018"), 32, DAY) == (
        "如无特殊情况我们将在32个工作日内回复",
        "此通知书为您本次申请的受理凭证，不作为最终审批的依据",
    )
    assert slip_words(county_of("licheng_2024"), 32, DAY) == ()


def test_a_notice_from_before_there_were_rules_still_opens() -> None:
    now = msgspec.json.decode(msgspec.json.encode(told(county_of("shandong_2015"), "dibao")))
    del now["rules"], now["also"]
    for item in now["items"]:
        del item["time"]["ground"]
    old = msgspec.json.decode(msgspec.json.encode(now), type=OneTimeNotice)
    assert old.rules == () and old.items[0].time.ground == ""
