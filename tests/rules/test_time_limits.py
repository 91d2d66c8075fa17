"""Domain 4.4 and 0.2: every limit has its day, source and confidence; a day nobody covered is an error."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from dialogs.catalogue import NotCovered, load_catalogue, load_county
from dialogs.catalogue.county import LocalLimit
from dialogs.catalogue.model import Limit

CATALOGUE = load_catalogue()
COUNTY = load_county("yunshan")

LIMITS = {  # item: days, unit, where the clock starts
    "dibao": (30, "wd", "accept"),
    "tekun": (30, "wd", "accept"),
    "dibao_marginal": (30, "wd", "accept"),
    "rigid_expense": (30, "wd", "accept"),
    "temp_relief_emergency": (3, "nd", "accept"),
    "temp_relief_expense": (15, "wd", "accept"),
    "elderly_subsidy": (20, "wd", "accept"),
    "disability_living_subsidy": (20, "wd", "accept"),
    "disability_care_subsidy": (20, "wd", "accept"),
    "orphan_support": (20, "wd", "accept"),
    "unattended_child": (30, "wd", "accept"),
    "employment_difficulty": (10, "wd", "t_send"),
    "unemployment_registration": (5, "wd", "t_send"),
    "employment_aid": (3, "wd", "t_send"),
    "medical_aid": (15, "wd", "t_send"),
    "disease_emergency_aid": (30, "wd", "t_send"),
    "education_aid": (20, "wd", "t_send"),
    "freshman_aid": (15, "wd", "t_send"),
    "public_rental": (30, "wd", "t_send"),
    "rural_house_repair": (30, "wd", "t_send"),
    "disaster_relief": (15, "wd", "t_send"),
    "family_planning_aid": (30, "wd", "t_send"),
    "worker_aid": (15, "wd", "t_send"),
    "disabled_rehab": (10, "wd", "t_send"),
    "legal_aid": (7, "nd", "t_send"),
    "judicial_relief": (10, "wd", "t_send"),
    "red_cross_aid": (10, "wd", "t_send"),
    "charity_aid": (10, "wd", "t_send"),
    "women_aid": (10, "wd", "t_send"),
    "youth_aid": (10, "wd", "t_send"),
    "veterans_aid": (20, "wd", "t_send"),
    "disability_certificate": (30, "wd", "t_send"),
    "police_assist": (5, "wd", "t_send"),
    "heating_aid": (10, "wd", "t_send"),
}


@pytest.mark.parametrize("item", LIMITS)
def test_4_4_limit_of_every_item_in_2026(item: str) -> None:
    entry = CATALOGUE.items[item]
    limit = COUNTY.limit(entry, dt.date(2026, 11, 3))
    assert (limit.days, limit.unit, entry.clock_start) == LIMITS[item]
    assert limit.source and limit.confidence


@pytest.mark.parametrize(
    ("day", "delegated", "days", "longest"),
    [
        ("2021-07-01", False, 30, None),
        ("2022-10-19", True, 30, None),
        ("2022-10-20", False, 30, 45),
        ("2022-10-20", True, 20, 45),
        ("2026-11-03", False, 30, 45),
        ("2026-11-03", True, 20, 45),
    ],
)
def test_4_4_dibao_by_day_and_by_who_confirms(day: str, delegated: bool, days: int, longest: int | None) -> None:
    limit = CATALOGUE.items["dibao"].limit_on(dt.date.fromisoformat(day), {"dibao_delegated": delegated})
    assert (limit.days, limit.longest) == (days, longest)


def test_4_4_posting_comes_on_top_for_tekun() -> None:
    assert COUNTY.limit(CATALOGUE.items["tekun"], dt.date(2026, 11, 3)).plus_nd == 7


def test_the_next_start_ends_a_limit_and_the_day_before_still_has_the_old_one() -> None:
    old = CATALOGUE.items["legal_aid"]
    new = Limit(start=dt.date(2026, 9, 1), days=5, unit="nd", source="a test", confidence="default")
    item = msgspec.structs.replace(old, limits=(*old.limits, new))
    assert item.limit_on(dt.date(2026, 8, 31)).days == 7
    assert item.limit_on(dt.date(2026, 9, 1)).days == 5


def test_a_day_before_the_first_start_is_an_error_never_the_first_one_known() -> None:
    with pytest.raises(NotCovered) as caught:
        CATALOGUE.items["rigid_expense"].limit_on(dt.date(2024, 12, 31))
    assert "rigid_expense" in str(caught.value)
    assert "2024-12-31" in str(caught.value)
    assert "items/rigid_expense.toml" in str(caught.value)


def test_a_county_may_promise_less_from_a_day_on() -> None:
    own = LocalLimit(
        item="elderly_subsidy",
        start=dt.date(2026, 10, 1),
        days=7,
        unit="wd",
        source="a test",
        confidence="confirmed_local",
    )
    county = msgspec.structs.replace(COUNTY, limits=(own,))
    item = CATALOGUE.items["elderly_subsidy"]
    assert county.limit(item, dt.date(2026, 9, 30)).days == 20
    assert county.limit(item, dt.date(2026, 10, 1)).days == 7


def test_1_an_unattended_child_is_never_posted_in_the_village() -> None:
    assert not CATALOGUE.items["unattended_child"].publicity
    assert not CATALOGUE.items["temp_relief_emergency"].publicity
    assert CATALOGUE.items["dibao"].publicity and CATALOGUE.items["tekun"].publicity
