"""Domain 8.2: what each emergency leads to. The table was written from the specification, not from the file."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from backend.cases.facts import household_lines
from backend.transfers.plan import fitting, suggest
from backend.writer import Tx
from dialogs.catalogue import load_catalogue
from dialogs.catalogue.check import problems
from dialogs.catalogue.routing import route
from dialogs.understanding.lexicon import load
from tests.builders import Office

CATALOGUE = load_catalogue()
DAY = dt.date(2026, 11, 24)
FIRST = "temp_relief_emergency"

#: code -> levels, items besides the emergency item, departments told, numbers.
TABLE = {
    "em_unattended_elder": ("e2 e1", "care_visit tekun", "", "120"),
    "em_fire": ("e1 e2", "", "", "119"),
    "em_acute_illness": ("e1", "disease_emergency_aid medical_aid", "health township", "120"),
    "em_guardian_lost": ("e2 e1", "unattended_child", "public_security civil_affairs", "110"),
    "em_child_abuse": ("e1", "", "public_security civil_affairs education", "110"),
    "em_death": ("e3 e2", "funeral_waiver", "township", ""),
    "em_no_food": ("e2", "", "township", ""),
    "em_no_heating": ("e2 e1", "heating_aid", "", ""),
    "em_gas_poison": ("e1", "", "", "120"),
    "em_domestic_violence": ("e1 e2", "women_aid legal_aid", "public_security womens_federation", "110 12338"),
    "em_suicide": ("e1", "", "", "12356 110 120"),
    "em_mental_crisis": ("e1", "", "health", "110"),
    "em_missing": ("e1", "", "", "110"),
    "em_house_collapse": ("e1 e2", "rural_house_repair", "housing emergency_mgmt", "119"),
    "em_disaster": ("e1", "disaster_relief", "emergency_mgmt", "119 110"),
    "em_accident": ("e1", "legal_aid", "", "120 122 110"),
    "em_abandoned_infant": ("e1", "", "civil_affairs", "110"),
    "em_vagrant": ("e2 e1", "vagrant_relief", "relief_station", "110"),
    "em_scam": ("e2", "", "", "110 96110"),
}


def items_of(code: str) -> list[str]:
    found = route({}, (), None, True, {}, CATALOGUE, DAY, emergency_code=code)
    return [one.item for one in found.suggestions]


def test_the_nineteen_of_the_table_are_there_and_all_are_heard() -> None:
    assert set(CATALOGUE.emergencies) == set(TABLE)
    assert {rule["code"] for rule in load("emergency")["rule"]} == set(TABLE)


@pytest.mark.parametrize("code", TABLE)
def test_it_leads_to_the_items_the_offices_and_the_numbers_of_the_table(code: str) -> None:
    levels, items, told, lines = (text.split() for text in TABLE[code])
    kind = CATALOGUE.emergencies[code]
    assert list(kind.levels) == levels
    assert list(kind.tell) == told
    assert list(kind.lines) == lines
    if code == "em_child_abuse":
        assert items_of(code) == [], "no ordinary item"
    else:
        assert items_of(code)[0] == FIRST, "domain 6.4: it comes first, whoever she is"
        assert set(items_of(code)) == {FIRST, *items}


def test_without_an_emergency_its_items_do_not_come_up() -> None:
    found = route({}, ("need_visit",), None, False, {}, CATALOGUE, DAY, emergency_code="em_domestic_violence")
    assert [one.item for one in found.suggestions] == ["care_visit"]


def test_what_she_asked_for_besides_stays_beside_a_report_of_abuse() -> None:
    found = route({}, ("need_tuition",), None, True, {}, CATALOGUE, DAY, emergency_code="em_child_abuse")
    assert {one.item for one in found.suggestions} == {"education_aid", "youth_aid"}


def test_an_emergency_nothing_is_written_for_is_found() -> None:
    fewer = {code: kind for code, kind in CATALOGUE.emergencies.items() if code != "em_scam"}
    assert any("em_scam" in one for one in problems(msgspec.structs.replace(CATALOGUE, emergencies=fewer)))
    kind = msgspec.structs.replace(CATALOGUE.emergencies["em_fire"], items=("gold",), levels=("e3",))
    changed = msgspec.structs.replace(CATALOGUE, emergencies={**CATALOGUE.emergencies, "em_fire": kind})
    found = problems(changed)
    assert any("'gold' is not there" in one for one in found)
    assert any("em_fire is heard as" in one for one in found)


def test_the_window_sees_what_a_quiet_emergency_brings_and_her_list_does_not(office: Office) -> None:
    case = office.submitted(emergency_level="e1", emergency_code="em_domestic_violence", needs=["need_food"])

    def look(tx: Tx) -> tuple[list[str], list[str]]:
        seen = [one.item for one in suggest(tx, office.env, case)]
        read = [one.item for one in fitting(office.env, case, household_lines(tx, office.env, case), listed=True)]
        return seen, read

    seen, read = office.writer.run_sync(look)
    assert {"women_aid", "legal_aid"} <= set(seen)
    assert not {"women_aid", "legal_aid"} & set(read)
    assert read[0] == FIRST
