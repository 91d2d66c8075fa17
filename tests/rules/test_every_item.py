"""Every item is told whole: to who asks, on the notice, and to who is refused (MG 6(2), JS 6.1.3, domain 3.10, 13.1)."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import msgspec
import pytest

from bot import notice_sheet
from bot.bootstrap import renderer_of
from dialogs.catalogue import Facts, NotCovered, load_catalogue, load_county
from dialogs.catalogue.check import problems
from dialogs.catalogue.grounds import item_grounds, valid_here
from dialogs.catalogue.parts import SHOWABLE
from dialogs.guide import Guide
from dialogs.notice import OneTimeNotice, build_notice
from dialogs.terms import Line, Term
from locales.lint import lint_text, tone

CATALOGUE = load_catalogue()
COUNTY = load_county("yunshan")
GUIDE = Guide(CATALOGUE, COUNTY)
DAY = dt.date(2026, 11, 24)
RENDER = {language: renderer_of(language, CATALOGUE, COUNTY) for language in ("zh_CN", "en")}
ITEMS = sorted(CATALOGUE.open_items())
HOUSEHOLDS = [
    (item.code, example.name, example.facts) for item in CATALOGUE.items.values() for example in item.examples
]


def notice_of(code: str, facts: Facts | None = None) -> OneTimeNotice:
    return build_notice(
        (code,), facts or Facts(items=frozenset({code})), CATALOGUE, COUNTY, DAY, village="379901102201"
    )


def sheet_of(notice: OneTimeNotice, language: str = "zh_CN") -> list[str]:
    render = RENDER[language]
    return notice_sheet.as_text(render, notice_sheet.of(render, notice, CATALOGUE.photo_rules)).splitlines()


def grumbles(lines: list[str]) -> list[str]:
    """What a reader would stumble on; names of documents, and the clause beside a rule, stand as they are written."""
    rules = tone("zh_CN")
    brand = COUNTY.text("brand", DAY) if COUNTY.says("brand", DAY) is not None else "-"
    read = [line for line in lines if not line.strip().startswith("依据") and brand not in line]
    return [f"{line}: {found}" for line in read for found in lint_text(line, rules)]


def test_these_ears_hear_office_words_and_long_breaths() -> None:
    assert grumbles(["窗口受理以后15个工作日内办结"]) and grumbles(["说" * 41])
    assert grumbles(["《最低生活保障审核确认办法》（民发〔2021〕57号）"]) == []


# --- who asks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ITEMS)
def test_a_question_about_it_by_any_of_its_names_is_answered_with_its_own(code: str) -> None:
    item = CATALOGUE.items[code]
    for name in (item.plain_name.partition("（")[0], item.name):
        said = GUIDE.answer(f"{name}怎么办？", DAY)
        assert [one.key for one in said[:2]] == ["tell.guide.what", "tell.guide.how"], name
        assert said[0].params["item"] == Term("item", code) or Term("item", code) in [
            one.params.get("item") for one in said
        ], name


@pytest.mark.parametrize("code", ITEMS)
def test_the_answer_says_what_to_bring_how_long_who_where_and_by_what(code: str) -> None:
    item = CATALOGUE.items[code]
    what, how = (RENDER["zh_CN"].reply("m", say).text for say in GUIDE.about(code, DAY))
    limit = COUNTY.limit(item, DAY)
    contact = COUNTY.contact(item.department)
    assert item.eligible.split("。")[0] in what
    assert str(limit.days) in how
    assert contact is not None and contact.phone in how
    assert re.search("找哪儿|不用申请|由医院去办", how), "where to go"
    shown = [basis.text for basis in item_grounds(item, COUNTY, DAY)]
    assert any(text in how for text in shown) or not shown
    for basis in item.basis:
        if basis.confidence not in SHOWABLE or not basis.holds_on(DAY) or not valid_here(basis.text, COUNTY.rules):
            others = [other.text for other in item_grounds(item, COUNTY, DAY)]
            assert basis.text in others or basis.text not in how, basis.text
    assert grumbles(f"{what}\n{how}".splitlines()) == []


def test_no_item_promises_anything() -> None:
    for code in ITEMS:
        said = "".join(RENDER["zh_CN"].reply("m", say).text for say in GUIDE.about(code, DAY))
        assert not re.search(r"(?:一定|肯定|保证)(?:能|会|给|批)|\d+元", said), code


# --- the notice -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "name", "facts"), HOUSEHOLDS, ids=[f"{code}: {name}" for code, name, _ in HOUSEHOLDS])
def test_the_notice_lists_each_paper_once_and_speaks_plainly(code: str, name: str, facts: Facts) -> None:
    notice = notice_of(code, facts)
    papers = Counter(one.code for one in notice.materials)
    assert [paper for paper, times in papers.items() if times > 1] == []
    named = [RENDER["zh_CN"].term("material", one.code) for one in notice.materials]
    assert len(named) == len(set(named)), "two papers of one name are one paper to her"
    lines = sheet_of(notice)
    assert grumbles(lines) == []
    assert not any(re.search(r"[{}]|@other|\bmat_|\bem_|None", line) for line in lines)


@pytest.mark.parametrize("code", ITEMS)
def test_the_notice_has_the_six_elements_and_where_when_and_whom_to_ask(code: str) -> None:
    item = CATALOGUE.items[code]
    notice = notice_of(code)
    told = notice.items[0]
    text = "\n".join(sheet_of(notice))
    assert told.basis, "依据"
    assert item.eligible.split("。")[0] in text, "条件"
    assert all(step.do in text for step in told.steps) and told.steps, "程序"
    assert str(told.time.days) in text, "时限"
    for one in notice.materials:
        if not one.optional:
            assert RENDER["zh_CN"].term("material", one.code) in text, "全部材料"
    assert all(CATALOGUE.refusals[ground].beforehand in text for ground in told.refusals) and told.refusals, (
        "不予的理由"
    )
    assert notice.place.address in text and notice.place.hours in text and notice.place.phone in text
    assert told.applies and "谁去办" in text
    assert notice.place.supervision_phone in text


@pytest.mark.parametrize("code", ITEMS)
def test_what_is_photographed_has_a_sample_and_the_usual_mistake(code: str) -> None:
    for one in notice_of(code).materials:
        if one.supply == "photo":
            assert one.accepted and CATALOGUE.photo_rules.get(one.photo_rule), one.code
        if one.supply in ("photo", "sign", "original"):
            assert one.who_has, one.code


@pytest.mark.parametrize("code", ITEMS)
def test_english_has_every_word_of_its_own(code: str) -> None:
    text = "\n".join(sheet_of(notice_of(code), "en"))
    assert not re.search(r"[{}]|@other|\bmat_", text)
    assert RENDER["en"].term("item", code) in text


# --- the office that decides ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ITEMS)
def test_it_goes_to_an_office_of_the_county_with_two_people_who_answer(code: str) -> None:
    item = CATALOGUE.items[code]
    contact = COUNTY.contact(item.department)
    assert contact is not None and CATALOGUE.departments[item.department].takes_transfers
    people = {person.code: person for person in COUNTY.people}
    for login in (contact.liaison, contact.backup):
        assert people[login].department == item.department, login
    assert contact.phone and contact.address


@pytest.mark.parametrize("code", ITEMS)
def test_every_refusal_has_reason_ground_remedy_and_what_comes_next(code: str) -> None:
    item = CATALOGUE.items[code]
    usual = CATALOGUE.departments[item.department].remedy_type
    remedy = COUNTY.remedy(item, usual, DAY)
    fitting = [one for one in CATALOGUE.refusals.values() if not one.items or code in one.items]
    assert {one.code for one in fitting} >= set(item.refusals)
    ground = [basis.text for basis in item_grounds(item, COUNTY, DAY)]
    for refusal in fitting:
        detail = "去年社保和今年的流水都看过了"
        reason = Line("why.refused", {"ground": Term("refusal", refusal.code), "detail": detail})
        grounds = "\n".join(dict.fromkeys((*ground, *refusal.grounds_on(DAY))))
        for language, render in RENDER.items():
            text = render.text(
                "msg.result_refused",
                {
                    "called": "王奶奶", "item": Term("item", code), "dept": Term("dept", item.department),
                    "reason": reason if refusal.code != "other" else detail, "basis": grounds or "《社会救助法》",
                    "after": Term("after", refusal.code), "reapply": "情况变了随时来",
                    "remedy": Line(f"remedy.{remedy}", {"reconsider_org": "县政府", "court": "县法院", "org": "县残联"}),
                    "handler": "孙", "phone": "0900-0000205", "others": "",
                },
            )  # fmt: skip
            assert not re.search(r"[{}]|@other", text), text
            if language == "zh_CN":
                assert refusal.after in text and detail in text
                assert refusal.code == "other" or refusal.beforehand in text
                assert ("复议" in text) is CATALOGUE.remedies[remedy].reconsideration
                assert grumbles(text.splitlines()) == []


def test_what_is_not_taken_in_begins_with_the_words_of_its_own_code() -> None:
    for reason in CATALOGUE.reasons.values():
        text = RENDER["zh_CN"].text(
            "msg.not_accepted",
            {"opening": Term("opening", reason.code), "reason": "您上周交过一回", "basis": "《社会救助法》第45条",
             "where": "镇上窗口", "phone": "0900-0000000"},
        )  # fmt: skip
        assert text.startswith(reason.opening)
        assert grumbles(text.splitlines()) == []


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ITEMS)
def test_a_day_before_anything_was_written_names_what_is_missing_and_where(code: str) -> None:
    with pytest.raises(NotCovered, match=r"2014-01-06.*\.toml") as caught:
        build_notice((code,), Facts(), CATALOGUE, COUNTY, dt.date(2014, 1, 6))
    assert code in str(caught.value)
    assert GUIDE.about(code, dt.date(2014, 1, 6)) == ()


def test_an_item_that_has_ended_is_offered_no_more_and_the_last_value_is_not_taken() -> None:
    ended = msgspec.structs.replace(CATALOGUE.items["heating_aid"], end=dt.date(2026, 11, 23))
    changed = msgspec.structs.replace(CATALOGUE, items={**CATALOGUE.items, "heating_aid": ended})
    with pytest.raises(NotCovered, match=r"item 'heating_aid'.*2026-11-24.*items/heating_aid\.toml"):
        build_notice(("heating_aid",), Facts(), changed, COUNTY, DAY)
    assert build_notice(("heating_aid",), Facts(), changed, COUNTY, dt.date(2026, 11, 23)).items
    assert "heating_aid" not in changed.open_items(DAY)
    assert Guide(changed, COUNTY).about("heating_aid", DAY) == ()


@pytest.mark.parametrize("kind", ["materials", "refusals", "departments"])
def test_a_paper_a_ground_or_an_office_that_no_longer_holds_is_named(kind: str) -> None:
    code = {"materials": "mat_id_card", "refusals": "income_over", "departments": "civil_affairs"}[kind]
    entries = getattr(CATALOGUE, kind)
    gone = {**entries, code: msgspec.structs.replace(entries[code], end=dt.date(2026, 6, 30))}
    changed = msgspec.structs.replace(CATALOGUE, **{kind: gone})
    with pytest.raises(NotCovered, match=rf"'{code}' has no value on 2026-11-24"):
        build_notice(("dibao",), Facts(), changed, COUNTY, DAY)
    assert any(code in problem and "does not hold all of 2026" in problem for problem in problems(changed))
