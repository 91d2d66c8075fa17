"""Links and sessions: once, for one purpose, for a while, and kept only as hashes."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.errors import NotFound
from backend.staff import service
from backend.staff.load import load_people
from backend.staff.tables import OneTimeLink, Staff, StaffSession
from tests.builders import Office


def test_a_sign_in_link_works_once_and_gives_a_working_day(office: Office) -> None:
    token = office.act(service.issue_link, "sign_in", office.clerk.id, office.clerk.id)
    signed = office.act(service.sign_in, token)
    assert signed.staff.login == "zhou_wenjing"
    with pytest.raises(NotFound):
        office.act(service.sign_in, token)
    with office.database.read() as session:
        found = service.signed_in(session, office.env, signed.token)
        assert found is not None
        assert service.actor_for(found[1]) == office.clerk
    office.env.clock.at += dt.timedelta(hours=12)  # type: ignore[attr-defined]
    with office.database.read() as session:
        assert service.signed_in(session, office.env, signed.token) is None


def test_tokens_are_nowhere_in_the_database(office: Office) -> None:
    token = office.act(service.issue_link, "sign_in", office.clerk.id)
    signed = office.act(service.sign_in, token)
    stored = str([row.model_dump() for row in (*office.all(OneTimeLink), *office.all(StaffSession))])
    assert token not in stored
    assert signed.token not in stored


def test_every_way_a_link_can_be_wrong_sounds_the_same(office: Office) -> None:
    _, (house, _) = office.sent()
    used = office.act(service.issue_link, "sign_in", office.clerk.id)
    office.act(service.sign_in, used)
    late = office.act(service.issue_link, "sign_in", office.clerk.id, hours=0)
    taken_back = office.act(service.issue_link, "sign_in", office.housing.id)
    office.act(service.revoke_links, office.housing.id)
    elsewhere = office.act(service.issue_link, "transfer", house.id)
    words = set()
    for token in (used, late, taken_back, elsewhere, "no such token"):
        with pytest.raises(NotFound) as hidden:
            office.act(service.sign_in, token)
        words.add(str(hidden.value))
    assert words == {"no such link"}


def test_a_department_link_may_be_opened_again_until_it_runs_out(office: Office) -> None:
    _, (house, _) = office.sent()
    token = office.act(service.issue_link, "transfer", house.id, hours=24)
    first = office.act(service.redeem, token, "transfer")
    office.env.clock.at += dt.timedelta(hours=23)  # type: ignore[attr-defined]
    assert office.act(service.redeem, token, "transfer").used_at == first.used_at
    office.env.clock.at += dt.timedelta(hours=1)  # type: ignore[attr-defined]
    with pytest.raises(NotFound):
        office.act(service.redeem, token, "transfer")


def test_signing_out_and_leaving_end_the_session(office: Office) -> None:
    tokens = []
    for _ in range(2):
        link = office.act(service.issue_link, "sign_in", office.clerk.id)
        tokens.append(office.act(service.sign_in, link).token)
    office.act(service.sign_out, tokens[0])
    with office.database.read() as session:
        assert service.signed_in(session, office.env, tokens[0]) is None
        assert service.signed_in(session, office.env, tokens[1]) is not None
    office.act(service.disable, office.as_("admin_desk"), office.clerk.id)
    with office.database.read() as session:
        assert service.signed_in(session, office.env, tokens[1]) is None


def test_loading_the_county_twice_adds_nobody(office: Office) -> None:
    before = [row.model_dump() for row in office.all(Staff)]
    assert len(before) == len(office.env.county.people)
    assert office.act(load_people) == 0
    assert [row.model_dump() for row in office.all(Staff)] == before


def test_residents_are_given_the_offices_number_never_somebodys_own(office: Office) -> None:
    mobiles = {person.phone for person in office.env.county.people}
    for staff in office.all(Staff):
        assert staff.phone not in mobiles
        assert staff.get(office.env.sealer, "mobile") in mobiles
