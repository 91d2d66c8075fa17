"""What holds for every household and every choice of items, tried with many of them."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.catalogue import Facts, Member, items_for, load_catalogue, load_county, route
from dialogs.notice import OneTimeNotice, build_notice, materials_for

CATALOGUE = load_catalogue()
COUNTY = load_county("yunshan")
DAY = dt.date(2026, 11, 3)

members = st.builds(
    Member,
    relation=st.sampled_from(["self", "spouse", "son", "mother", "grandson"]),
    age=st.none() | st.integers(0, 105),
    disability=st.booleans(),
    disability_grade=st.none() | st.integers(1, 4),
    serious_illness=st.booleans(),
    student=st.booleans(),
    retired=st.booleans(),
    needs_care=st.booleans(),
)
codes = st.sampled_from
facts = st.builds(
    Facts,
    members=st.lists(members, max_size=5).map(tuple),
    supporters=st.integers(0, 3),
    proxy=st.booleans(),
    non_local_hukou=st.booleans(),
    emergency=st.booleans(),
    paid_already=st.booleans(),
    unemployment_registered=st.none() | st.booleans(),
    hardships=st.frozensets(codes(sorted(CATALOGUE.hardships))),
    needs=st.frozensets(codes(sorted(CATALOGUE.needs))),
    held=st.frozensets(codes(sorted(CATALOGUE.materials)), max_size=4),
    not_found=st.frozensets(codes(sorted(CATALOGUE.materials)), max_size=4),
)
chosen = st.lists(codes(sorted(CATALOGUE.items)), min_size=1, max_size=6, unique=True)
few = settings(max_examples=80, deadline=None, database=None)


def lists_of(notice: OneTimeNotice) -> set[str]:
    return {material.code for material in notice.materials}


@few
@given(chosen, facts)
def test_a_notice_for_many_items_lists_what_the_notices_for_each_would(items: list[str], home: Facts) -> None:
    together = build_notice(items, home, CATALOGUE, COUNTY, DAY)
    apart: set[str] = set()
    for item in items:
        apart |= {material.code for material in materials_for([item], home, CATALOGUE, COUNTY, DAY)}
    assert lists_of(together) == apart
    assert len(together.materials) == len(apart), "each once"
    assert together.hash == build_notice(items, home, CATALOGUE, COUNTY, dt.date(2026, 12, 1)).hash


@few
@given(chosen, facts)
def test_art_62_nothing_held_or_fetched_is_asked_for(items: list[str], home: Facts) -> None:
    for material in build_notice(items, home, CATALOGUE, COUNTY, DAY).materials:
        if material.code in home.held:
            assert material.supply == "already_held"
        if material.supply == "photo":
            assert material.code in home.not_found or not any(
                entry.exempt
                for item in material.items
                for entry in CATALOGUE.items[item].materials
                if entry.code == material.code
            )
        assert (material.signatures > 0) is (CATALOGUE.materials[material.code].mode == "sign")


claims = st.dictionaries(codes(sorted(CATALOGUE.hardships)), st.just("claimed") | st.just("inferred"), max_size=4)
wishes = st.lists(codes(sorted(CATALOGUE.needs)), max_size=4, unique=True)


@few
@given(claims, wishes, st.none() | st.integers(0, 100), st.booleans())
def test_6_4_what_was_only_claimed_rules_nothing_out(
    hardships: dict[str, str], needs: list[str], age: int | None, emergency: bool
) -> None:
    routed = route(hardships, needs, age, emergency, {}, CATALOGUE, DAY)
    assert all(left.why != "hardship" for left in routed.left_out)
    found = [suggestion.item for suggestion in routed.suggestions]
    assert len(found) == len(set(found))
    assert not emergency or found[0] == "temp_relief_emergency"
    assert all(suggestion.reasons for suggestion in routed.suggestions)
    mirrored = items_for(dict(reversed(hardships.items())), needs[::-1], age, emergency, {}, CATALOGUE, DAY)
    assert [suggestion.item for suggestion in mirrored] == found, "the order told does not matter"


@few
@given(claims, wishes, st.integers(0, 100))
def test_6_4_verifying_only_ever_removes(hardships: dict[str, str], needs: list[str], age: int) -> None:
    claimed = {s.item for s in items_for(hardships, needs, age, False, {}, CATALOGUE, DAY)}
    sure = dict.fromkeys(hardships, "verified")
    verified = {s.item for s in items_for(sure, needs, age, False, {}, CATALOGUE, DAY)}
    assert verified <= claimed
