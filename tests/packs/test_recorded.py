"""Recorded cases name nobody, and nothing that rules depend on is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.rehearsal.recording import recorded
from backend.rehearsal.records import (
    BANDS,
    RECORDED,
    Member,
    Recorded,
    RecordError,
    band,
    read_records,
    write_records,
)
from dialogs.catalogue import load_catalogue, load_county
from dialogs.catalogue.facts import ADULT
from tests.builders import Office

CATALOGUE = load_catalogue()
PLAIN = Recorded(town="02", members=(Member("self", 70),), needs=("need_house_repair",))
LINE = '{"town":"02","members":[{"kin":"self","age":70}],"needs":["need_house_repair"]}'


def test_a_case_leaves_nothing_of_the_person_in_its_record(office: Office, tmp_path: Path) -> None:
    case, _ = office.received(
        ("rural_house_repair", "housing"), hardships=[{"code": "other", "claim_status": "claimed"}]
    )
    [one] = recorded_of(office)
    path = tmp_path / "cases.jsonl"
    assert write_records([one], path) == 1
    text = path.read_text(encoding="utf-8")
    personal = ("王", "桂兰", "83", "住院", "屋顶", case.register_no, case.short_no, case.id, "379901", "石桥", "2026")
    assert [word for word in personal if word in text] == []
    assert read_records(path, CATALOGUE) == (one,)
    assert one.members == (Member("self", 80),), "83 years stand in a band"
    assert one.parts[0].dept == "housing" and one.accepted == 0


def test_what_is_sensitive_is_left_out_whole(office: Office) -> None:
    office.submitted(sensitive_case=True, needs=["need_shelter"])
    office.submitted()
    assert [one.needs for one in recorded_of(office)] == [("need_medical_fee",)]


def test_only_words_of_the_catalogue_are_taken_from_what_she_said(office: Office) -> None:
    case = office.submitted()

    def said(tx: object, env: object) -> None:
        row = tx.session.get(type(case), case.id)  # type: ignore[attr-defined]
        row.put(env.sealer, "other_text", "我叫王桂兰，当过兵，家住石桥村三组")  # type: ignore[attr-defined]

    office.act(said)
    assert recorded_of(office)[0].other == ("当过兵",)


def test_alike_cases_are_one_line_and_the_order_of_filing_does_not_show(tmp_path: Path) -> None:
    other = Recorded(town="02", members=(Member("self", 26),), needs=("need_living",))
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert write_records([PLAIN, other, PLAIN], first) == 2
    assert write_records([other, PLAIN, PLAIN], second) == 2
    assert first.read_bytes() == second.read_bytes()
    assert sorted(one.count for one in read_records(first, CATALOGUE)) == [1, 2]


def test_every_age_a_rule_asks_for_begins_a_band() -> None:
    """So that 59 and 60 never fall together where 60 counts."""
    routing = CATALOGUE.routing
    asked = {ADULT}
    asked |= {age for row in routing.ages for age in (row.under, row.from_age) if age is not None}
    asked |= {row.men + 1 for row in routing.retirement} | {row.women + 1 for row in routing.retirement}
    assert asked <= set(BANDS)
    assert [band(age) for age in (None, 0, 2, 17, 18, 59, 60, 101)] == [None, 0, 0, 16, 18, 58, 60, 90]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: .*record the cases again"),
        (LINE.replace('"town"', '"name":"王桂兰","town"'), "unknown field `name`"),
        (LINE.replace("need_house_repair", "屋顶漏雨"), "line 2: no need '屋顶漏雨'"),
        (LINE.replace('"self"', '"儿媳妇王秀英"'), "no relation '儿媳妇王秀英'"),
        (LINE.replace('"age":70', '"age":71'), "no band of ages begins at 71"),
        (LINE.replace('"02"', '"石桥村三组12号"'), "no town '石桥村三组12号'"),
        (LINE.replace('"needs"', '"other":["13000001234"],"needs"'), "no word '13000001234'"),
        (LINE.replace('"needs"', '"items":["379901194301010018"],"needs"'), "no item '379901194301010018'"),
        (LINE.replace('"needs"', '"accepted":20261104,"needs"'), "20261104 working days are none"),
    ],
)
def test_a_line_with_anything_but_codes_is_refused_and_named(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{LINE}\n{line}\n", encoding="utf-8")
    with pytest.raises(RecordError, match=told):
        read_records(path, CATALOGUE)


def test_a_file_without_a_case_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(RecordError, match="no case in it"):
        read_records(path, CATALOGUE)


def test_the_sample_of_the_county_holds_all_sorts_of_cases() -> None:
    cases = read_records(RECORDED / "yunshan.jsonl", CATALOGUE)
    towns = {town.no for town in load_county("yunshan").towns}
    assert len(cases) >= 40 and {one.town for one in cases} <= towns
    assert {one.emergency for one in cases} >= {"none", "e2"}
    assert any(one.proxy for one in cases) and any(one.accepted is None for one in cases)
    assert any(len({part.dept for part in one.parts}) > 1 for one in cases)
    assert len({need for one in cases for need in one.needs}) >= 8


def recorded_of(office: Office) -> list[Recorded]:
    return office.act(recorded)
