"""HN A3, SD 3.3, MG 2.2, domain 0.5, 2.1, 15.1: a county is a file; the sample county is complete and invented."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest

from dialogs.catalogue import (
    CatalogueMistake,
    Facts,
    NotCovered,
    UnknownCode,
    load_catalogue,
    load_county,
    register_prefix,
)
from dialogs.catalogue import load as loading
from dialogs.catalogue.check_county import SETTINGS, county_problems
from dialogs.catalogue.county import Authority, ConfirmedBasis
from dialogs.notice import build_notice

CATALOGUE = load_catalogue()
COUNTY = load_county("yunshan")
DAY = dt.date(2026, 11, 3)


def test_the_sample_county_may_start() -> None:
    assert county_problems(COUNTY, CATALOGUE) == []


def test_0_5_it_is_recognisably_invented() -> None:
    assert (COUNTY.code, COUNTY.name) == ("379901", "云山县")
    for person in COUNTY.people:
        assert re.fullmatch(r"1300000\d{4}", person.phone), person.code
    phones = [COUNTY.center_phone, COUNTY.hotline, *(c.phone for c in COUNTY.contacts)]
    assert all(re.fullmatch(r"0900-000\d{4}", phone) for phone in phones)
    mobiles = [person.phone for person in COUNTY.people]
    assert len(set(mobiles)) == len(mobiles)


def test_9_10_register_numbers_begin_with_county_and_town() -> None:
    assert register_prefix(COUNTY, COUNTY.town("02")) == "37990102"
    with pytest.raises(UnknownCode, match="'09'"):
        COUNTY.town("09")


def test_mg_5_every_village_has_an_assistant_and_a_station_head() -> None:
    villages = COUNTY.town("02").villages
    assert [v.name for v in villages[:2]] == ["石桥村", "柳沟村"] and len(villages) >= 4
    for village in villages:
        assert COUNTY.with_role("village_assistant", village=village.code)
        assert COUNTY.with_role("station_head", village=village.code)
    assert [p.name for p in COUNTY.with_role("village_assistant", village=villages[0].code)] == ["刘春燕"]


def test_sd_3_3_every_department_has_a_main_and_a_backup_liaison() -> None:
    for contact in COUNTY.contacts:
        assert contact.liaison != contact.backup
        for code in (contact.liaison, contact.backup):
            assert COUNTY.person(code).department == contact.department


@pytest.mark.parametrize("key", SETTINGS)
def test_15_1_every_setting_has_value_source_and_confidence(key: str) -> None:
    row = COUNTY.setting(key, DAY)
    assert row.source and row.confidence and row.value not in ("", [])


def test_15_1_defaults_of_the_specification() -> None:
    numbers = {
        "dispatch_days": 2,
        "feedback_days": 2,
        "receipt_days": 5,
        "dept_feedback_days": 2,
        "acceptance_days": 1,
        "dept_receive_days": 1,
        "supplement_days": 10,
        "relief_first_hours": 24,
        "fast_small_days": 3,
        "return_limit": 2,
        "small_cell_threshold": 3,
    }
    assert {key: COUNTY.number(key, DAY) for key in numbers} == numbers
    assert COUNTY.switches(DAY) == {
        "dibao_delegated": False,
        "legal_exclude_publicity": False,
        "extend_to_marginal": False,
        "union_retired": False,
    }
    assert COUNTY.text("office_close", DAY) == "17:30"
    assert COUNTY.texts("duty_chain", DAY)[0] == "zhou_wenjing"


def test_a_setting_of_another_kind_or_day_is_an_error_that_says_so() -> None:
    with pytest.raises(CatalogueMistake, match="whole number"):
        COUNTY.number("dibao_delegated", DAY)
    with pytest.raises(CatalogueMistake, match="true or false"):
        COUNTY.flag("dispatch_days", DAY)
    with pytest.raises(NotCovered, match=r"fast_small_days.*2025-12-31"):
        COUNTY.number("fast_small_days", dt.date(2025, 12, 31))
    with pytest.raises(UnknownCode, match="wishes"):
        COUNTY.setting("wishes", DAY)


def test_3_7_who_decides_settles_where_an_objection_goes() -> None:
    dibao = CATALOGUE.items["dibao"]

    def remedy(decides: str) -> str:
        row = Authority(
            items=("dibao",),
            decides=decides,  # type: ignore[arg-type]
            start=dt.date(2026, 1, 1),
            source="a test",
            confidence="default",
        )
        county = msgspec.structs.replace(COUNTY, authorities=(row,))
        return county.remedy(dibao, "reconsideration_county", DAY)

    assert remedy("county") == "reconsideration_county"
    assert remedy("township_delegated") == "reconsideration_county"
    assert remedy("township_statutory") == "reconsideration_upper"


def test_0_2_a_ground_confirmed_here_is_shown_here() -> None:
    text = "《中华人民共和国残疾人证管理办法》"
    row = ConfirmedBasis(item="disability_certificate", text=text, by="云山县残联", on=DAY)
    county = msgspec.structs.replace(COUNTY, confirmed=(row,))
    shown = build_notice(["disability_certificate"], Facts(), CATALOGUE, county, DAY).items[0].basis
    assert text in [basis.text for basis in shown]


def test_a_county_may_live_in_a_folder_of_its_own(tmp_path: Path) -> None:
    text = (loading.HERE / "counties" / "yunshan.toml").read_text(encoding="utf-8")
    (tmp_path / "haibin.toml").write_text(text.replace("379901", "379902"), encoding="utf-8")
    assert load_county("haibin", tmp_path).code == "379902"
    with pytest.raises(CatalogueMistake, match="known: haibin"):
        load_county("atlantis", tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('liaison = "housing_liaison"', 'liaison = "nobody"', "nobody"),
        ('roles = ["window_clerk"]', 'roles = ["auditor"]', "no window_clerk"),
        ('key = "duty_chain"', 'key = "duty_chains"', "duty_chain"),
        ('value = "transfer"', 'value = "pigeon"', "pigeon"),
        ('department = "housing"', 'department = "finance"', "'housing' handles items"),
        ('"zhao_zhiyuan", "shen_yan"', '"zhao_zhiyuan", "ghost"', "ghost"),
        ('items = ["temp_relief_emergency"]', 'items = ["gold"]', "gold"),
    ],
)
def test_the_check_finds_what_a_county_lacks(tmp_path: Path, before: str, after: str, said: str) -> None:
    text = (loading.HERE / "counties" / "yunshan.toml").read_text(encoding="utf-8")
    assert before in text
    text = text.replace(before, after).replace('"township_approver", "window_clerk"', '"township_approver"')
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    assert any(said in problem for problem in county_problems(load_county("x", tmp_path), CATALOGUE))
