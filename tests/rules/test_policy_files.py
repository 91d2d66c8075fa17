"""JS 6.1.3, MG 4, HN A3.1: the files are complete, agree with each other and speak plainly."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import msgspec
import pytest

from dialogs.catalogue import CONDITIONS, CatalogueMistake, Facts, UnknownCode, holds, load_catalogue
from dialogs.catalogue import load as loading
from dialogs.catalogue.asking import supplies_of
from dialogs.catalogue.check import missing_items, problems
from dialogs.catalogue.model import Example, Item

CATALOGUE = load_catalogue()
EXAMPLES = [(item, example) for item in CATALOGUE.items.values() for example in item.examples]


@pytest.mark.parametrize(("item", "example"), EXAMPLES, ids=[f"{i.code}: {e.name}" for i, e in EXAMPLES])
def test_the_examples_in_the_files_come_true(item: Item, example: Example) -> None:
    assert supplies_of(item, example.facts, CATALOGUE) == example.materials


def test_the_check_finds_nothing_and_no_item_is_missing() -> None:
    assert problems(CATALOGUE) == []
    assert missing_items(CATALOGUE) == []


def test_domain_5_to_8_every_code_of_the_specification_is_there() -> None:
    assert len(CATALOGUE.items) == 37
    assert len(CATALOGUE.materials) == 36
    assert len(CATALOGUE.needs) == 30
    assert len(CATALOGUE.hardships) == 11
    assert len(CATALOGUE.departments) == 21
    assert set(CATALOGUE.refusals) == {
        "income_over",
        "property_over",
        "not_in_scope",
        "has_supporter",
        "below_threshold",
        "already_covered",
        "age_or_grade_unmet",
        "hardship_not_verified",
        "refuse_check",
        "withdrawn_by_policy",
        "plan_full",
        "other",
    }
    assert set(CATALOGUE.reasons) == {
        "not_social_assistance",
        "duplicate_in_progress",
        "no_consent",
        "already_enjoying",
        "other_place",
    }
    assert len(CATALOGUE.emergencies) == 19
    assert sum(len(one.said) for one in CATALOGUE.hardships.values()) == 144


def test_lc_2_the_five_matters_are_six_items() -> None:
    assert {item.code for item in CATALOGUE.items.values() if item.one_matter} == {
        "dibao",
        "tekun",
        "temp_relief_emergency",
        "temp_relief_expense",
        "elderly_subsidy",
        "employment_difficulty",
    }


def test_0_4_departments_follow_the_law_in_force_and_keep_what_the_seed_said() -> None:
    for code, now in (("medical_aid", "medical_insurance"), ("disaster_relief", "emergency_mgmt")):
        item = CATALOGUE.items[code]
        assert (item.department, item.seed_department) == (now, "civil_affairs")


def test_3_7_only_public_bodies_lead_to_reconsideration() -> None:
    for department in CATALOGUE.departments.values():
        remedy = CATALOGUE.remedies[department.remedy_type]
        assert remedy.reconsideration is (department.kind not in ("organ", "organisation")), department.code
    for remedy in CATALOGUE.remedies.values():
        assert ("复议" in remedy.plain) is remedy.reconsideration, remedy.type


@pytest.mark.parametrize(
    ("item", "remedy"),
    [
        ("dibao", "reconsideration_county"),
        ("education_aid", "school_review"),
        ("legal_aid", "legal_aid_objection"),
        ("disease_emergency_aid", "health_complaint"),
        ("worker_aid", "org_review"),
        ("disabled_rehab", "org_review"),
        ("temp_relief_emergency", "reconsideration_upper"),
    ],
)
def test_3_7_the_way_to_object_follows_who_decides(item: str, remedy: str) -> None:
    county = loading.load_county("yunshan")
    entry = CATALOGUE.items[item]
    usual = CATALOGUE.departments[entry.department].remedy_type
    assert county.remedy(entry, usual, dt.date(2026, 11, 3)) == remedy


# --- mistakes in files name the file, the entry, the field and what to do ------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "catalogue"
    shutil.copytree(loading.HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("items/dibao.toml", "days = 20", 'days = "20"', ["items/dibao.toml", "[[limit]]", "'days'", "int"]),
        ("items/dibao.toml", 'unit = "wd"', 'unit = "weeks"', ["items/dibao.toml", "'unit'", "weeks"]),
        ("items/dibao.toml", "from = 2021-07-01\ndays", "days", ["items/dibao.toml", "'from'", "add it"]),
        ("items/dibao.toml", 'benefit = "', 'benifit = "', ["items/dibao.toml", "'benifit'", "remove"]),
        ("items/dibao.toml", 'code = "dibao"', 'code = "dibo"', ["items/dibao.toml", "dibo", "name the file"]),
        ("items/dibao.toml", "[[limit]]", "[[limit]", ["items/dibao.toml", "not TOML"]),
        ("materials.toml", 'mode = "share"', 'mode = "post"', ["materials.toml", "mat_id_card", "'mode'"]),
        ("needs.toml", "order = 2\n", "order = 1.5\n", ["needs.toml", "need_emergency_cash", "'order'"]),
        ("departments.toml", 'code = "finance"', 'code = "health"', ["departments.toml", "'health'", "twice"]),
        ("counties/yunshan.toml", "value = 5\n", "value = 1979-05-27\n", ["counties/yunshan.toml", "relief_paperwork"]),
    ],
)
def test_a_mistake_names_file_entry_field_and_what_to_do(
    folder: Path, file: str, before: str, after: str, said: list[str]
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(CatalogueMistake) as caught:
        load_catalogue(folder)
        loading.load_county("yunshan", folder / "counties")
    for words in said:
        assert words in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "needs.toml").unlink()
    with pytest.raises(CatalogueMistake, match=r"needs\.toml: the file is missing"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("items/dibao.toml", 'when = "has_disability_card"', 'when = "has_gold"', "has_gold"),
        ("items/dibao.toml", 'who = "village"', 'who = "moon"', "moon"),
        ("items/dibao.toml", 'department = "civil_affairs"', 'department = "magic"', "magic"),
        ("items/dibao.toml", 'refusals = ["income_over"', 'refusals = ["plan_full"', "plan_full"),
        ("items/dibao.toml", 'mat_mandate = "sign"', 'mat_mandate = "photo"', "mat_mandate should be photo"),
        ("items/legal_aid.toml", "from = 2026-01-01\ndays = 7", "from = 2026-01-02\ndays = 7", "2026-01-01"),
        ("items/dibao.toml", 'do = "县民政来定', 'do = "县民政核对后来定', "核对"),
        ("items/dibao.toml", 'code = "mat_diagnosis"', 'code = "mat_gold"', "mat_gold"),
        ("items/tekun.toml", 'confidence = "verified"', 'confidence = "known"', "no ground"),
        ("routing.toml", 'need = "need_visit"', 'need = "need_visits"', "need_visits"),
        ("reasons.toml", "每月{amount}", "每月{money}", "money"),
        ("reasons.toml", "换成的那一项", "转办的那一项", "转办"),
        ("items/dibao.toml", 'who = ["self", "proxy"]', "who = []", "names nobody or no place"),
        ("items/tekun.toml", 'mat_disability_cert = "we_fetch"', 'mat_disability_cert = "photo"', "should be photo"),
        ("items/heating_aid.toml", "from = 2026-01-01\nseed", "from = 2026-01-01\nuntil = 2025-01-01\nseed", "until"),
        ("needs.toml", "from = 2026-01-01", "from = 2026-03-01", "does not hold all of 2026"),
        ("emergencies.toml", 'lines = ["119"]', 'lines = ["911"]', "911"),
        ("materials.toml", 'photo_rule = "default"', 'photo_rule = "sharp"', "sharp"),
    ],
)
def test_the_check_finds_what_does_not_fit(folder: Path, file: str, before: str, after: str, said: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert any(said in problem for problem in problems(load_catalogue(folder)))


def test_the_check_lists_routes_that_lead_to_no_file(folder: Path) -> None:
    (folder / "items" / "heating_aid.toml").unlink()
    assert missing_items(load_catalogue(folder)) == ["heating_aid"]


def test_every_condition_of_the_files_is_a_known_function_and_every_function_is_used() -> None:
    used = {entry.when for item in CATALOGUE.items.values() for entry in item.materials}
    used |= {pull.when for item in CATALOGUE.items.values() for pull in item.pulls_in}
    used |= {rule.when for rule in CATALOGUE.common}
    assert used - {None} <= set(CONDITIONS)
    used |= {row.when for item in CATALOGUE.items.values() for row in item.applies}
    unused = set(CONDITIONS) - used
    assert unused <= {"has_student", "is_medical"}, unused
    with pytest.raises(UnknownCode, match="has_gold"):
        holds("has_gold", Facts())


def test_an_example_with_an_unknown_fact_is_a_mistake(folder: Path) -> None:
    path = folder / "items" / "dibao.toml"
    text = path.read_text(encoding="utf-8").replace("proxy = true", "proxi = true", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueMistake, match="proxi"):
        load_catalogue(folder)


def test_values_are_frozen() -> None:
    with pytest.raises(AttributeError):
        CATALOGUE.items["dibao"].enabled = False  # type: ignore[misc]
    assert msgspec.structs.replace(CATALOGUE.items["dibao"], enabled=False).enabled is False
